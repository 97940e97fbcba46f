//! Records which pairs became restricted, by which rule, and which were restored.
use super::RuleApplication;
use crate::access::PolicyIx;
use crate::access::facts::Facts;
use crate::world::grants::Grants;
use crate::world::ids::{NationId, RuleId};
use crate::world::levels::Level;
use crate::world::record::{Because, Decision, DecisionKind, DecisionLog};
use crate::world::rule::{Application, Measure, Restrictions, Rule, RuleProgress};
use crate::world::slot::Slot;

impl RuleApplication<'_, '_> {
    /// Records which pairs became restricted and which were restored.
    pub fn record_changes(
        &self,
        facts: &Facts,
        grants: &Grants,
        courses: &[(&Rule, &RuleProgress)],
        restrictions: &mut Restrictions,
        decision_log: &mut DecisionLog,
    ) {
        for owner in self.policies.owners().iter().copied() {
            let now = grants.restricted(owner);
            let mut changed = restrictions.pairs.set_of(owner);
            changed.toggle(&now);
            restrictions.pairs.row_mut(owner).copy_from_slice(now.words());
            for nation in changed.iter() {
                let stopped = now.contains(nation);
                let record = decision_log.record(self.clock.0, || match stopped {
                    true => self.restriction(facts, grants, courses, owner, nation),
                    false => self.restoration(courses, owner, nation),
                });
                if stopped {
                    restrictions.because.insert((owner, nation), record);
                } else {
                    restrictions.because.remove(&(owner, nation));
                }
            }
        }
    }

    /// Stores for each restricted pair the policy that stops it: at the lowest level that is stopped, or else working
    /// alongside or co-locating.
    pub fn name_binding_rules(&self, facts: &Facts, grants: &Grants, restrictions: &mut Restrictions) {
        restrictions.binding.clear();
        for (owner, nation) in restrictions.because.keys().copied() {
            if let Some(policy) = self.binding_policy(facts, grants, owner, nation) {
                restrictions.binding.insert((owner, nation), self.policies.id(policy).into());
            }
        }
    }

    /// The first policy that stops a pair at the first slot (level or action) that is stopped.
    fn binding_policy(&self, facts: &Facts, grants: &Grants, owner: NationId, nation: NationId) -> Option<PolicyIx> {
        let slot = Slot::all().find(|slot| grants.forbidden(*slot).get(owner, nation))?;
        self.policies.explain(facts, owner, nation, slot).forbids.first().copied()
    }

    /// The record of a new restriction: the rule that stops the pair, and the choice that enforced the rule.
    fn restriction(
        &self,
        facts: &Facts,
        grants: &Grants,
        courses: &[(&Rule, &RuleProgress)],
        owner: NationId,
        nation: NationId,
    ) -> Decision {
        let policy = self.binding_policy(facts, grants, owner, nation);
        let rule = policy.and_then(|policy| self.policies.rule(policy));
        let enforced =
            |id: RuleId| courses.iter().find_map(|(rule, course)| restricting_choice(rule, course, id, nation));
        let name = policy.map_or("a policy", |policy| self.policies.id(policy));
        Decision {
            kind: DecisionKind::Restrict,
            actor: owner,
            target: Some(nation),
            rule,
            outcome: describe_stopped(grants, owner, nation).into(),
            probability: 1.0,
            draw: None,
            reason: format!("`{name}` forbids it"),
            because: rule.and_then(enforced).unwrap_or_default(),
            // If no rule of the scenario forbids it, then a policy file does.
            path: rule.map_or_else(|| "policies".to_owned(), |rule| format!("rules.{}", self.names.rule(rule))),
        }
    }

    /// The record of a restriction's end. Its cause is a waiver, a tear-line, the end of a rule, or what the nation's
    /// government did.
    fn restoration(&self, courses: &[(&Rule, &RuleProgress)], owner: NationId, nation: NationId) -> Decision {
        let own = || courses.iter().filter(|(rule, _)| rule.owner == owner);
        let softened = own().find_map(|(rule, course)| Some((rule.id, triggered_choice(course, nation)?)));
        let cause = softened.or_else(|| own().find_map(|(rule, course)| Some((rule.id, lifting_event(course)?))));
        let government = self.governments.get(self.roll.nation(nation)).map(|(_, position, _)| position.because);
        let rule = cause.map(|(rule, _)| rule);
        let place = || format!("nations.{}", self.names.nation(nation));
        Decision {
            kind: DecisionKind::Restore,
            actor: owner,
            target: Some(nation),
            rule,
            outcome: "restored".into(),
            probability: 1.0,
            draw: None,
            reason: "no rule forbids anything any more".to_owned(),
            because: cause.map_or(government.unwrap_or_default(), |(_, because)| because),
            path: rule.map_or_else(place, |rule| format!("rules.{}", self.names.rule(rule))),
        }
    }
}

/// The choice by which a rule applies to a nation that triggers it.
fn triggered_choice(course: &RuleProgress, nation: NationId) -> Option<Because> {
    match course.towards[nation.index()] {
        Application::Triggered { because, .. } => Some(because),
        _ => None,
    }
}

/// The event that lifted a rule, if the rule is not announced.
fn lifting_event(course: &RuleProgress) -> Option<Because> {
    match course.because {
        because @ Because::Event(_) if course.announced.is_none() => Some(because),
        _ => None,
    }
}

/// What is stopped, in words, for example `share above confidential; work_alongside`.
fn describe_stopped(grants: &Grants, owner: NationId, nation: NationId) -> String {
    let mut what = Vec::new();
    let forbidden = grants.share_forbidden.iter().any(|plane| plane.get(owner, nation));
    match grants.rule_cap(owner, nation) {
        // What is open is no secret, and goes on by default.
        None | Some(Level::Open) if forbidden => what.push("share".to_owned()),
        Some(level) if forbidden => what.push(format!("share above {}", level.as_str())),
        _ => {}
    }
    if grants.work_forbidden.get(owner, nation) {
        what.push("work_alongside".to_owned());
    }
    if grants.colocate_forbidden.get(owner, nation) {
        what.push("co_locate".to_owned());
    }
    what.join("; ")
}

/// The choice that restricts a nation under a rule, if the rule is the one with this id.
fn restricting_choice(rule: &Rule, course: &RuleProgress, id: RuleId, nation: NationId) -> Option<Because> {
    if rule.id != id {
        return None;
    }
    match course.towards[nation.index()] {
        Application::Triggered { measure, because, .. } | Application::Restoring { measure, because, .. } => {
            (measure != Measure::Waived).then_some(because)
        }
        Application::Clear => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{DEU, GBR, USA, rules, with_owners, world};
    use super::*;
    use crate::access::Scratch;
    use crate::world::clock::Quarter;
    use crate::world::ids::EventId;
    use crate::world::nation::Position;
    use crate::world::sets::NationSet;
    use crate::world::setting::Roll;

    const RULES: &str = r#"
[rules.r0]
owner = "GBR"
forbids = ["share"]
when = 'resource.careless'
[rules.r1]
owner = "USA"
forbids = ["share"]
when = 'resource.careless && context.level > 2'
[rules.r2]
owner = "USA"
forbids = ["share", "work_alongside"]
when = 'resource.careless'
"#;
    const NOW: Quarter = Quarter(8000);

    fn made(number: u32) -> Because {
        Because::Decision { quarter: NOW, number }
    }

    fn triggered(measure: Measure, number: u32) -> Application {
        Application::Triggered { measure, chosen: NOW, because: made(number) }
    }

    fn restoring(number: u32) -> Application {
        Application::Restoring { measure: Measure::Full, until: NOW, because: made(number) }
    }

    /// A rule that is announced or not, for a cause, and applies to Germany in this way; it is waived for the others.
    fn course((announced, because, towards): (bool, Because, Application)) -> RuleProgress {
        let other = triggered(Measure::Waived, 99);
        let towards = vec![towards, other, other];
        RuleProgress { announced: announced.then_some(NOW), because, towards, spared: NationSet::none(3) }
    }

    #[test]
    fn a_restoration_names_what_softened_a_rule_of_the_owner_or_else_what_lifted_one_or_else_the_government() {
        let (event, lifted, clear) =
            (Because::Event(EventId::new(1)), Because::Event(EventId::new(2)), Application::Clear);
        let idle = (true, event, clear);
        let waived = (true, event, triggered(Measure::Waived, 1));
        let cases = [
            ("nothing else", [idle, idle, idle], None, made(7)),
            ("softened", [idle, idle, waived], Some(2), made(1)),
            ("softened by another", [waived, idle, idle], None, made(7)),
            (
                "the first that is softened",
                [idle, waived, (true, event, triggered(Measure::TearLine, 2))],
                Some(1),
                made(1),
            ),
            ("over by itself", [idle, (true, event, restoring(3)), idle], None, made(7)),
            ("lifted", [idle, idle, (false, lifted, clear)], Some(2), lifted),
            ("lifted by another", [(false, lifted, clear), idle, idle], None, made(7)),
            ("never announced", [idle, (false, Because::Start, clear), idle], None, made(7)),
            ("softened rather than lifted", [idle, (false, lifted, clear), waived], Some(2), made(1)),
        ];
        let mut world = world(RULES);
        let germany = world.resource::<Roll>().nation(DEU);
        world.get_mut::<Position>(germany).expect("a government").because = made(7);
        let rules = rules(&world);
        for (what, courses, rank, because) in cases {
            let courses = courses.map(course);
            let pairs: Vec<(&Rule, &RuleProgress)> = rules.iter().zip(&courses).collect();
            let expected = Decision {
                kind: DecisionKind::Restore,
                actor: USA,
                target: Some(DEU),
                rule: rank.map(RuleId::new),
                outcome: "restored".into(),
                probability: 1.0,
                draw: None,
                reason: "no rule forbids anything any more".to_owned(),
                because,
                path: rank.map_or("nations.DEU".to_owned(), |rank| format!("rules.r{rank}")),
            };
            assert_eq!(with_owners(&mut world, |owners| owners.restoration(&pairs, USA, DEU)), expected, "{what}");
        }
    }

    #[test]
    fn a_restriction_names_the_binding_rule_its_choice_and_what_is_stopped() {
        let mut world = world(RULES);
        let mut facts = world.resource::<Facts>().clone();
        let rules = rules(&world);
        let courses = [10, 11, 12].map(|number| course((true, Because::Start, triggered(Measure::Full, number))));
        let pairs: Vec<(&Rule, &RuleProgress)> = rules.iter().zip(&courses).collect();
        let cases = [
            (GBR, [0, -1, -1], 0, "share"),
            (USA, [0, 0, -1], 1, "share above confidential"),
            (USA, [0, 0, 0], 2, "share; work_alongside"),
        ];
        for (owner, in_force, rank, what) in cases {
            for (state, quarters) in facts.rules.iter_mut().zip(in_force) {
                state.quarters_in_force = quarters;
            }
            let mut grants = Grants::none(3);
            let decision = with_owners(&mut world, |owners| {
                owners.policies.decide(&facts, &mut Scratch::new(), &mut grants).expect("nothing errs");
                owners.restriction(&facts, &grants, &pairs, owner, DEU)
            });
            let expected = Decision {
                kind: DecisionKind::Restrict,
                actor: owner,
                target: Some(DEU),
                rule: Some(RuleId::new(rank)),
                outcome: what.into(),
                probability: 1.0,
                draw: None,
                reason: format!("`r{rank}` forbids it"),
                because: made(10 + u32::try_from(rank).expect("three rules")),
                path: format!("rules.r{rank}"),
            };
            assert_eq!(decision, expected);
        }
    }

    #[test]
    fn what_is_stopped_is_described_by_the_level_above_which_nothing_is_sent_and_by_action() {
        let cases: [(&[Level], bool, bool, &str); 8] = [
            (&[], false, false, ""),
            (Level::ALL, false, false, "share"),
            (&Level::ALL[1..], false, false, "share"),
            (&Level::ALL[3..], false, false, "share above confidential"),
            (&Level::ALL[4..], true, false, "share above secret; work_alongside"),
            (&[], true, false, "work_alongside"),
            (&[], false, true, "co_locate"),
            (Level::ALL, true, true, "share; work_alongside; co_locate"),
        ];
        for (levels, work, colocate, expected) in cases {
            let mut grants = Grants::none(3);
            levels.iter().for_each(|level| grants.share_forbidden[level.rank()].set(USA, DEU, true));
            grants.work_forbidden.set(USA, DEU, work);
            grants.colocate_forbidden.set(USA, DEU, colocate);
            assert_eq!(describe_stopped(&grants, USA, DEU), expected);
            assert_eq!(describe_stopped(&grants, DEU, USA), "", "the other way nothing is stopped");
        }
    }

    #[test]
    fn only_a_restricting_choice_under_the_rule_itself_is_the_cause() {
        let rules = rules(&world(RULES));
        let cases = [
            (1, triggered(Measure::Full, 1), Some(made(1))),
            (1, triggered(Measure::TearLine, 2), Some(made(2))),
            (1, triggered(Measure::Waived, 3), None),
            (1, restoring(4), Some(made(4))),
            (1, Application::Clear, None),
            (2, triggered(Measure::Full, 5), None),
        ];
        for (rank, application, expected) in cases {
            let course = course((true, Because::Start, application));
            assert_eq!(
                restricting_choice(&rules[1], &course, RuleId::new(rank), DEU),
                expected,
                "{rank}: {application:?}"
            );
        }
    }
}
