//! What holds between two nations: trust, dependence, credibility.
use super::ids::NationId;
use super::matrix::{BitMatrix, Matrix};
use bevy_ecs::prelude::*;

/// Trust of `from` in `to`, 0 to 1.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Trust {
    /// Now.
    pub now: Matrix<f64>,
    /// At the start, to which it recovers.
    pub initial: Matrix<f64>,
    /// Where the two differ.
    pub away: BitMatrix,
    /// Where it moved when it moved last.
    pub moved: BitMatrix,
}

impl Trust {
    /// Trust at the start.
    pub fn new(initial: &Matrix<f64>) -> Self {
        let nowhere = BitMatrix::none(initial.nations());
        Self { now: initial.clone(), initial: initial.clone(), away: nowhere.clone(), moved: nowhere }
    }
}

/// What `from` could read at full trust that comes from `to`, as a share of all it could read; rows sum to 1 or 0.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Dependence(pub Matrix<f64>);

/// How credible an owner is in the eyes of all, 0 to 1, by identity.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Credibility(pub Vec<f64>);

/// The nation that lists vendors as a risk and on whom others rely: the one with the greatest intelligence among
/// those that list any vendor or own a rule; and how it presses.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Guarantor {
    /// Who it is, if anyone.
    pub nation: Option<NationId>,
    /// How much each nation's security rests on it, 0 to 1 (0 for itself).
    pub reliance: Vec<f64>,
    /// How hard it campaigns beyond its rules, 0 to 1.
    pub campaign: f64,
}

/// The part of what it could read at the start that each nation can still read, 0 to 1, by identity.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Reading(pub Vec<f64>);
