//! What calibration aims at: the stances on record, and what the statements say of them together.
use crate::hindcast::forecast::Forecast;
use crate::hindcast::record::Record;
use crate::hindcast::score::{YEARS, scored, year_end};
use crate::world::levels::{STANCES, Stance};

/// The stance shares of one nation at the ends of the scored years.
pub type Shares = Vec<[f64; STANCES]>;

/// What a forecast says of every nation: shares at year ends, by the forecast's order of nations.
pub fn shares(forecast: &Forecast) -> Vec<Shares> {
    (0..forecast.nations.len()).map(|n| YEARS.map(|year| forecast.shares(n, year_end(year))).collect()).collect()
}

/// Mean over the scored years of the Brier scores of `banned` or beyond and, at half weight, of `restricted` or beyond;
/// `runs` runs make a share uncertain by p(1 - p) / (runs - 1), which is taken off.
pub fn loss(record: &Record, nation: &str, shares: &Shares, runs: u32) -> f64 {
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

/// How far the counts of nations at `open`, `restricted`, and `banned` or beyond at the ends of the years are from
/// those on record, over `within`: mean squared difference in units of a tolerance of a fifteenth of the nations.
pub fn counts(record: &Record, of: impl Fn(&str) -> Option<Shares>, within: impl Fn(&str) -> bool) -> f64 {
    let nations: Vec<(&str, Shares)> =
        record.nations().filter(|n| within(n)).filter_map(|n| of(n).map(|shares| (n, shares))).collect();
    let tolerance = (nations.len() as f64 / 15.0).max(1.0);
    let mut sum = 0.0;
    for (at, year) in YEARS.enumerate() {
        let mut miss = [0.0; 3];
        for (nation, shares) in &nations {
            let told = shares[at];
            [told[0], told[1], told[2] + told[3]].iter().zip(&mut miss).for_each(|(p, miss)| *miss += p);
            miss[record.at(nation, year_end(year)).rank().min(2)] -= 1.0;
        }
        sum += miss.iter().map(|miss| miss * miss).sum::<f64>() / (tolerance * tolerance);
    }
    sum / (3.0 * YEARS.count() as f64)
}

/// The nations whose records count, with a fold each: by rank within the record, so that folds are of one size.
pub fn folds(record: &Record, folds: usize) -> Vec<(String, usize)> {
    let mut nations = scored(record);
    // In the order of a hash, so that neighbours in the alphabet are spread.
    nations.sort_by_key(|nation| (crate::world::chance::subject(nation), nation.to_owned()));
    nations.iter().enumerate().map(|(at, nation)| ((*nation).to_owned(), at % folds.max(1))).collect()
}
