//! What rules may read in one quarter, as columns; the only input of a decision beside the policies.
use crate::world::ids::{AgreementId, FactId, GroupId, NationId, RuleId};
use crate::world::matrix::{BitMatrix, Matrix};
use crate::world::sets::NationSet;
use bevy_ecs::prelude::Resource;

/// What a giver sees of a receiver's networks under its own flag list, in percent (0 to 100, rounded up).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exposure {
    /// Flagged share of the core.
    pub core: u8,
    /// Flagged share of access, both generations by their traffic.
    pub access: u8,
    /// The larger layer over the networks that carry government traffic.
    pub government: u8,
    /// Flagged share of 4G access.
    pub access_4g: u8,
    /// Flagged share of 5G access.
    pub access_5g: u8,
    /// The larger layer over the networks that serve the giver's missions there.
    pub mission: u8,
}

/// The state of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleState {
    /// Quarters since it was announced; -1 while it is not announced or after it was lifted.
    pub quarters_in_force: i64,
    /// Nations to whom its owner does not apply it.
    pub waived: NationSet,
    /// Nations to whom reports up to its tear-line are still sent.
    pub tear_line: NationSet,
    /// Nations whose condition has cleared, but not for long enough to be restored.
    pub restoring: NationSet,
}

impl RuleState {
    /// Whether anyone is spared any of it.
    pub fn is_softened(&self) -> bool {
        !self.waived.is_empty() || !self.tear_line.is_empty()
    }
}

/// Everything rules may read.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Facts {
    /// How many nations.
    pub nations: usize,
    /// The members of each group.
    pub groups: Vec<NationSet>,
    /// The members of each declared agreement.
    pub agreements: Vec<NationSet>,
    /// Pairs joined by an agreement made during the run, by the ceiling's rank: `side[level]` marks pairs whose
    /// ceiling is at least that level.
    pub side: [BitMatrix; 5],
    /// Rank of each nation's stance.
    pub stance: Vec<i64>,
    /// Rank of each nation's clearance.
    pub clearance: Vec<i64>,
    /// Position of each nation on the voting scale, in percent.
    pub alignment_percent: Vec<i64>,
    /// The scenario's facts: `declared[fact][nation]`, with 0 and 1 for no and yes.
    pub declared: Vec<Vec<i64>>,
    /// Last quarter: whom each nation sent reports.
    pub informs: BitMatrix,
    /// Last quarter: whom each nation's rules restricted.
    pub restricts: BitMatrix,
    /// What each giver sees of each receiver.
    pub seen: Matrix<Exposure>,
    /// The state of each rule.
    pub rules: Vec<RuleState>,
}

impl Facts {
    /// The facts of a world in which nothing is known yet.
    pub fn blank(nations: usize, groups: usize, agreements: usize, facts: usize, rules: usize) -> Self {
        let none = NationSet::none(nations);
        let rule =
            RuleState { quarters_in_force: -1, waived: none.clone(), tear_line: none.clone(), restoring: none.clone() };
        Self {
            nations,
            groups: vec![none.clone(); groups],
            agreements: vec![none; agreements],
            side: std::array::from_fn(|_| BitMatrix::none(nations)),
            stance: vec![0; nations],
            clearance: vec![0; nations],
            alignment_percent: vec![0; nations],
            declared: vec![vec![0; nations]; facts],
            informs: BitMatrix::none(nations),
            restricts: BitMatrix::none(nations),
            seen: Matrix::filled(nations, Exposure::default()),
            rules: vec![rule; rules],
        }
    }
    /// The members of a group.
    pub fn group(&self, group: GroupId) -> &NationSet {
        &self.groups[group.index()]
    }
    /// The members of a declared agreement.
    pub fn agreement(&self, agreement: AgreementId) -> &NationSet {
        &self.agreements[agreement.index()]
    }
    /// The value of a fact of a nation.
    pub fn fact(&self, fact: FactId, nation: NationId) -> i64 {
        self.declared[fact.index()][nation.index()]
    }
    /// The state of a rule.
    pub fn rule(&self, rule: RuleId) -> &RuleState {
        &self.rules[rule.index()]
    }
}

/// The facts that the last quarter was decided on, kept where somebody asks by putting this into the world: the facts
/// themselves move on within the quarter.
#[derive(Resource, Clone, Debug, Default)]
pub struct DecidedOn(pub Option<Facts>);

/// A receiver as it would be: another exposure, another stance, everything else as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WhatIf {
    /// What the giver would see.
    pub exposure: Exposure,
    /// The rank of the stance it would have.
    pub stance: i64,
}
