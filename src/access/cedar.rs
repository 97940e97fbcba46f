//! Converts facts to Cedar: entities, and a request for each question.
use super::facts::{Exposure, Facts, RuleState};
use super::ir::Uncompiled;
use crate::scenario::Scenario;
use crate::scenario::format::FactType;
use crate::world::ids::{NationId, Roster};
use crate::world::levels::{Action, LEVELS};
use crate::world::sets::members;
use crate::world::slot::Slot;
use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request, Response,
    RestrictedExpression,
};
use std::str::FromStr;
use std::sync::Arc;

/// The Cedar names of nations, groups and so on, by rank.
#[derive(Clone, Debug)]
pub(super) struct CedarNames {
    pub nations: Vec<EntityUid>,
    groups: Vec<EntityUid>,
    agreements: Vec<EntityUid>,
    actions: Vec<EntityUid>,
    /// The id of each fact, and whether it is a Boolean.
    facts: Vec<(String, bool)>,
    rules: Vec<String>,
}

impl CedarNames {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let rosters = &scenario.rosters;
        Self {
            nations: uids("Nation", &rosters.nations),
            groups: uids("Group", &rosters.groups),
            agreements: uids("Agreement", &rosters.agreements),
            actions: Action::ALL.iter().map(|action| uid("Action", action.as_str())).collect(),
            facts: scenario.file.facts.iter().map(|(id, f)| (id.clone(), f.kind == FactType::Boolean)).collect(),
            rules: rosters.rules.ids().map(str::to_owned).collect(),
        }
    }
}

fn uid(kind: &str, id: &str) -> EntityUid {
    let kind = EntityTypeName::from_str(kind).expect("the schema's types are names");
    EntityUid::from_type_name_and_id(kind, EntityId::new(id))
}

fn uids(kind: &str, roster: &Roster) -> Vec<EntityUid> {
    roster.ids().map(|id| uid(kind, id)).collect()
}

fn long(value: i64) -> RestrictedExpression {
    RestrictedExpression::new_long(value)
}

fn record(fields: impl IntoIterator<Item = (String, RestrictedExpression)>) -> RestrictedExpression {
    RestrictedExpression::new_record(fields).expect("the keys of a record differ")
}

/// The facts of one quarter as Cedar entities.
#[derive(Clone, Debug)]
pub(super) struct CedarEntities {
    names: Arc<CedarNames>,
    entities: Entities,
}

impl CedarEntities {
    pub(super) fn new(names: &Arc<CedarNames>, facts: &Facts) -> Self {
        let names = names.clone();
        let plain = names.groups.iter().chain(&names.agreements).chain(&names.actions);
        let nations = (0..facts.nations).map(|nation| names.nation(facts, NationId::new(nation)));
        let all: Vec<Entity> = plain.map(|uid| Entity::with_uid(uid.clone())).chain(nations).collect();
        let entities = Entities::from_entities(all, None).expect("ids are unique, and nothing contains itself");
        Self { names, entities }
    }

    /// Whether the entities have these names.
    pub(super) fn has_names(&self, names: &Arc<CedarNames>) -> bool {
        Arc::ptr_eq(&self.names, names)
    }

    /// Cedar's response to a request.
    pub(super) fn ask(&self, set: &PolicySet, request: &Request) -> Response {
        Authorizer::new().is_authorized(request, set, &self.entities)
    }

    /// Whether the policy holds; none where it errs.
    pub(super) fn holds(&self, policy: &Uncompiled, request: &Request) -> Option<bool> {
        let response = self.ask(&policy.set, request);
        let diagnostics = response.diagnostics();
        diagnostics.errors().next().is_none().then(|| diagnostics.reason().next().is_some())
    }
}

impl CedarNames {
    fn nation(&self, facts: &Facts, nation: NationId) -> Entity {
        let at = nation.index();
        let mut attributes = vec![
            ("stance".to_owned(), long(facts.stance[at])),
            ("clearance".to_owned(), long(facts.clearance[at])),
            ("alignment_percent".to_owned(), long(facts.alignment_percent[at])),
            ("informs".to_owned(), self.nation_set(facts.informs.row(nation))),
            ("restricts".to_owned(), self.nation_set(facts.restricts.row(nation))),
        ];
        for ((name, boolean), column) in self.facts.iter().zip(&facts.declared) {
            let value = if *boolean { RestrictedExpression::new_bool(column[at] != 0) } else { long(column[at]) };
            attributes.push((name.clone(), value));
        }
        let groups = self.groups.iter().zip(&facts.groups).chain(self.agreements.iter().zip(&facts.agreements));
        let parents = groups.filter(|(_, members)| members.contains(nation)).map(|(uid, _)| uid.clone());
        Entity::new(self.nations[at].clone(), attributes.into_iter().collect(), parents.collect())
            .expect("attributes are values")
    }

    /// A row of bits over nations as a set of entities.
    fn nation_set(&self, words: &[u64]) -> RestrictedExpression {
        let uid = |n: NationId| RestrictedExpression::new_entity_uid(self.nations[n.index()].clone());
        RestrictedExpression::new_set(members(words).map(uid))
    }

    /// The request for one question; `owners` holds the owner of each rule.
    pub(super) fn request(
        &self,
        owners: &[Option<NationId>],
        facts: &Facts,
        giver: NationId,
        receiver: NationId,
        slot: Slot,
    ) -> Request {
        self.build_request(
            giver,
            receiver,
            slot,
            at_level(self.context(owners, facts, giver, receiver), slot.level_rank()),
        )
    }

    /// The requests for all seven questions about a pair, in the order of [`Slot::all`].
    pub(super) fn requests(
        &self,
        owners: &[Option<NationId>],
        facts: &Facts,
        giver: NationId,
        receiver: NationId,
    ) -> Vec<Request> {
        let context = self.context(owners, facts, giver, receiver);
        let levels: Vec<Context> = (0..LEVELS).map(|rank| at_level(context.clone(), rank)).collect();
        Slot::all().map(|slot| self.build_request(giver, receiver, slot, levels[slot.level_rank()].clone())).collect()
    }

    /// The context without the level.
    fn context(&self, owners: &[Option<NationId>], facts: &Facts, giver: NationId, receiver: NationId) -> Context {
        let mut fields = exposure(&facts.seen[(giver, receiver)]);
        let ceiling = facts.side.iter().rposition(|side| side.get(giver, receiver));
        fields.push(("side_ceiling", long(ceiling.map_or(-1, |rank| rank as i64))));
        let rules = self.rules.iter().zip(&facts.rules).enumerate().map(|(rule, (id, state))| {
            let own = owners[rule] == Some(giver);
            (id.clone(), rule_record(own.then_some(state), receiver))
        });
        fields.push(("rules", record(rules)));
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
        Context::from_pairs(fields).expect("the keys of a record differ")
    }

    fn build_request(&self, giver: NationId, receiver: NationId, slot: Slot, context: Context) -> Request {
        let nation = |nation: NationId| self.nations[nation.index()].clone();
        Request::new(nation(giver), self.actions[slot.action().rank()].clone(), nation(receiver), context, None)
            .expect("without a schema every request is one")
    }
}

fn at_level(context: Context, rank: usize) -> Context {
    context.merge([("level".to_owned(), long(rank as i64))]).expect("the level is not there yet")
}

fn exposure(seen: &Exposure) -> Vec<(&'static str, RestrictedExpression)> {
    [
        ("core_flagged_percent", seen.core),
        ("access_flagged_percent", seen.access),
        ("government_flagged_percent", seen.government),
        ("access_4g_flagged_percent", seen.access_4g),
        ("access_5g_flagged_percent", seen.access_5g),
        ("mission_flagged_percent", seen.mission),
    ]
    .into_iter()
    .map(|(name, percent)| (name, long(i64::from(percent))))
    .collect()
}

fn boolean(name: &str, value: bool) -> (String, RestrictedExpression) {
    (name.to_owned(), RestrictedExpression::new_bool(value))
}

/// The record of a rule: its state for its owner; for another giver (none), a rule that is not in force.
fn rule_record(state: Option<&RuleState>, receiver: NationId) -> RestrictedExpression {
    record([
        ("quarters_in_force".to_owned(), long(state.map_or(-1, |state| state.quarters_in_force))),
        boolean("waived", state.is_some_and(|state| state.waived.contains(receiver))),
        boolean("tear_line", state.is_some_and(|state| state.tear_line.contains(receiver))),
        boolean("restoring", state.is_some_and(|state| state.restoring.contains(receiver))),
    ])
}
