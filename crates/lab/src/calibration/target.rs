//! What calibration aims at: the stances on record, and the eighteen statements.
use super::SPREAD;
use crate::evidence::ground::{ByNation, Ground};
use crate::evidence::miss::misses;
use crate::evidence::statement::Pair;
use crate::hindcast::record::Record;
use crate::hindcast::score::{YEARS, scored, year_end};
use noforn::scenario::Scenario;
use noforn::world::levels::{STANCES, Stance};

/// The stance shares of one nation at the ends of the scored years.
pub type Shares = Vec<[f64; STANCES]>;

/// What points are held against.
#[derive(Clone, Debug)]
pub struct Aim {
    /// The stances on record.
    pub record: Record,
    /// The nations whose records count, with a fold each.
    pub scored: Vec<(String, usize)>,
    /// What the statements are about: all nations, then for each fold the nations outside it.
    pub grounds: Vec<Ground>,
}

/// What the runs of one point say, as far as it is aimed at.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Shares of stances, by scored nation.
    pub shares: Vec<Shares>,
    /// How far the runs are from the statements, by ground.
    pub misses: Vec<f64>,
}

impl Aim {
    /// From a scenario, the record of its nations, their recorded shares of 5G access, and a number of folds.
    pub fn new(scenario: &Scenario, record: Record, access_2022: &ByNation, parts: usize) -> Self {
        let scored = folds(&record, parts);
        let ground = |without: Option<usize>| {
            let held =
                |id: &str| without.is_some() && scored.iter().any(|(own, fold)| own == id && Some(*fold) == without);
            let shares =
                access_2022.iter().filter(|(id, _)| !held(id)).map(|(id, share)| (id.clone(), *share)).collect();
            let mut ground = Ground::new(scenario, &record.part(|id| !held(id)), shares);
            ground.partners.retain(|id| !held(id));
            ground
        };
        let grounds = std::iter::once(None).chain((0..parts).map(Some)).map(ground).collect();
        Self { record, scored, grounds }
    }

    /// What runs say.
    pub fn told(&self, pairs: &[Pair]) -> Told {
        let of = |(nation, _): &(String, usize)| {
            let at = |year| {
                let rank = |pair: &Pair| pair.base.stances.rank(nation, year_end(year)).map_or(0, usize::from);
                let mut counts = [0.0; STANCES];
                pairs.iter().for_each(|pair| counts[rank(pair)] += 1.0);
                counts.map(|count| count / pairs.len() as f64)
            };
            YEARS.map(at).collect()
        };
        Told {
            shares: self.scored.iter().map(of).collect(),
            misses: self.grounds.iter().map(|ground| misses(ground, pairs)).collect(),
        }
    }

    /// The loss of a point of so many runs over the nations outside a fold: the statements' misses, and of each nation
    /// its Brier scores over 2 * `SPREAD`.
    pub fn loss(&self, told: &Told, runs: u32, without: Option<usize>) -> f64 {
        let counted = self.scored.iter().zip(&told.shares).filter(|((_, fold), _)| Some(*fold) != without);
        let stances: f64 = counted.map(|((nation, _), shares)| loss(&self.record, nation, shares, runs)).sum();
        stances / (2.0 * SPREAD) + told.misses[without.map_or(0, |fold| fold + 1)]
    }

    /// Mean Brier score over the years of one scored nation under weighted points.
    pub fn brier<'a>(&self, told: impl Iterator<Item = (&'a Told, f64)>, at: usize) -> f64 {
        let mut banned = vec![0.0; YEARS.count()];
        for (told, weight) in told {
            banned.iter_mut().zip(&told.shares[at]).for_each(|(sum, shares)| *sum += weight * (shares[2] + shares[3]));
        }
        let miss = |(year, told): (u32, f64)| {
            let miss = told - f64::from(u8::from(self.record.at(&self.scored[at].0, year_end(year)) >= Stance::Banned));
            miss * miss
        };
        YEARS.zip(banned).map(miss).sum::<f64>() / YEARS.count() as f64
    }
}

/// Mean over the scored years of the Brier scores of `banned` or beyond and, at half weight, of `restricted` or beyond;
/// `runs` runs make a share uncertain by p(1 - p) / (runs - 1), which is taken off.
fn loss(record: &Record, nation: &str, shares: &Shares, runs: u32) -> f64 {
    let noise = |p: f64| if runs > 1 { p * (1.0 - p) / f64::from(runs - 1) } else { 0.0 };
    let one = |p: f64, happened: bool| {
        let miss = p - f64::from(u8::from(happened));
        miss * miss - noise(p)
    };
    let of = |(year, shares): (u32, &[f64; STANCES])| {
        let stance = record.at(nation, year_end(year));
        one(shares[2] + shares[3], stance >= Stance::Banned) + 0.5 * one(1.0 - shares[0], stance >= Stance::Restricted)
    };
    YEARS.zip(shares).map(of).sum::<f64>() / shares.len() as f64
}

/// The nations whose records count, with a fold each: by rank within the record, so that folds are of one size.
fn folds(record: &Record, folds: usize) -> Vec<(String, usize)> {
    let mut nations = scored(record);
    // In the order of a hash, so that neighbours in the alphabet are spread.
    nations.sort_by_key(|nation| (noforn::world::chance::subject(nation), nation.to_owned()));
    nations.iter().enumerate().map(|(at, nation)| ((*nation).to_owned(), at % folds.max(1))).collect()
}
