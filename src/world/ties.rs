//! Relations between nations: trust, dependence, credibility, reliance on the guarantor.
use super::ids::NationId;
use super::matrix::{BitMatrix, Matrix};
use bevy_ecs::prelude::*;

/// Trust of `from` in `to`, 0 to 1, for every ordered pair.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Trust {
    /// Trust now.
    pub now: Matrix<f64>,
    /// Trust at the start, to which it recovers.
    pub initial: Matrix<f64>,
    /// The pairs for which the two differ.
    pub away: BitMatrix,
    /// The pairs that changed in the last quarter in which any changed.
    pub moved: BitMatrix,
}

impl Trust {
    /// Trust at the start of a run.
    pub fn new(initial: &Matrix<f64>) -> Self {
        let nowhere = BitMatrix::none(initial.nations());
        Self { now: initial.clone(), initial: initial.clone(), away: nowhere.clone(), moved: nowhere }
    }
}

/// Of all that `from` could read at full trust, the share that `to` produces; rows sum to 1, or are 0.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Dependence(pub Matrix<f64>);

/// The credibility of each nation's rules to the others, 0 to 1, in identity order.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Credibility(pub Vec<f64>);

/// The nation on which others rely: of those that list a vendor as a risk or own a rule, the one with the greatest
/// intelligence.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Guarantor {
    /// The nation, if there is one.
    pub nation: Option<NationId>,
    /// How much each nation's security depends on it, 0 to 1 (0 for itself), in identity order.
    pub reliance: Vec<f64>,
    /// The strength of its campaign against vendors, beside its rules, 0 to 1.
    pub campaign: f64,
}

/// Of what each nation could read at the start, the share that it can still read, 0 to 1, in identity order.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct ReadableShare(pub Vec<f64>);
