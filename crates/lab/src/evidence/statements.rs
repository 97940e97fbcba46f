//! The eighteen statements, each with its statistics and the widths that were fixed before the model was held to them.
//!
//! A width is what chance alone would leave if the recorded rates were true: 3.3 standard deviations of a count of
//! nations that ban, or stand somewhere, each with the rate of its tier or the recorded share; 3.3 h / sqrt(bans) of a
//! hazard; 3.3 (1 - r^2) / sqrt(nations - 1) of a rank correlation. Where nothing random is told the width is narrow.
mod bans;
mod cuts;
mod equipment;
mod governments;

use super::statement::{Measure, Recorded, Statement, Statistic};
use noforn::world::clock::Quarter;

/// All, by number.
pub static ALL: [&Statement; 18] = [
    &bans::TIERS,
    &bans::PARTNERS,
    &bans::CURVE,
    &bans::RATCHET,
    &bans::HEDGE,
    &governments::INPUTS,
    &governments::INSTALLED,
    &cuts::NOBODY,
    &governments::THREAT,
    &governments::EMBARGO,
    &governments::GERMANY,
    &equipment::DEADLINES,
    &cuts::BASES,
    &cuts::DECLARED,
    &cuts::POOL,
    &equipment::STICKY,
    &equipment::DISCOVERY,
    &equipment::OPERATORS,
];

/// The end of a year.
const fn end(year: u32) -> Quarter {
    Quarter(year * 4 + 3)
}

/// A statistic of stances, held against the same one of the record.
const fn recorded(
    what: &'static str,
    unit: &'static str,
    width: f64,
    of: fn(&super::ground::Ground, &super::stances::Stances) -> Option<f64>,
) -> Statistic {
    Statistic { what, unit, measure: Measure::Stances(of), recorded: Recorded::Record, width }
}

/// A statistic of stances, held against what the statement gives.
const fn stances(
    what: &'static str,
    unit: &'static str,
    (recorded, width): (Recorded, f64),
    of: fn(&super::ground::Ground, &super::stances::Stances) -> Option<f64>,
) -> Statistic {
    Statistic { what, unit, measure: Measure::Stances(of), recorded, width }
}

/// A statistic of whole runs, held against what the statement or a file gives.
const fn runs(
    what: &'static str,
    unit: &'static str,
    (recorded, width): (Recorded, f64),
    of: fn(&super::ground::Ground, &super::statement::Pair) -> Option<f64>,
) -> Statistic {
    Statistic { what, unit, measure: Measure::Runs(of), recorded, width }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_eighteen_each_with_its_own_statistics_and_what_a_miss_means() {
        for (number, statement) in (1..).zip(ALL) {
            assert_eq!(statement.number, number);
            assert!(!statement.statistics.is_empty() && statement.if_missed.len() > 80, "{number}");
            let names: BTreeSet<&str> = statement.statistics.iter().map(|statistic| statistic.what).collect();
            assert_eq!(names.len(), statement.statistics.len(), "{number}: two statistics have one name");
            for statistic in statement.statistics {
                assert!(statistic.what.len() <= 45, "too long for the table: {}", statistic.what);
                let bound = matches!(statistic.recorded, Recorded::AtLeast(_) | Recorded::AtMost(_));
                assert_eq!(statistic.width.is_infinite(), bound, "{}: a width is fixed", statistic.what);
            }
        }
    }
}
