//! Everything the policies of a scenario come to: policies, what rules declare, and who may restrict whom.
use super::assemble::{self, Draft};
use super::cedar::CedarNames;
use super::compile::{Names, compile};
use super::ir::{Comparison, Compiled, Node, Reads, Scope};
use super::keep::keep;
use super::lower::Parts;
use crate::scenario::Scenario;
use crate::scenario::format::{FactType, RuleEntry};
use crate::world::ids::{NationId, RuleId};
use std::sync::Arc;

/// How long a rule counts as in force where grace is ignored: the longest grace a scenario may give, in quarters.
pub(super) const LONG_IN_FORCE: i64 = 400;

/// One policy.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub draft: Draft,
    pub forbids: bool,
    pub policy: Compiled,
    /// Whether it changes with agreements and groups only.
    pub stands: bool,
    /// Whether its condition reads nothing but the question.
    pub alike: bool,
}

/// Everything the policies of a scenario come to.
#[derive(Clone, Debug)]
pub(super) struct Book {
    pub entries: Vec<Entry>,
    /// The places of those that do not stand.
    pub moving: Vec<usize>,
    /// Whom the scope of one of these may let in as giver, in identity order.
    pub movers: Vec<NationId>,
    /// Whose each rule is.
    pub rule_owners: Vec<Option<NationId>>,
    /// What each rule declares.
    pub declared: Vec<Declared>,
    /// For each nation, what it may restrict by.
    pub threats: Vec<Vec<Threat>>,
    pub owners: Vec<NationId>,
    /// How many values are kept while deciding.
    pub kept: usize,
    pub cedar: Arc<CedarNames>,
}

/// A rule's bare condition: `when` and `unless`, no marks.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    /// Quarters.
    pub grace: i64,
    /// The bare condition, within its scope.
    pub policy: Compiled,
}

impl Declared {
    fn of(id: &str, rule: &RuleEntry, names: &Names<'_>, kept: &mut usize) -> Self {
        let policy = assemble::parse(id, &Parts::of(id, rule).bare().text);
        let policy = compile(&policy, names).with(|node| keep(node.rewrite(&mut unmarked), kept));
        Self { grace: i64::from(rule.grace_quarters), policy }
    }
}

/// What may forbid sharing, enforced in full.
#[derive(Clone, Debug)]
pub(super) struct Threat {
    /// Where it is a rule of `[rules]`: nothing before it is announced.
    pub rule: Option<RuleId>,
    pub policy: Compiled,
    /// Whether its condition reads the level.
    pub by_level: bool,
}

impl Threat {
    fn of(rule: Option<RuleId>, policy: &Compiled) -> Self {
        let in_full = |node: Node| node.rewrite(&mut |node| in_force(unmarked(node)));
        let policy = policy.clone().with(in_full);
        let by_level = policy.tree().is_none_or(|node| node.reads().slot());
        Self { rule, policy, by_level }
    }
}

/// Nobody is spared, nobody lingers.
fn unmarked(node: Node) -> Node {
    if let Node::Mark(..) = node { Node::Const(0) } else { node }
}

/// What is announced has long been in force.
fn in_force(node: Node) -> Node {
    let Node::Quarters(_) = node else { return node };
    let zero = Box::new(Node::Const(0));
    let unannounced = Node::Compare(Comparison::Less, Box::new(node.clone()), zero);
    Node::If(Box::new(unannounced), Box::new(node), Box::new(Node::Const(LONG_IN_FORCE)))
}

impl Book {
    pub(super) fn of(scenario: &Scenario) -> Self {
        let boolean = scenario.file.facts.values().map(|fact| fact.kind == FactType::Boolean).collect();
        let names = Names { rosters: &scenario.rosters, boolean };
        let mut kept = 0;
        let entries: Vec<Entry> =
            assemble::drafts(scenario).into_iter().map(|draft| entry(draft, &names, &mut kept)).collect();
        let owner = |rule: &RuleEntry| scenario.rosters.nations.rank(&rule.owner);
        let rule_owners = scenario.file.rules.values().map(|rule| owner(rule).map(NationId::new)).collect();
        let declared: Vec<Declared> =
            scenario.file.rules.iter().map(|(id, rule)| Declared::of(id, rule, &names, &mut kept)).collect();
        let mut book = Self {
            movers: Vec::new(),
            moving: (0..entries.len()).filter(|at| !entries[*at].stands).collect(),
            entries,
            rule_owners,
            declared,
            threats: Vec::new(),
            owners: Vec::new(),
            kept,
            cedar: Arc::new(CedarNames::of(scenario)),
        };
        let nations = || (0..scenario.rosters.nations.len()).map(NationId::new);
        book.threats = book.threats(nations().len());
        book.owners = nations().filter(|nation| !book.threats[nation.index()].is_empty()).collect();
        book.movers = nations().filter(|nation| book.may_move(*nation)).collect();
        book
    }

    /// Whether some policy that does not stand may cover a nation as giver.
    fn may_move(&self, giver: NationId) -> bool {
        self.moving.iter().any(|at| may_contain(self.entries[*at].policy.giver, giver))
    }

    /// What each nation may restrict by: its rules, and the complete policies that may cover it.
    fn threats(&self, nations: usize) -> Vec<Vec<Threat>> {
        let rules = self.declared.iter().enumerate().map(|(rank, d)| Threat::of(Some(RuleId::new(rank)), &d.policy));
        let complete = self.entries.iter().filter(|entry| entry.forbids && entry.draft.rule.is_none());
        let all: Vec<Threat> = rules.chain(complete.map(|entry| Threat::of(None, &entry.policy))).collect();
        let of = |nation| all.iter().filter(|t| may_contain(t.policy.giver, NationId::new(nation))).cloned().collect();
        (0..nations).map(of).collect()
    }
}

fn entry(draft: Draft, names: &Names<'_>, kept: &mut usize) -> Entry {
    let parsed = draft.parse();
    let forbids = parsed.effect() == cedar_policy::Effect::Forbid;
    let policy = compile(&parsed, names);
    let stands = !forbids && policy.tree().is_some_and(stands);
    let of_nations = Reads::GIVER.and(Reads::RECEIVER).and(Reads::PAIR);
    let alike = policy.tree().is_some_and(|node| !node.reads().any(of_nations));
    Entry { draft, forbids, policy: policy.with(|node| keep(node, kept)), stands, alike }
}

/// Whether a condition reads nothing but the question and the agreements made during the run, and cannot err.
fn stands(node: &Node) -> bool {
    match node {
        Node::Const(_) | Node::Action | Node::Level | Node::SideCeiling => true,
        Node::Not(a) => stands(a),
        Node::And(a, b) | Node::Or(a, b) | Node::Compare(_, a, b) => stands(a) && stands(b),
        _ => false,
    }
}

/// Whether a scope may ever let a nation in.
pub(super) fn may_contain(scope: Scope, nation: NationId) -> bool {
    match scope {
        Scope::Nation(one) => one == nation.index(),
        Scope::Nobody => false,
        // Members come and go.
        Scope::Anyone | Scope::Group(_) | Scope::Agreement(_) => true,
    }
}
