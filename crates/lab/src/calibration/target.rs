//! The target of calibration: the loss of a prediction against the stances on record and the eighteen statements.
use super::SPREAD;
use crate::evidence::miss::misses;
use crate::evidence::observations::PairedRuns;
use crate::evidence::reference_data::{ByNation, ReferenceData};
use crate::hindcast::record::StanceRecord;
use crate::hindcast::score::{YEARS, scored_nations, squared_error, year_end};
use noforn::scenario::Scenario;
use noforn::world::levels::{STANCES, Stance};

/// The shares of runs in which one nation has each stance, at the ends of the scored years.
pub type Shares = Vec<[f64; STANCES]>;

/// What predictions are compared with.
#[derive(Clone, Debug)]
pub struct Target {
    /// The stances on record.
    pub record: StanceRecord,
    /// The nations whose records count, each with its fold.
    pub scored: Vec<(String, usize)>,
    /// The data that the statements refer to: of all nations, then for each fold of the nations outside it.
    pub references: Vec<ReferenceData>,
}

/// What the runs of one particle predict of the target.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// Shares of stances, by scored nation.
    pub shares: Vec<Shares>,
    /// The sum of misses of the statements, by reference data.
    pub misses: Vec<f64>,
}

impl Target {
    /// From a scenario, the record of its nations, their recorded shares of 5G access, and a number of folds.
    pub fn new(scenario: &Scenario, record: StanceRecord, access_2022: &ByNation, parts: usize) -> Self {
        let scored = folds(&record, parts);
        let mut references = vec![ReferenceData::new(scenario, &record, access_2022.clone())];
        for fold in 0..parts {
            let held_out = |id: &str| scored.iter().any(|(own, of)| own == id && *of == fold);
            let mut shares = access_2022.clone();
            shares.retain(|id, _| !held_out(id));
            let mut reference = ReferenceData::new(scenario, &record.filtered(|id| !held_out(id)), shares);
            reference.partners.retain(|id| !held_out(id));
            references.push(reference);
        }
        Self { record, scored, references }
    }

    /// The prediction of runs.
    pub fn predict(&self, pairs: &[PairedRuns]) -> Prediction {
        let shares = |nation: &str| YEARS.map(|year| stance_shares(pairs, nation, year)).collect();
        Prediction {
            shares: self.scored.iter().map(|(nation, _)| shares(nation)).collect(),
            misses: self.references.iter().map(|reference| misses(reference, pairs)).collect(),
        }
    }

    /// The loss of a prediction of `runs` runs over the nations outside a fold: the misses of the statements plus, for each
    /// nation, its Brier scores over 2 * `SPREAD`.
    pub fn loss(&self, prediction: &Prediction, runs: u32, without: Option<usize>) -> f64 {
        let counted = self.scored.iter().zip(&prediction.shares).filter(|((_, fold), _)| Some(*fold) != without);
        let stances: f64 = counted.map(|((nation, _), shares)| stance_loss(&self.record, nation, shares, runs)).sum();
        stances / (2.0 * SPREAD) + prediction.misses[without.map_or(0, |fold| fold + 1)]
    }

    /// Mean Brier score over the years of one scored nation under weighted predictions.
    pub fn brier<'a>(&self, predictions: impl Iterator<Item = (&'a Prediction, f64)>, at: usize) -> f64 {
        let mut banned = vec![0.0; YEARS.count()];
        for (prediction, weight) in predictions {
            banned
                .iter_mut()
                .zip(&prediction.shares[at])
                .for_each(|(sum, shares)| *sum += weight * (shares[2] + shares[3]));
        }
        let nation = &self.scored[at].0;
        let happened = |year| self.record.at(nation, year_end(year)) >= Stance::Banned;
        YEARS.zip(banned).map(|(year, share)| squared_error(share, happened(year))).sum::<f64>() / YEARS.count() as f64
    }
}

/// The shares of runs in which a nation has each stance at the end of a year.
fn stance_shares(pairs: &[PairedRuns], nation: &str, year: u32) -> [f64; STANCES] {
    let mut counts = [0.0; STANCES];
    for pair in pairs {
        counts[pair.base.stances.rank(nation, year_end(year)).map_or(0, usize::from)] += 1.0;
    }
    counts.map(|count| count / pairs.len() as f64)
}

/// Mean over the scored years of the Brier scores of `banned` or beyond and, at half weight, of `restricted` or beyond;
/// corrected for the variance p(1 - p) / (runs - 1) of a share over `runs` runs.
fn stance_loss(record: &StanceRecord, nation: &str, shares: &Shares, runs: u32) -> f64 {
    let mut losses = Vec::with_capacity(shares.len());
    for (year, shares) in YEARS.zip(shares) {
        let stance = record.at(nation, year_end(year));
        let banned = unbiased_brier(shares[2] + shares[3], stance >= Stance::Banned, runs);
        let restricted = unbiased_brier(1.0 - shares[0], stance >= Stance::Restricted, runs);
        losses.push(banned + 0.5 * restricted);
    }
    losses.iter().sum::<f64>() / shares.len() as f64
}

/// The Brier score of a share over `runs` runs, less the variance of that share.
fn unbiased_brier(share: f64, happened: bool, runs: u32) -> f64 {
    let variance = if runs > 1 { share * (1.0 - share) / f64::from(runs - 1) } else { 0.0 };
    squared_error(share, happened) - variance
}

/// The nations whose records count, each with its fold. Folds differ in size by one nation at most.
fn folds(record: &StanceRecord, folds: usize) -> Vec<(String, usize)> {
    let mut nations = scored_nations(record);
    // In the order of a hash, so that the alphabet does not choose the folds.
    nations.sort_by_key(|nation| (noforn::world::chance::subject(nation), nation.to_owned()));
    nations.iter().enumerate().map(|(at, nation)| ((*nation).to_owned(), at % folds.max(1))).collect()
}
