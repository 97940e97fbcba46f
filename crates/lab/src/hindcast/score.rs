//! Scores of forecasts: Brier score, ranked probability score, logarithmic score, area under the ROC curve, reliability.
use super::record::StanceRecord;
use noforn::world::clock::Quarter;
use noforn::world::levels::{STANCES, Stance};

/// The scored years; stances are compared at their ends.
pub const YEARS: std::ops::RangeInclusive<u32> = 2019..=2025;

/// The last quarter of a year.
pub fn year_end(year: u32) -> Quarter {
    Quarter::new(year, 4)
}

/// One forecast of one nation's stance at the end of one year, and what happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Nation, iso3.
    pub nation: String,
    /// Year.
    pub year: u32,
    /// The probability of each stance; they sum to 1.
    pub shares: [f64; STANCES],
    /// The stance on record.
    pub recorded: Stance,
}

/// The nations that are scored: those of a record that did not have `banned` or beyond at the end of 2018.
pub fn scored_nations(record: &StanceRecord) -> Vec<&str> {
    let before = year_end(*YEARS.start() - 1);
    record.nations().filter(|nation| record.at(nation, before) < Stance::Banned).collect()
}

/// The squared difference of a probability and an outcome (1 if it happened, else 0): a Brier score.
pub fn squared_error(probability: f64, happened: bool) -> f64 {
    let difference = probability - f64::from(u8::from(happened));
    difference * difference
}

/// The cases of a record under a forecast, which gives the probability of each stance by nation and year.
pub fn cases(record: &StanceRecord, shares: impl Fn(&str, u32) -> [f64; STANCES]) -> Vec<Case> {
    let mut cases = Vec::new();
    for nation in scored_nations(record) {
        for year in YEARS {
            let (shares, recorded) = (shares(nation, year), record.at(nation, year_end(year)));
            cases.push(Case { nation: nation.to_owned(), year, shares, recorded });
        }
    }
    cases
}

impl Case {
    /// The probability that the nation has `banned` or beyond, 0 to 1.
    pub fn banned_share(&self) -> f64 {
        (self.shares[2] + self.shares[3]).clamp(0.0, 1.0)
    }

    /// True if it has.
    pub fn banned(&self) -> bool {
        self.recorded >= Stance::Banned
    }

    /// Brier score of `banned` or beyond: squared difference of probability and outcome (1 or 0).
    pub fn brier(&self) -> f64 {
        squared_error(self.banned_share(), self.banned())
    }

    /// Ranked probability score over the four stances: squared differences of cumulated probabilities and outcomes, summed
    /// over the three thresholds, 0 to 3.
    pub fn ranked(&self) -> f64 {
        let mut cumulated = 0.0;
        (0..STANCES - 1)
            .map(|rank| {
                cumulated += self.shares[rank];
                squared_error(cumulated, self.recorded.rank() <= rank)
            })
            .sum()
    }

    /// Logarithmic score of `banned` or beyond: minus the natural logarithm of the probability given to what happened. With
    /// `runs` runs this probability is bounded to at least 1 / (runs + 2).
    pub fn log(&self, runs: f64) -> f64 {
        let probability = if self.banned() { self.banned_share() } else { 1.0 - self.banned_share() };
        -libm::log((probability * runs + 1.0) / (runs + 2.0))
    }
}

/// The mean of a score over cases; 0 if there are none.
pub fn mean(cases: &[Case], score: impl Fn(&Case) -> f64) -> f64 {
    if cases.is_empty() { 0.0 } else { cases.iter().map(score).sum::<f64>() / cases.len() as f64 }
}

/// The area under the ROC curve of `banned` or beyond: the chance that a case in which it happened was given a greater
/// probability than a case in which it did not; ties count half. None if there are no cases of one kind.
pub fn area_under_curve(cases: &[Case]) -> Option<f64> {
    let (yes, no): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(|case| case.banned());
    if yes.is_empty() || no.is_empty() {
        return None;
    }
    let sum: f64 = yes.iter().flat_map(|a| no.iter().map(move |b| order_score(a, b))).sum();
    Some(sum / (yes.len() * no.len()) as f64)
}

/// 1 if the first case was given the greater probability, one half if both were given the same, else 0.
fn order_score(a: &Case, b: &Case) -> f64 {
    match a.banned_share().total_cmp(&b.banned_share()) {
        std::cmp::Ordering::Greater => 1.0,
        std::cmp::Ordering::Equal => 0.5,
        std::cmp::Ordering::Less => 0.0,
    }
}

/// Mean difference in years between the first ban of a nation and the first year end with a probability of at least one
/// half (the year after the last if there is none), over nations that did ban; none if no nation did.
pub fn first_ban_error(cases: &[Case]) -> Option<f64> {
    let mut errors = Vec::new();
    for nation in cases.chunk_by(|a, b| a.nation == b.nation) {
        let Some(banned) = nation.iter().find(|case| case.banned()) else { continue };
        let forecast = nation.iter().find(|case| case.banned_share() >= 0.5).map_or(YEARS.end() + 1, |case| case.year);
        errors.push(f64::from(forecast.abs_diff(banned.year)));
    }
    (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64)
}

/// One of ten bins of forecast probability.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReliabilityBin {
    /// Number of cases.
    pub cases: u32,
    /// Sum of their probabilities.
    pub probability_sum: f64,
    /// Number of cases in which it happened.
    pub happened: u32,
}

/// Cases by tenths of the probability of `banned` or beyond; a probability of 1 falls into the last bin.
pub fn reliability_bins(cases: &[Case]) -> [ReliabilityBin; 10] {
    let mut bins = [ReliabilityBin::default(); 10];
    for case in cases {
        let bin = &mut bins[((case.banned_share() * 10.0) as usize).min(9)];
        bin.cases += 1;
        bin.probability_sum += case.banned_share();
        bin.happened += u32::from(case.banned());
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(shares: [f64; STANCES], recorded: Stance) -> Case {
        Case { nation: "AAA".to_owned(), year: 2019, shares, recorded }
    }

    #[test]
    fn scores_of_a_case_are_those_worked_out_by_hand() {
        let unsure = case([0.4, 0.3, 0.2, 0.1], Stance::Banned);
        assert!((unsure.brier() - 0.49).abs() < 1e-12);
        // Cumulated 0.4, 0.7, 0.9 against 0, 0, 1.
        assert!((unsure.ranked() - (0.16 + 0.49 + 0.01)).abs() < 1e-12);
        assert!((unsure.log(1e12) - 1.203_972_804).abs() < 1e-6);
        let sure = case([0.0, 0.0, 0.0, 1.0], Stance::Removal);
        assert_eq!((sure.brier(), sure.ranked()), (0.0, 0.0));
        assert!((case([1.0, 0.0, 0.0, 0.0], Stance::Banned).log(98.0) - libm::log(100.0)).abs() < 1e-12);
    }

    #[test]
    fn the_area_counts_pairs_in_the_right_order() {
        let yes = |p: f64| case([1.0 - p, 0.0, p, 0.0], Stance::Banned);
        let no = |p: f64| case([1.0 - p, 0.0, p, 0.0], Stance::Open);
        assert_eq!(area_under_curve(&[yes(0.9), yes(0.4), no(0.1), no(0.4)]), Some(0.875));
        assert_eq!(area_under_curve(&[yes(0.9)]), None);
    }

    #[test]
    fn the_error_of_a_first_ban_is_in_years() {
        let one = |nation: &str, year, banned: f64, recorded| Case {
            nation: nation.to_owned(),
            ..Case { year, ..case([1.0 - banned, 0.0, banned, 0.0], recorded) }
        };
        let cases = [
            one("AAA", 2019, 0.2, Stance::Banned),
            one("AAA", 2020, 0.2, Stance::Banned),
            one("AAA", 2021, 0.5, Stance::Banned),
            one("BBB", 2024, 0.1, Stance::Open),
            one("BBB", 2025, 0.1, Stance::Removal),
            one("CCC", 2025, 0.9, Stance::Open),
        ];
        assert_eq!(first_ban_error(&cases), Some(1.5), "two years late, and one");
        assert_eq!(first_ban_error(&cases[5..]), None);
    }

    #[test]
    fn bins_hold_every_case_once() {
        let cases: Vec<Case> =
            (0..=20).map(|k| case([1.0 - f64::from(k) / 20.0, 0.0, 0.0, f64::from(k) / 20.0], Stance::Open)).collect();
        let bins = reliability_bins(&cases);
        assert_eq!(bins.iter().map(|bin| bin.cases).sum::<u32>(), 21);
        assert_eq!(bins[9].cases, 3, "0.9, 0.95 and 1");
    }
}
