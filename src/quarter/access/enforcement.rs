//! Enforcement: whether an owner enforces its rule against a nation that triggers it, and for how long.
use crate::access::facts::{Exposure, RuleState};
use crate::world::chance::{logit_choice, logit_probability};
use crate::world::clock::Quarter;
use crate::world::ids::NationId;
use crate::world::levels::Enforcement;
use crate::world::model::Model;
use crate::world::rule::{Application, Measure, Rule};
use crate::world::sets::NationSet;
use smallvec::SmallVec;

/// Quarters after which an owner chooses again.
const REVIEW_QUARTERS: i64 = 4;

/// How a rule applies to a nation next; `None` if its owner must choose now.
pub fn next_application(
    before: Application,
    triggered: bool,
    now: Quarter,
    restore_quarters: u32,
) -> Option<Application> {
    match (before, triggered) {
        (Application::Triggered { chosen, .. }, true) if now.since(chosen) < REVIEW_QUARTERS => Some(before),
        (_, true) => None,
        (Application::Triggered { measure, because, .. }, false) => {
            let lingers = measure != Measure::Waived && restore_quarters > 0;
            let restoring = Application::Restoring { measure, until: now.plus(restore_quarters), because };
            Some(if lingers { restoring } else { Application::Clear })
        }
        (Application::Restoring { until, .. }, false) if now < until => Some(before),
        (_, false) => Some(Application::Clear),
    }
}

/// Clears what conditions read of a rule's application, except the waivers that events gave; the owner is never waived.
pub fn clear_marks(state: &mut RuleState, spared: &NationSet, owner: NationId) {
    state.waived.clone_from(spared);
    state.waived.remove(owner);
    state.tear_line.clear();
    state.restoring.clear();
}

/// Adds an application to what conditions read.
pub fn mark(state: &mut RuleState, nation: NationId, application: Application) {
    match application {
        Application::Clear => {}
        Application::Triggered { measure: Measure::Full, .. } => {}
        Application::Triggered { measure: Measure::TearLine, .. } => state.tear_line.insert(nation),
        Application::Triggered { measure: Measure::Waived, .. } => state.waived.insert(nation),
        Application::Restoring { measure, .. } => {
            state.tear_line.set(nation, measure == Measure::TearLine);
            state.restoring.insert(nation);
        }
    }
}

/// What is at stake for an owner; each value is 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stake {
    /// How exposed the nation is.
    pub exposure: f64,
    /// The owner's belief that the flagged vendors are compromised.
    pub belief: f64,
    /// The share of its reading that the owner gets from the nation.
    pub received: f64,
    /// The share of the owner's outposts that the nation hosts.
    pub outposts: f64,
    /// The owner's trust in the nation.
    pub ally: f64,
}

impl Stake {
    /// The reason in words, for the record of decisions.
    pub fn describe(&self, seen: &Exposure, certain: Option<&str>) -> String {
        format!(
            "{}the owner sees core {} %, access {} %, government {} %; belief {:.2}; receives {:.3} of its reading; outposts {:.3}; trust {:.2}",
            certain.map_or_else(String::new, |why| format!("{why}; ")),
            seen.core,
            seen.access,
            seen.government,
            self.belief,
            self.received,
            self.outposts,
            self.ally,
        )
    }

    /// Utilities of full enforcement, tear-line and waiver, in this order.
    fn utilities(&self, model: &Model) -> [f64; 3] {
        let gain = model.w_resolve + model.w_leak * self.belief * self.exposure;
        let loss = model.w_receive * self.received + model.w_outposts * self.outposts + model.w_ally * self.ally;
        let full = gain - loss;
        [full, model.tear_line_share * full, 0.0]
    }
}

/// An owner's choice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EnforcementChoice {
    /// The measure chosen.
    pub measure: Measure,
    /// The probability of the choice, 0 to 1.
    pub probability: f64,
    /// The uniform number drawn for the choice; `None` if the choice was certain.
    pub draw: Option<f64>,
    /// Why the choice was certain; `None` if it was drawn.
    pub certain: Option<&'static str>,
}

impl EnforcementChoice {
    fn certain(measure: Measure, why: &'static str) -> Self {
        Self { measure, probability: 1.0, draw: None, certain: Some(why) }
    }
}

/// The owner's choice: certain for an automatic rule and for a spared nation, otherwise a logit among the measures that
/// the rule allows; `draws` are uniform in [0, 1), one per measure.
pub fn choose(model: &Model, rule: &Rule, spared: bool, stake: &Stake, draws: &[f64; 3]) -> EnforcementChoice {
    if spared {
        return EnforcementChoice::certain(Measure::Waived, "an event spared it");
    }
    if rule.enforcement == Enforcement::Automatic {
        return EnforcementChoice::certain(Measure::Full, "the rule is automatic");
    }
    let utilities = stake.utilities(model);
    let options: &[usize] = if rule.tear_line.is_some() { &[0, 1, 2] } else { &[0, 2] };
    let values: SmallVec<[f64; 3]> = options.iter().map(|k| utilities[*k]).collect();
    let drawn: SmallVec<[f64; 3]> = options.iter().map(|k| draws[*k]).collect();
    let best = logit_choice(&values, model.enforce_beta, &drawn);
    let measure = [Measure::Full, Measure::TearLine, Measure::Waived][options[best]];
    let probability = logit_probability(&values, model.enforce_beta, best);
    EnforcementChoice { measure, probability, draw: Some(drawn[best]), certain: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::ids::RuleId;
    use crate::world::levels::Level;
    use crate::world::record::Because;

    fn rule(enforcement: Enforcement) -> Rule {
        Rule {
            id: RuleId::new(0),
            subject: 1,
            owner: NationId::new(0),
            forbids_share: true,
            forbids_work: false,
            forbids_colocate: false,
            grace: 0,
            enforcement,
            tear_line: Some(Level::Confidential),
        }
    }

    #[test]
    fn the_stake_decides_unless_the_rule_is_automatic_or_an_event_spares_the_nation() {
        let stranger = Stake { exposure: 1.0, belief: 1.0, received: 0.0, outposts: 0.0, ally: 0.0 };
        let ally = Stake { received: 0.1, outposts: 0.3, ally: 0.9, ..stranger };
        let model = Model::default();
        let pick = |enforcement, spared, stake| choose(&model, &rule(enforcement), spared, stake, &[0.5; 3]).measure;
        let table = [
            (Enforcement::Discretionary, false, &stranger, Measure::Full),
            (Enforcement::Discretionary, false, &ally, Measure::Waived),
            (Enforcement::Automatic, false, &ally, Measure::Full),
            (Enforcement::Automatic, true, &stranger, Measure::Waived),
        ];
        for (enforcement, spared, stake, expected) in table {
            assert_eq!(pick(enforcement, spared, stake), expected);
        }
    }

    #[test]
    fn full_enforcement_gains_resolve_and_secrecy_and_loses_reading_outposts_and_friendship() {
        let model = Model {
            w_resolve: 0.5,
            w_leak: 3.0,
            w_receive: 7.0,
            w_outposts: 11.0,
            w_ally: 13.0,
            tear_line_share: 0.25,
            ..Model::default()
        };
        let stake = Stake { exposure: 0.5, belief: 0.2, received: 0.01, outposts: 0.02, ally: 0.03 };
        let expected = [0.12, 0.03, 0.0];
        for (utility, expected) in stake.utilities(&model).into_iter().zip(expected) {
            assert!((utility - expected).abs() < 1e-12, "{utility} is not {expected}");
        }
    }

    #[test]
    fn an_owner_without_a_tear_line_enforces_or_waives_and_the_choice_holds_its_draw() {
        let nothing = Stake { exposure: 0.0, belief: 0.0, received: 0.0, outposts: 0.0, ally: 0.0 };
        let even = Model { w_resolve: 0.0, ..Model::default() };
        let bare = Rule { tear_line: None, ..rule(Enforcement::Discretionary) };
        let torn = rule(Enforcement::Discretionary);
        let third = 1.0 / 3.0;
        // The greatest of three draws wins where nothing is at stake.
        for (rule, draws, measure, probability, draw) in [
            (&torn, [0.9, 0.5, 0.1], Measure::Full, third, 0.9),
            (&torn, [0.5, 0.9, 0.1], Measure::TearLine, third, 0.9),
            (&torn, [0.1, 0.5, 0.9], Measure::Waived, third, 0.9),
            (&bare, [0.2, 0.9, 0.1], Measure::Full, 0.5, 0.2),
            (&bare, [0.1, 0.9, 0.2], Measure::Waived, 0.5, 0.2),
        ] {
            let choice = choose(&even, rule, false, &nothing, &draws);
            assert_eq!((choice.measure, choice.draw, choice.certain), (measure, Some(draw), None), "{draws:?}");
            assert!((choice.probability - probability).abs() < 1e-12, "{draws:?}: {}", choice.probability);
        }
    }

    #[test]
    fn conditions_can_read_how_a_rule_is_applied() {
        let (now, because) = (Quarter::new(2020, 1), Because::Start);
        let triggered = |measure| Application::Triggered { measure, chosen: now, because };
        let restoring = |measure| Application::Restoring { measure, until: now, because };
        let cases = [
            (Application::Clear, false, [false, false, false]),
            (Application::Clear, true, [true, false, false]),
            (triggered(Measure::Full), false, [false, false, false]),
            (triggered(Measure::Full), true, [true, false, false]),
            (triggered(Measure::TearLine), false, [false, true, false]),
            (triggered(Measure::Waived), false, [true, false, false]),
            (restoring(Measure::Full), false, [false, false, true]),
            (restoring(Measure::TearLine), false, [false, true, true]),
        ];
        let (owner, nation) = (NationId::new(0), NationId::new(1));
        let none = || NationSet::none(3);
        for (application, spared, expected) in cases {
            let mut state = RuleState { quarters_in_force: 0, waived: none(), tear_line: none(), restoring: none() };
            clear_marks(&mut state, &if spared { NationSet::all(3) } else { none() }, owner);
            mark(&mut state, nation, application);
            let marked = [&state.waived, &state.tear_line, &state.restoring].map(|set| set.contains(nation));
            assert_eq!(marked, expected, "{application:?}, spared: {spared}");
            assert!(!state.waived.contains(owner), "an owner's rule says nothing of itself");
        }
    }

    #[test]
    fn a_restriction_is_quick_and_its_restoration_slow() {
        let now = Quarter::new(2020, 1);
        let full = Application::Triggered { measure: Measure::Full, chosen: now, because: Because::Start };
        let waived = Application::Triggered { measure: Measure::Waived, chosen: now, because: Because::Start };
        assert_eq!(next_application(Application::Clear, true, now, 8), None, "the owner chooses at once");
        assert_eq!(next_application(full, true, now.plus(3), 8), Some(full));
        assert_eq!(next_application(full, true, now.plus(4), 8), None, "and again after a year");
        let restoring = next_application(full, false, now, 8).expect("nothing to choose");
        assert!(matches!(restoring, Application::Restoring { until, .. } if until == now.plus(8)));
        assert_eq!(next_application(restoring, false, now.plus(7), 8), Some(restoring));
        assert_eq!(next_application(restoring, false, now.plus(8), 8), Some(Application::Clear));
        assert_eq!(next_application(restoring, true, now.plus(2), 8), None);
        assert_eq!(next_application(full, false, now, 0), Some(Application::Clear));
        assert_eq!(
            next_application(waived, false, now, 8),
            Some(Application::Clear),
            "a waiver leaves nothing to restore"
        );
    }

    #[test]
    fn the_reason_of_a_choice_lists_what_was_seen_and_why_it_was_certain() {
        let stake = Stake { exposure: 0.45, belief: 0.256, received: 0.0123, outposts: 0.25, ally: 0.5 };
        let seen = Exposure { core: 20, access: 41, government: 45, access_4g: 1, access_5g: 2, mission: 3 };
        let expected = "the owner sees core 20 %, access 41 %, government 45 %; belief 0.26; \
                    receives 0.012 of its reading; outposts 0.250; trust 0.50";
        assert_eq!(stake.describe(&seen, None), expected);
        assert_eq!(stake.describe(&seen, Some("the rule is automatic")), format!("the rule is automatic; {expected}"));
    }
}
