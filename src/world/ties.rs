//! Relations between nations: trust, dependence, credibility, reliance on the guarantor.
use super::ids::NationId;
use super::matrix::{BitMatrix, Matrix};
use bevy_ecs::prelude::*;

/// Trust of `from` in `to`, 0 to 1, for every ordered pair.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Trust {
    /// Trust now.
    pub now: Matrix<f64>,
    /// Trust to which it recovers: that of the start, until the two join or leave a common group.
    pub initial: Matrix<f64>,
    /// The pairs for which the two differ, or for which the second changed this quarter.
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
    /// Changes the trust to which a pair recovers. Trust follows at once, and what restrictions took of it stays lost in
    /// the same proportion.
    pub fn rebase(&mut self, from: NationId, to: NationId, initial: f64) {
        let (now, before) = (&mut self.now[(from, to)], &mut self.initial[(from, to)]);
        if initial != *before {
            let kept = if *before > 0.0 { (*now / *before).min(1.0) } else { 1.0 };
            (*now, *before) = (kept * initial, initial);
            self.away.set(from, to, true);
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trust_that_was_lost_stays_lost_in_proportion() {
        let [a, b] = [0, 1].map(NationId::new);
        let mut trust = Trust::new(&Matrix::filled(2, 0.4));
        trust.rebase(a, b, 0.4);
        assert!(!trust.away.get(a, b), "nothing changed");
        trust.now[(a, b)] = 0.3;
        trust.rebase(a, b, 0.8);
        assert!((trust.now[(a, b)] - 0.6).abs() < 1e-12 && trust.initial[(a, b)] == 0.8 && trust.away.get(a, b));
        trust.rebase(b, a, 0.8);
        assert_eq!(trust.now[(b, a)], 0.8);
    }
}
