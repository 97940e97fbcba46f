//! The policy store: every policy of a scenario in compiled form, and indices over them.
use super::assemble::{self, PolicySource};
use super::cedar::CedarNames;
use super::compile::{SymbolTable, compile};
use super::ir::{CompareOp, CompiledPolicy, NationScope, Node, Reads};
use super::lower::RuleLowering;
use super::memoize::memoize;
use crate::scenario::Scenario;
use crate::scenario::format::RuleEntry;
use crate::world::ids::{NationId, RuleId};
use std::sync::Arc;

/// Quarters for which a rule counts as in force where grace is ignored: the longest grace that a scenario may give.
pub(super) const LONG_IN_FORCE: i64 = 400;

/// One policy, its text and its compiled form.
#[derive(Clone, Debug)]
pub(super) struct StoredPolicy {
    pub source: PolicySource,
    pub forbids: bool,
    pub policy: CompiledPolicy,
    /// True for a permit that depends only on agreements and groups, so that its result can be cached over quarters.
    pub is_static: bool,
    /// True if the condition reads only the question, so that its result is the same for every pair in scope.
    pub is_uniform: bool,
}

/// Every policy of a scenario, and indices over them. A policy's index in `entries` is its `PolicyIx`.
#[derive(Clone, Debug)]
pub(super) struct PolicyStore {
    pub entries: Vec<StoredPolicy>,
    /// Indices of the policies that are not static, ascending.
    pub dynamic: Vec<usize>,
    /// Nations that may be in the giver scope of a dynamic policy, in identity order.
    pub dynamic_givers: Vec<NationId>,
    /// The owner of each rule.
    pub rule_owners: Vec<Option<NationId>>,
    /// The bare condition of each rule.
    pub declared: Vec<BareCondition>,
    /// For each nation, the policies by which it may restrict others.
    pub potential_forbids: Vec<Vec<PotentialForbid>>,
    /// Nations that have a potential forbid, in identity order.
    pub owners: Vec<NationId>,
    /// How many cached results `Scratch` must have room for.
    pub cache_len: usize,
    pub cedar: Arc<CedarNames>,
}

/// A rule's bare condition: `when` and not `unless`, without waivers, tear-lines and restoring.
#[derive(Clone, Debug)]
pub(super) struct BareCondition {
    /// Quarters between the announcement and the first quarter in which the rule applies.
    pub grace: i64,
    /// The bare condition, within the rule's scope.
    pub policy: CompiledPolicy,
}

impl BareCondition {
    fn new(id: &str, rule: &RuleEntry, symbols: &SymbolTable<'_>, cache_len: &mut usize) -> Self {
        let policy = assemble::parse(id, &RuleLowering::new(id, rule).bare().text);
        let policy = compile(&policy, symbols).with(|node| memoize(node.rewrite(&mut without_mark), cache_len));
        Self { grace: i64::from(rule.grace_quarters), policy }
    }
}

/// A policy that may forbid sharing, as it would be if it were enforced in full.
#[derive(Clone, Debug)]
pub(super) struct PotentialForbid {
    /// The rule of `[rules]` that it comes from, if any: such a rule forbids nothing before it is announced.
    pub rule: Option<RuleId>,
    pub policy: CompiledPolicy,
    /// True if its condition reads the action or the level.
    pub by_level: bool,
}

impl PotentialForbid {
    fn new(rule: Option<RuleId>, policy: &CompiledPolicy) -> Self {
        let policy = policy.clone().with(enforced_in_full);
        let by_level = policy.tree().is_none_or(|node| node.reads().question());
        Self { rule, policy, by_level }
    }
}

/// A condition under full enforcement: no marks, and no grace.
fn enforced_in_full(node: Node) -> Node {
    node.rewrite(&mut |node| without_grace(without_mark(node)))
}

/// Replaces a mark by false: no receiver is waived, on a tear-line or restoring.
fn without_mark(node: Node) -> Node {
    if let Node::RuleMark(..) = node { Node::Const(0) } else { node }
}

/// Replaces the quarters in force by [`LONG_IN_FORCE`] where the rule is announced.
fn without_grace(node: Node) -> Node {
    let Node::Quarters(_) = node else { return node };
    let zero = Box::new(Node::Const(0));
    let unannounced = Node::Compare(CompareOp::Less, Box::new(node.clone()), zero);
    Node::If(Box::new(unannounced), Box::new(node), Box::new(Node::Const(LONG_IN_FORCE)))
}

impl PolicyStore {
    /// Compiles every policy of a scenario.
    pub(super) fn new(scenario: &Scenario) -> Self {
        let symbols = SymbolTable::new(scenario);
        let mut cache_len = 0;
        let sources = assemble::policy_sources(scenario).into_iter();
        let mut entries: Vec<StoredPolicy> = sources.map(|source| stored(source, &symbols, &mut cache_len)).collect();
        let rules = &scenario.file.rules;
        let owner = |rule: &RuleEntry| scenario.rosters.nations.rank(&rule.owner).map(NationId::new);
        let mut declared: Vec<BareCondition> =
            rules.iter().map(|(id, rule)| BareCondition::new(id, rule, &symbols, &mut cache_len)).collect();
        // Rules come first. What a rule does not withhold is no question of it.
        for ((rule, entry), declared) in rules.values().zip(&mut entries).zip(&mut declared) {
            let below = (1u8 << rule.withholds_from().rank()) - 1;
            entry.policy.slots &= !below;
            declared.policy.slots &= !below;
        }
        let mut store = Self {
            dynamic_givers: Vec::new(),
            dynamic: (0..entries.len()).filter(|at| !entries[*at].is_static).collect(),
            entries,
            rule_owners: rules.values().map(owner).collect(),
            declared,
            potential_forbids: Vec::new(),
            owners: Vec::new(),
            cache_len,
            cedar: Arc::new(CedarNames::new(scenario)),
        };
        let nations = || (0..scenario.rosters.nations.len()).map(NationId::new);
        let all = store.all_potential_forbids();
        store.potential_forbids = nations().map(|nation| forbids_of(nation, &all)).collect();
        store.owners = nations().filter(|nation| !store.potential_forbids[nation.index()].is_empty()).collect();
        store.dynamic_givers = nations().filter(|nation| store.has_dynamic(*nation)).collect();
        store
    }

    /// Whether a dynamic policy may cover a nation as giver.
    fn has_dynamic(&self, giver: NationId) -> bool {
        self.dynamic.iter().any(|at| may_contain(self.entries[*at].policy.giver, giver))
    }

    /// Every policy that may forbid sharing: the rules, then the complete policies that forbid.
    fn all_potential_forbids(&self) -> Vec<PotentialForbid> {
        let rules = self.declared.iter().enumerate();
        let rules = rules.map(|(rank, declared)| PotentialForbid::new(Some(RuleId::new(rank)), &declared.policy));
        let complete = self.entries.iter().filter(|entry| entry.forbids && entry.source.rule.is_none());
        rules.chain(complete.map(|entry| PotentialForbid::new(None, &entry.policy))).collect()
    }
}

/// The potential forbids that may cover a nation as giver.
fn forbids_of(nation: NationId, all: &[PotentialForbid]) -> Vec<PotentialForbid> {
    all.iter().filter(|forbid| may_contain(forbid.policy.giver, nation)).cloned().collect()
}

fn stored(source: PolicySource, symbols: &SymbolTable<'_>, cache_len: &mut usize) -> StoredPolicy {
    let parsed = source.parse();
    let forbids = parsed.effect() == cedar_policy::Effect::Forbid;
    let policy = compile(&parsed, symbols);
    let is_static = !forbids && policy.tree().is_some_and(reads_agreements_only);
    let of_nations = Reads::GIVER.and(Reads::RECEIVER).and(Reads::PAIR);
    let is_uniform = policy.tree().is_some_and(|node| !node.reads().any(of_nations));
    StoredPolicy { source, forbids, policy: policy.with(|node| memoize(node, cache_len)), is_static, is_uniform }
}

/// Whether a condition reads only the question and the agreements made during the run, and cannot err.
fn reads_agreements_only(node: &Node) -> bool {
    match node {
        Node::Const(_) | Node::Action | Node::Level | Node::SideCeiling => true,
        Node::Not(a) => reads_agreements_only(a),
        Node::And(a, b) | Node::Or(a, b) | Node::Compare(_, a, b) => {
            reads_agreements_only(a) && reads_agreements_only(b)
        }
        _ => false,
    }
}

/// Whether a scope may contain a nation in some quarter.
pub(super) fn may_contain(scope: NationScope, nation: NationId) -> bool {
    match scope {
        NationScope::Nation(one) => one == nation.index(),
        NationScope::Nobody => false,
        // Nations join and leave groups and agreements during a run.
        NationScope::Anyone | NationScope::Group(_) | NationScope::Agreement(_) => true,
    }
}
