//! The policies of a scenario, compiled once; every run and thread shares them.
use super::answer::{Explanation, PolicyIx};
use super::assemble::{self, Draft};
use super::cedar::CedarNames;
use super::cell::Cell;
use super::compile::{Names, compile};
use super::declared::{Declared, Threat};
use super::facts::Facts;
use super::ir::{Compiled, Condition, Node, Reads, Scope};
use super::keep::keep;
use super::scratch::Scratch;
use crate::scenario::Scenario;
use crate::scenario::format::FactType;
use crate::world::ids::{NationId, RuleId};
use crate::world::slot::Slot;
use bevy_ecs::prelude::Resource;
use std::fmt::Write;
use std::sync::Arc;

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

/// The policies of a scenario, ready to decide. Cloning is cheap.
#[derive(Resource, Clone, Debug)]
pub struct Policies {
    pub(super) book: Arc<Book>,
}

impl Policies {
    /// Compiles the policies of a scenario whose Cedar passed [`Policies::check`].
    ///
    /// # Panics
    /// Where the Cedar of the scenario was never checked and is wrong.
    pub fn compile(scenario: &Scenario) -> Self {
        Self { book: Arc::new(Book::of(scenario)) }
    }

    /// How many policies there are.
    pub fn len(&self) -> usize {
        self.book.entries.len()
    }
    /// Whether there are none (there are always those that stand in every scenario).
    pub fn is_empty(&self) -> bool {
        self.book.entries.is_empty()
    }
    /// Every policy, in order.
    pub fn all(&self) -> impl Iterator<Item = PolicyIx> + use<> {
        (0..self.len()).map(PolicyIx::new)
    }
    /// A policy's id.
    pub fn id(&self, policy: PolicyIx) -> &str {
        &self.draft(policy).id
    }
    /// What a policy says, in words.
    pub fn says(&self, policy: PolicyIx) -> &str {
        &self.draft(policy).says
    }
    /// The rule of the `[rules]` table that a policy comes from, if any.
    pub fn rule(&self, policy: PolicyIx) -> Option<RuleId> {
        self.draft(policy).rule
    }
    /// A policy whole, as Cedar text.
    pub fn text(&self, policy: PolicyIx) -> &str {
        &self.draft(policy).text
    }
    /// Whether a policy forbids; if not, it permits.
    pub fn forbids(&self, policy: PolicyIx) -> bool {
        self.book.entries[policy.index()].forbids
    }
    /// Whether a policy is decided in its compiled form; if not, Cedar decides it pair by pair, at about 10 us each.
    pub fn is_compiled(&self, policy: PolicyIx) -> bool {
        self.why_left(policy).is_none()
    }
    /// Why a policy is left to Cedar.
    pub fn why_left(&self, policy: PolicyIx) -> Option<&str> {
        match &self.book.entries[policy.index()].policy.condition {
            Condition::Tree(_) => None,
            Condition::Cedar(left) => Some(&left.why),
        }
    }
    /// All policies whole, as one Cedar text.
    pub fn cedar_text(&self) -> String {
        let mut text = String::new();
        for (at, entry) in self.book.entries.iter().enumerate() {
            let _ = writeln!(text, "{}{}", if at > 0 { "\n" } else { "" }, entry.draft.text);
        }
        text
    }
    /// The nations that might restrict someone, in identity order: the owners of rules, and whom a complete policy
    /// that forbids may cover as giver (everyone where it does not name one nation).
    pub fn owners(&self) -> &[NationId] {
        &self.book.owners
    }
    /// Why a question is answered as it is. Meant for telling; to decide everything at once use [`Policies::decide`].
    pub fn explain(&self, facts: &Facts, giver: NationId, receiver: NationId, slot: Slot) -> Explanation {
        self.explain_with(facts, giver, receiver, slot, &mut Scratch::new())
    }
    /// The same, with room to work in: what is left to Cedar then costs less.
    pub fn explain_with(
        &self,
        facts: &Facts,
        giver: NationId,
        receiver: NationId,
        slot: Slot,
        scratch: &mut Scratch,
    ) -> Explanation {
        let book = &self.book;
        let cell = Cell { facts, owners: &book.rule_owners, giver, receiver, slot, what_if: None };
        let mut told = Explanation::default();
        for (at, entry) in book.entries.iter().enumerate() {
            if !cell.within(&entry.policy) {
                continue;
            }
            match book.holds(&entry.policy, &cell, scratch) {
                Some(false) => {}
                Some(true) if entry.forbids => told.forbids.push(PolicyIx::new(at)),
                Some(true) => told.permits.push(PolicyIx::new(at)),
                None => told.errors.push(PolicyIx::new(at)),
            }
        }
        told.allowed = !told.permits.is_empty() && told.forbids.is_empty();
        told
    }

    fn draft(&self, policy: PolicyIx) -> &Draft {
        &self.book.entries[policy.index()].draft
    }
}

impl Book {
    fn of(scenario: &Scenario) -> Self {
        let boolean = scenario.file.facts.values().map(|fact| fact.kind == FactType::Boolean).collect();
        let names = Names { rosters: &scenario.rosters, boolean };
        let mut kept = 0;
        let entries: Vec<Entry> =
            assemble::drafts(scenario).into_iter().map(|draft| entry(draft, &names, &mut kept)).collect();
        let owner = |rule: &crate::scenario::format::RuleEntry| scenario.rosters.nations.rank(&rule.owner);
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

    /// Whether a policy's condition holds, inside its scope; none where it errs.
    pub(super) fn holds(&self, policy: &Compiled, cell: &Cell<'_>, scratch: &mut Scratch) -> Option<bool> {
        match &policy.condition {
            Condition::Tree(node) => {
                let value = cell.holds(node).ok();
                #[cfg(test)]
                let value = if policy.deaf { value.or(Some(false)) } else { value };
                value
            }
            Condition::Cedar(left) => {
                let request = self.cedar.request(self, cell.facts, cell.giver, cell.receiver, cell.slot);
                scratch.world(self, cell.facts).holds(left, &request)
            }
        }
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
