//! Access: evaluates the rules for every pair, lets owners enforce or waive them, and decides what is allowed.
mod cause;
mod enforcement;
mod record;
mod sight;

use crate::access::facts::{DecidedOn, Facts, RuleState};
use crate::access::{Policies, Scratch};
use crate::world::agreement::Covenant;
use crate::world::chance::{Stream, within};
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::levels::LEVELS;
use crate::world::matrix::BitMatrix;
use crate::world::mission::Outreach;
use crate::world::nation::{Belief, Nation, Position};
use crate::world::network::{Equipment, Layers, Network};
use crate::world::news::News;
use crate::world::record::{Because, Decision, DecisionKind, DecisionLog};
use crate::world::rule::{Application, Measure, Restrictions, Rule, RuleProgress};
use crate::world::sets::NationSet;
use crate::world::setting::{Clock, Halt, Names, Roll, Setting, everyone};
use crate::world::ties::{Dependence, Trust};
use crate::world::vendor::VendorList;
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use enforcement::{Stake, choose, next_application};
use smallvec::SmallVec;

/// What owners know when they apply their rules.
#[derive(SystemParam)]
pub struct RuleApplication<'w, 's> {
    setting: Res<'w, Setting>,
    clock: Res<'w, Clock>,
    roll: Res<'w, Roll>,
    names: Res<'w, Names>,
    policies: Res<'w, Policies>,
    equipment: Res<'w, Equipment>,
    vendors: Res<'w, VendorList>,
    outreach: Res<'w, Outreach>,
    trust: Res<'w, Trust>,
    dependence: Res<'w, Dependence>,
    covenant: Res<'w, Covenant>,
    governments: Query<'w, 's, (&'static Nation, &'static Position, &'static Belief)>,
    networks: Query<'w, 's, (&'static Network, &'static Layers)>,
}

/// The grants that would be left if every announced rule were enforced in full.
#[derive(Resource, Clone, Debug)]
pub struct DeclaredGrants(pub Grants);

/// Sets the start of a run: no rule has been announced.
pub fn reset(world: &mut World) {
    let nations = world.resource::<Setting>().nations;
    world.insert_resource(DeclaredGrants(Grants::none(nations)));
}

/// Applies the rules and decides what is allowed this quarter.
#[expect(clippy::too_many_arguments, reason = "a system names what it touches")]
pub fn access(
    application: RuleApplication,
    mut facts: ResMut<Facts>,
    mut scratch: ResMut<Scratch>,
    mut grants: ResMut<Grants>,
    mut declared: ResMut<DeclaredGrants>,
    mut restrictions: ResMut<Restrictions>,
    mut decision_log: ResMut<DecisionLog>,
    mut halt: ResMut<Halt>,
    decided_on: Option<ResMut<DecidedOn>>,
    mut rules: Query<(&Rule, &mut RuleProgress)>,
    mut news: MessageWriter<News>,
) {
    for (nation, position, _) in application.governments.iter_many(&application.roll.nations).matched() {
        facts.stance[nation.id.index()] = position.stance.rank() as i64;
    }
    sight::fill_exposures(
        &mut facts.seen,
        &application.setting.model,
        &application.equipment,
        &application.vendors,
        &application.outreach,
    );
    let mut softened = NationSet::none(application.setting.nations);
    let mut tear_lines = std::mem::take(&mut grants.tear_lines);
    tear_lines.iter_mut().for_each(BitMatrix::clear);
    let mut applied = rules.iter_many_mut(&application.roll.rules).matched();
    while let Some((rule, mut course)) = applied.fetch_next() {
        let strength = match application.apply_rule(rule, &mut course, &mut facts, &mut scratch, &mut decision_log) {
            Ok(strength) => strength,
            Err(error) => return halt.stop(error),
        };
        if let Some(strength) = strength {
            news.write(News::Enforcement { owner: rule.owner, strength });
        }
        if facts.rule(rule.id).is_softened() {
            softened.insert(rule.owner);
        }
        add_tear_lines(&mut tear_lines, rule, &facts.rule(rule.id).tear_line);
    }
    if let Err(error) = application.decide(&softened, &mut facts, &mut scratch, &mut grants, &mut declared.0) {
        return halt.stop(error);
    }
    grants.tear_lines = tear_lines;
    if let Some(mut decided_on) = decided_on {
        decided_on.0 = Some(facts.clone());
    }
    application.count_restrictions(&grants, &declared.0, &mut restrictions);
    let courses: SmallVec<[(&Rule, &RuleProgress); 8]> = rules.iter_many(&application.roll.rules).matched().collect();
    application.record_changes(&facts, &grants, &courses, &mut restrictions, &mut decision_log);
    if decision_log.on && (application.clock.0.ends_year() || application.clock.0 == application.setting.end) {
        application.name_binding_rules(&facts, &grants, &mut restrictions);
    }
    facts.restricts.clone_from(&restrictions.pairs);
}

impl RuleApplication<'_, '_> {
    /// Updates how a rule applies to every nation. Returns the mean firmness of its owner's choices this quarter (1
    /// full enforcement, 0.5 tear-line, 0 waiver), or `None` if it chose nothing. Errors if a condition cannot be
    /// evaluated.
    fn apply_rule(
        &self,
        rule: &Rule,
        course: &mut RuleProgress,
        facts: &mut Facts,
        scratch: &mut Scratch,
        decision_log: &mut DecisionLog,
    ) -> Result<Option<f64>, String> {
        let now = self.clock.0;
        let triggered = self.policies.triggers(rule.id, facts, scratch).map_err(|e| self.explain(&e))?;
        let restore = (self.setting.model.restore_years * 4.0).round() as u32;
        let (mut chosen, mut firmness) = (0u32, 0.0);
        enforcement::clear_marks(&mut facts.rules[rule.id.index()], &course.spared, rule.owner);
        for nation in everyone(self.setting.nations).filter(|n| *n != rule.owner) {
            let (before, triggered) = (course.towards[nation.index()], triggered.contains(nation));
            if matches!((before, triggered), (Application::Clear, false)) {
                continue;
            }
            let mut application = next_application(before, triggered, now, restore);
            if application.is_none() {
                let (measure, because) = self.choose_measure(rule, course, nation, facts, decision_log);
                chosen += 1;
                firmness += match measure {
                    Measure::Full => 1.0,
                    Measure::TearLine => 0.5,
                    Measure::Waived => 0.0,
                };
                application = Some(Application::Triggered { measure, chosen: now, because });
            }
            let application = application.expect("chosen above");
            course.towards[nation.index()] = application;
            enforcement::mark(&mut facts.rules[rule.id.index()], nation, application);
        }
        Ok((chosen > 0).then(|| firmness / f64::from(chosen)))
    }

    /// The owner's choice towards a nation that triggers its rule, and the record of the choice.
    fn choose_measure(
        &self,
        rule: &Rule,
        course: &RuleProgress,
        nation: NationId,
        facts: &Facts,
        decision_log: &mut DecisionLog,
    ) -> (Measure, Because) {
        let now = self.clock.0;
        let seen = facts.seen[(rule.owner, nation)];
        let belief = self.governments.get(self.roll.nation(rule.owner)).map_or(0.5, |(_, _, b)| b.share());
        let stake = Stake {
            exposure: f64::from(seen.core.max(seen.government)) / 100.0,
            belief,
            received: self.dependence.0[(rule.owner, nation)],
            outposts: self.outreach.outposts[(rule.owner, nation)],
            ally: self.trust.goodwill[(rule.owner, nation)],
        };
        let subject = within(rule.subject, crate::world::chance::subject(self.names.nation(nation)));
        let draws = std::array::from_fn(|k| self.setting.chance.uniform(Stream::Enforcement, subject, now, k as u32));
        let choice = choose(&self.setting.model, rule, course.spared.contains(nation), &stake, &draws);
        let because = decision_log.record(now, || Decision {
            kind: if choice.measure == Measure::Waived { DecisionKind::Waive } else { DecisionKind::Enforce },
            actor: rule.owner,
            target: Some(nation),
            rule: Some(rule.id),
            outcome: choice.measure.as_str().into(),
            probability: choice.probability,
            draw: choice.draw,
            reason: stake.describe(&seen, choice.certain),
            because: self.causing_contract(rule, nation, facts).unwrap_or(course.because),
            path: format!("rules.{}", self.names.rule(rule.id)),
        });
        (choice.measure, because)
    }

    /// Decides every pair twice: with the rules as they are applied (`grants`), and as they are announced (`declared`).
    /// The two can differ only in the rows of the `softened` owners, who waive a rule or use a tear-line for anyone.
    /// Errors if a policy cannot be evaluated.
    fn decide(
        &self,
        softened: &NationSet,
        facts: &mut Facts,
        scratch: &mut Scratch,
        grants: &mut Grants,
        declared: &mut Grants,
    ) -> Result<(), String> {
        self.policies.decide(facts, scratch, grants).map_err(|e| self.explain(&e))?;
        declared.clone_from(grants);
        if softened.is_empty() {
            return Ok(());
        }
        let nobody = NationSet::none(self.setting.nations);
        let kept: SmallVec<[[NationSet; 2]; 4]> =
            facts.rules.iter_mut().map(|rule| take_softening(rule, &nobody)).collect();
        let outcome = softened.iter().try_for_each(|owner| self.policies.decide_again(owner, facts, scratch, declared));
        for (rule, [waived, tear_line]) in facts.rules.iter_mut().zip(kept) {
            (rule.waived, rule.tear_line) = (waived, tear_line);
        }
        outcome.map_err(|e| self.explain(&e))
    }

    /// The message of an error, with the quarter.
    fn explain(&self, error: &crate::access::AccessError) -> String {
        format!("in {} {error}", self.clock.0)
    }

    /// Counts pairs and actions: what the announced rules would stop if enforced in full, and how much of it is in fact
    /// stopped as fully.
    fn count_restrictions(&self, grants: &Grants, declared: &Grants, restrictions: &mut Restrictions) {
        let (mut declared_count, mut applied_count) = (0, 0);
        for owner in self.policies.owners().iter().copied() {
            let (full, now) = (self.stopped_by_level(owner, declared), self.stopped_by_level(owner, grants));
            let mut stopped = NationSet::none(self.setting.nations);
            full.iter().for_each(|set| stopped.union_with(set));
            declared_count += stopped.len();
            applied_count +=
                stopped.iter().filter(|nation| sets_with(&now, *nation) >= sets_with(&full, *nation)).count();
            for (wanted, full, now) in [
                (&self.covenant.joined[0], &declared.work_forbidden, &grants.work_forbidden),
                (&self.outreach.has_mission, &declared.colocate_forbidden, &grants.colocate_forbidden),
            ] {
                let mut stopped = common(owner, wanted, full);
                declared_count += stopped.len();
                stopped.intersect_with(&now.set_of(owner));
                applied_count += stopped.len();
            }
        }
        restrictions.declared = declared_count as u32;
        restrictions.applied = applied_count as u32;
    }

    /// By level: the nations to which agreements allow an owner to share, but a rule forbids it.
    fn stopped_by_level(&self, owner: NationId, grants: &Grants) -> [NationSet; LEVELS] {
        std::array::from_fn(|level| common(owner, &self.covenant.joined[level], &grants.share_forbidden[level]))
    }
}

/// Adds the nations to which a rule's owner sends sanitised versions. Of several tear-lines the lowest holds.
fn add_tear_lines(tear_lines: &mut [BitMatrix; LEVELS], rule: &Rule, nations: &NationSet) {
    let Some(level) = rule.tear_line else { return };
    for nation in nations.iter() {
        let lowest = tear_lines.iter().position(|plane| plane.get(rule.owner, nation)).unwrap_or(LEVELS);
        if level.rank() < lowest {
            tear_lines.iter_mut().for_each(|plane| plane.set(rule.owner, nation, false));
            tear_lines[level.rank()].set(rule.owner, nation, true);
        }
    }
}

/// Replaces a rule's waivers and tear-lines by `nobody`, and returns them.
fn take_softening(rule: &mut RuleState, nobody: &NationSet) -> [NationSet; 2] {
    [&mut rule.waived, &mut rule.tear_line].map(|marked| std::mem::replace(marked, nobody.clone()))
}

/// The nations in an owner's row of both relations.
fn common(owner: NationId, wanted: &BitMatrix, stopped: &BitMatrix) -> NationSet {
    let mut both = wanted.set_of(owner);
    both.intersect_with(&stopped.set_of(owner));
    both
}

/// How many of the sets contain a nation.
fn sets_with(levels: &[NationSet; LEVELS], nation: NationId) -> usize {
    levels.iter().filter(|set| set.contains(nation)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::AccessError;
    use crate::history::Detail;
    use crate::load::{Choice, load};
    use crate::run::Prepared;
    use crate::world::ids::RuleId;
    use crate::world::model::Model;
    use bevy_ecs::system::{RunSystemOnce, SystemState};
    use std::collections::BTreeMap;

    pub(super) const DEU: NationId = NationId(0);
    pub(super) const GBR: NationId = NationId(1);
    pub(super) const USA: NationId = NationId(2);

    /// One owner that flags the first of two vendors; a careless nation with two networks of one size, of which one
    /// carries government traffic; and a third nation with one network.
    const GIVEN: &str = r#"
format = 1
title = "small"
[run]
start = "2019Q1"
end = "2020Q4"
seed = 1
[facts.careless]
type = "boolean"
default = false
[nations.DEU]
name = "Germany"
intelligence = 10.0
facts = { careless = true }
[nations.GBR]
name = "United Kingdom"
intelligence = 10.0
[nations.USA]
name = "United States"
intelligence = 10.0
[rivals.CHN]
name = "China"
capability_share = 0.2
[rivals.FIN]
name = "Finland"
capability_share = 0.0
[vendors.huawei]
home = "CHN"
flagged_by = ["USA"]
[vendors.nokia]
home = "FIN"
[networks.deu-1]
nation = "DEU"
subscribers_million = 10.0
traffic = ["public", "government"]
core = { nokia = 1.0 }
access_4g = { nokia = 1.0 }
access_5g = { nokia = 1.0 }
[networks.deu-2]
nation = "DEU"
subscribers_million = 10.0
traffic = ["public"]
core = { nokia = 1.0 }
access_4g = { nokia = 1.0 }
access_5g = { nokia = 1.0 }
[networks.gbr]
nation = "GBR"
subscribers_million = 10.0
traffic = ["public", "government"]
core = { nokia = 1.0 }
access_4g = { nokia = 1.0 }
access_5g = { nokia = 1.0 }
"#;

    /// The world of `GIVEN` with these rules, none of them announced.
    pub(super) fn world(rules: &str) -> World {
        let files = BTreeMap::from([("small.toml".to_owned(), format!("{GIVEN}{rules}"))]);
        let scenario = load(&files, "small.toml", &Choice::default());
        let scenario = scenario.unwrap_or_else(|faults| panic!("{:?}\n{rules}", faults.faults));
        Prepared::new(&scenario).world(0, Detail { full: true })
    }

    /// The rules of a world, in order.
    pub(super) fn rules(world: &World) -> Vec<Rule> {
        let entities = &world.resource::<Roll>().rules;
        entities.iter().map(|entity| world.get::<Rule>(*entity).expect("a rule").clone()).collect()
    }

    /// Calls a function with what the owners of a world know.
    pub(super) fn with_owners<T>(world: &mut World, ask: impl FnOnce(&RuleApplication) -> T) -> T {
        let mut state = SystemState::<RuleApplication>::new(world);
        ask(&state.get(world).expect("everything that owners know is in the world"))
    }

    const CARELESS: &str = r#"
[rules.r0]
owner = "USA"
forbids = ["share", "work_alongside"]
when = 'resource.careless'
tear_line = "confidential"
"#;

    #[test]
    fn a_waiver_or_a_tear_line_alone_makes_what_is_announced_differ_from_what_is_applied() {
        let cases = [
            (Measure::Full, [false, true, true, true, true], true),
            (Measure::TearLine, [false, false, false, true, true], true),
            (Measure::Waived, [false; 5], false),
        ];
        for (measure, share, work) in cases {
            let mut world = world(CARELESS);
            world.resource_mut::<Facts>().rules[0].quarters_in_force = 0;
            let (rule, chosen) = (world.resource::<Roll>().rules[0], world.resource::<Clock>().0);
            let applied = Application::Triggered { measure, chosen, because: Because::Start };
            world.get_mut::<RuleProgress>(rule).expect("a rule").towards[DEU.index()] = applied;
            world.run_system_once(access).expect("everything that is needed is in the world");
            assert_eq!(*world.resource::<Halt>(), Halt(None));
            let stopped = |grants: &Grants| {
                let share = grants.share_forbidden.each_ref().map(|plane| plane.get(USA, DEU));
                (share, grants.work_forbidden.get(USA, DEU))
            };
            assert_eq!(
                stopped(&world.resource::<DeclaredGrants>().0),
                ([false, true, true, true, true], true),
                "{measure:?} as announced"
            );
            assert_eq!(stopped(world.resource::<Grants>()), (share, work), "{measure:?} as applied");
        }
    }

    #[test]
    fn owners_weigh_the_larger_of_core_and_government_as_a_share() {
        let mut world = world(&CARELESS.replace("tear_line = \"confidential\"\n", ""));
        world.resource_mut::<Setting>().model = Model {
            w_resolve: 0.0,
            w_leak: 8.0,
            w_receive: 0.0,
            w_outposts: 0.0,
            w_ally: 0.0,
            enforce_beta: 1.0,
            ..Model::default()
        };
        let owner = world.resource::<Roll>().nation(USA);
        world.get_mut::<Belief>(owner).expect("nations believe").log_odds = 0.0;
        let (rule, mut facts) = (rules(&world)[0].clone(), world.resource::<Facts>().clone());
        let course = world.get::<RuleProgress>(world.resource::<Roll>().rules[0]).expect("a rule").clone();
        // At an even belief full enforcement is worth four times the exposure more than a waiver.
        for (core, government, exposure) in [(40, 20, 0.4), (20, 30, 0.3), (0, 0, 0.0)] {
            let seen = &mut facts.seen[(USA, DEU)];
            (seen.core, seen.government, seen.access) = (core, government, 90);
            let mut decision_log = DecisionLog { on: true, ..DecisionLog::default() };
            let (measure, _) =
                with_owners(&mut world, |owners| owners.choose_measure(&rule, &course, DEU, &facts, &mut decision_log));
            let full = 1.0 / (1.0 + libm::exp(-4.0 * exposure));
            let expected = if measure == Measure::Full { full } else { 1.0 - full };
            let probability = decision_log.kept[0].2.probability;
            assert!(
                (probability - expected).abs() < 1e-12,
                "core {core}, government {government}: {probability}, not {expected}"
            );
        }
    }

    #[test]
    fn an_error_names_its_quarter_its_rule_and_the_pair() {
        let error = AccessError {
            rule: "r0".to_owned(),
            rule_id: Some(RuleId::new(0)),
            giver: USA,
            receiver: DEU,
            names: ["USA".to_owned(), "DEU".to_owned()],
            message: "a sum overflows".to_owned(),
        };
        let message = with_owners(&mut world(CARELESS), |owners| owners.explain(&error));
        assert_eq!(message, "in 2019Q1 `r0` cannot be decided for `USA` towards `DEU`: a sum overflows");
    }
}
