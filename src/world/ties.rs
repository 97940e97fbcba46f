//! Relations between nations: trust, dependence, credibility, reliance on the guarantor.
use super::clock::Quarter;
use super::ids::NationId;
use super::matrix::{BitMatrix, Matrix};
use super::setting::everyone;
use bevy_ecs::prelude::*;
use std::collections::VecDeque;

/// Trust of `from` in `to`, 0 to 1, for every ordered pair, in its parts. What a nation does as it announces is the third
/// part, its [`Credibility`], which all others see alike.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Trust {
    /// Goodwill: what groups, pacts, votes and missions make of the other; a restriction hurts it.
    pub goodwill: Matrix<f64>,
    /// The goodwill to which it recovers: that of the start, until the two join or leave a common group.
    pub initial: Matrix<f64>,
    /// The pairs for which the two differ, or for which the second changed this quarter.
    pub away: BitMatrix,
    /// Confidence that what is given to the other stays there; a leak found there hurts it.
    pub handling: Matrix<f64>,
    /// The leaks that are not forgotten yet, the oldest first.
    pub doubts: VecDeque<Doubt>,
}

/// A leak at `holder` of reports of `owner`, which lowers confidence in its handling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Doubt {
    /// Whose reports leaked.
    pub owner: NationId,
    /// Where they leaked.
    pub holder: NationId,
    /// The first quarter in which it is forgotten.
    pub until: Quarter,
}

impl Trust {
    /// Trust at the start of a run.
    pub fn new(initial: &Matrix<f64>) -> Self {
        let nations = initial.nations();
        Self {
            goodwill: initial.clone(),
            initial: initial.clone(),
            away: BitMatrix::none(nations),
            handling: Matrix::filled(nations, 1.0),
            doubts: VecDeque::new(),
        }
    }
    /// Changes the goodwill to which a pair recovers. Goodwill follows at once, and what restrictions took of it stays lost
    /// in the same proportion.
    pub fn rebase(&mut self, from: NationId, to: NationId, initial: f64) {
        let (now, before) = (&mut self.goodwill[(from, to)], &mut self.initial[(from, to)]);
        if initial != *before {
            let kept = if *before > 0.0 { (*now / *before).min(1.0) } else { 1.0 };
            (*now, *before) = (kept * initial, initial);
            self.away.set(from, to, true);
        }
    }
    /// Lowers an owner's confidence in a holder's handling by a share of it, until a quarter.
    pub fn doubt(&mut self, doubt: Doubt, share: f64) {
        self.handling[(doubt.owner, doubt.holder)] *= 1.0 - share;
        self.doubts.push_back(doubt);
    }
    /// Forgets the oldest leak if it is time; confidence is whole again once the last of a pair is forgotten.
    pub fn forget(&mut self, now: Quarter) -> Option<Doubt> {
        let Doubt { owner, holder, .. } = *self.doubts.front().filter(|doubt| doubt.until <= now)?;
        let forgotten = self.doubts.pop_front();
        if !self.doubts.iter().any(|doubt| (doubt.owner, doubt.holder) == (owner, holder)) {
            self.handling[(owner, holder)] = 1.0;
        }
        forgotten
    }
    /// The trust on which it rests up to which level reports may go: goodwill times confidence in handling.
    pub fn with_reports(&self, from: NationId, to: NationId) -> f64 {
        self.goodwill[(from, to)] * self.handling[(from, to)]
    }
    /// The same towards every nation, written to `row`.
    pub fn with_reports_of(&self, from: NationId, row: &mut Vec<f64>) {
        row.clear();
        row.extend(self.goodwill.row(from).iter().zip(self.handling.row(from)).map(|(good, safe)| good * safe));
    }
}

/// What nations give each other of what could go, for every ordered pair.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Giving {
    /// The share that `from` gives to `to` where each pair decides, 0 to 1, as long as it gets what it got at the start:
    /// who depends less on the other gives less.
    pub initial: Matrix<f64>,
    /// Of that, and of what it contributes to pools with `to`, the share that it gives now, 0 to 1.
    pub kept: Matrix<f64>,
    /// Of what `from` could get from `to` at the start, the share that it may get now, 0 to 1.
    pub received: Matrix<f64>,
    /// The pairs for which one of the two shares is below 1.
    pub away: BitMatrix,
}

impl Giving {
    /// Everybody gives and gets as at the start.
    pub fn new(nations: usize) -> Self {
        let whole = Matrix::filled(nations, 1.0);
        Self { initial: whole.clone(), kept: whole.clone(), received: whole, away: BitMatrix::none(nations) }
    }
    /// Sets what nations give each other where each pair decides: all but the `reserve`, 0 to 1, times the part of the
    /// dependence between the two that is the other's.
    pub fn weigh(&mut self, dependence: &Matrix<f64>, reserve: f64) {
        let nations = dependence.nations();
        for from in everyone(nations) {
            for to in everyone(nations) {
                let (own, other) = (dependence[(from, to)], dependence[(to, from)]);
                let share = if own + other > 0.0 { other / (own + other) } else { 0.0 };
                self.initial[(from, to)] = 1.0 - reserve * share;
            }
        }
    }
    /// The share that a nation gives to another now where each pair decides, 0 to 1.
    pub fn share(&self, from: NationId, to: NationId) -> f64 {
        self.initial[(from, to)] * self.kept[(from, to)]
    }
}

/// The pairs for which trust, or what the first gives the second, changed in the last quarter in which any did.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct ChangedTies(pub BitMatrix);

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
    fn a_leak_lowers_confidence_in_handling_until_it_is_forgotten() {
        let [owner, holder] = [0, 1].map(NationId::new);
        let mut trust = Trust::new(&Matrix::filled(2, 0.8));
        let until = Quarter::new(2021, 1);
        trust.doubt(Doubt { owner, holder, until }, 0.25);
        trust.doubt(Doubt { owner, holder, until: until.plus(2) }, 0.25);
        assert!((trust.with_reports(owner, holder) - 0.8 * 0.5625).abs() < 1e-12);
        assert_eq!((trust.goodwill[(owner, holder)], trust.with_reports(holder, owner)), (0.8, 0.8));
        assert_eq!(trust.forget(Quarter::new(2020, 4)), None);
        assert!(trust.forget(until).is_some() && trust.handling[(owner, holder)] < 1.0, "the second is not forgotten");
        assert_eq!(trust.forget(until), None);
        assert!(trust.forget(until.plus(2)).is_some());
        assert_eq!(trust.handling[(owner, holder)], 1.0);
    }

    #[test]
    fn who_depends_less_gives_less_and_equals_keep_back_the_same() {
        let [a, b, c] = [0, 1, 2].map(NationId::new);
        let mut dependence = Matrix::filled(3, 0.0);
        (dependence[(a, b)], dependence[(b, a)]) = (0.1, 0.3);
        let mut giving = Giving::new(3);
        giving.weigh(&dependence, 0.4);
        assert!((giving.share(a, b) - 0.7).abs() < 1e-12, "the other has three quarters of the dependence");
        assert!((giving.share(b, a) - 0.9).abs() < 1e-12);
        assert_eq!(giving.share(a, c), 1.0, "they depend on nothing of each other");
        giving.weigh(&dependence, 0.0);
        assert_eq!(giving, Giving::new(3));
    }

    #[test]
    fn trust_that_was_lost_stays_lost_in_proportion() {
        let [a, b] = [0, 1].map(NationId::new);
        let mut trust = Trust::new(&Matrix::filled(2, 0.4));
        trust.rebase(a, b, 0.4);
        assert!(!trust.away.get(a, b), "nothing changed");
        trust.goodwill[(a, b)] = 0.3;
        trust.rebase(a, b, 0.8);
        assert!((trust.goodwill[(a, b)] - 0.6).abs() < 1e-12 && trust.initial[(a, b)] == 0.8 && trust.away.get(a, b));
        trust.rebase(b, a, 0.8);
        assert_eq!(trust.goodwill[(b, a)], 0.8);
    }
}
