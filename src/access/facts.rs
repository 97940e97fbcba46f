//! The facts that rules may read in one quarter, as columns: the only input of a decision beside the policies.
use crate::world::ids::{AgreementId, FactId, GroupId, NationId, RuleId};
use crate::world::matrix::{BitMatrix, Matrix};
use crate::world::sets::NationSet;
use bevy_ecs::prelude::Resource;

/// The flagged share of a receiver's networks under the giver's flag list, in percent (0 to 100, rounded up).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exposure {
    /// Flagged share of the core.
    pub core: u8,
    /// Flagged share of access, both generations weighted by traffic.
    pub access: u8,
    /// The larger of core and access, over the networks that carry government traffic.
    pub government: u8,
    /// Flagged share of 4G access.
    pub access_4g: u8,
    /// Flagged share of 5G access.
    pub access_5g: u8,
    /// The larger of core and access, over the networks that serve the giver's missions there.
    pub mission: u8,
}

/// The state of one rule in a quarter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleState {
    /// Quarters since it was announced, from 0; -1 before that and after it was lifted.
    pub quarters_in_force: i64,
    /// Receivers to whom its owner does not apply it.
    pub waived: NationSet,
    /// Receivers to whom its owner still sends reports up to the tear-line.
    pub tear_line: NationSet,
    /// Receivers for whom its condition no longer holds, but not for long enough to restore sharing.
    pub restoring: NationSet,
}

impl RuleState {
    /// Whether it has a waiver or a tear-line for any receiver.
    pub fn is_softened(&self) -> bool {
        !self.waived.is_empty() || !self.tear_line.is_empty()
    }
}

/// Everything that rules may read in one quarter. All vectors and matrices are indexed by rank.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Facts {
    /// The number of nations.
    pub nations: usize,
    /// The members of each group.
    pub groups: Vec<NationSet>,
    /// The members of each declared agreement.
    pub agreements: Vec<NationSet>,
    /// Pairs joined by an agreement made during the run: `side[level]` holds the pairs whose ceiling is at least the
    /// level of that rank (0 open to 4 top secret).
    pub side: [BitMatrix; 5],
    /// Rank of each nation's stance, 0 (open) to 3 (removal).
    pub stance: Vec<i64>,
    /// Rank of each nation's clearance, 0 (open) to 4 (top secret).
    pub clearance: Vec<i64>,
    /// Position of each nation on the voting scale, in percent (0 to 100).
    pub alignment_percent: Vec<i64>,
    /// The scenario's facts: `declared[fact][nation]`; a Boolean is 0 or 1.
    pub declared: Vec<Vec<i64>>,
    /// Row: a nation; bits: the nations that it sent reports to in the last quarter.
    pub informs: BitMatrix,
    /// Row: a nation; bits: the nations that its rules restricted in the last quarter.
    pub restricts: BitMatrix,
    /// The exposure that each giver sees at each receiver, `seen[(giver, receiver)]`.
    pub seen: Matrix<Exposure>,
    /// The state of each rule.
    pub rules: Vec<RuleState>,
}

impl Facts {
    /// Facts that are zero, empty or not announced, for so many nations, groups and so on.
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

/// A copy of the facts on which the last quarter was decided. Insert this resource into the world to get it: [`Facts`]
/// themselves change within the quarter.
#[derive(Resource, Clone, Debug, Default)]
pub struct DecidedOn(pub Option<Facts>);

/// A hypothetical receiver: another exposure and stance, everything else as in the facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WhatIf {
    /// The exposure that the giver would see.
    pub exposure: Exposure,
    /// The rank of the stance that it would have, 0 (open) to 3 (removal).
    pub stance: i64,
}
