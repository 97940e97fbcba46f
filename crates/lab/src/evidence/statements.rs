//! The eighteen statements, each with its statistics and the widths that were fixed before the model was held to them.
//!
//! A width is the width that chance alone would leave if the recorded rates were true: for a count of nations that ban,
//! or that have some stance, 3.3 standard deviations, each nation with the rate of its tier or the recorded share; for a
//! hazard 3.3 h / sqrt(bans); for a rank correlation 3.3 (1 - r^2) / sqrt(nations - 1). A statistic in which nothing is
//! random has a narrow width.
mod bans;
mod cuts;
mod equipment;
mod governments;

use super::observations::PairedRuns;
use super::reference_data::ReferenceData;
use super::stances::Stances;
use super::statement::{Computation, Criterion, Statistic, StylizedFact};
use noforn::world::clock::Quarter;

/// All statements, by number.
pub static ALL: [&StylizedFact; 18] = [
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

/// A statistic of stances, compared with the same statistic of the record.
const fn recorded(
    what: &'static str,
    unit: &'static str,
    width: f64,
    compute: fn(&ReferenceData, &Stances) -> Option<f64>,
) -> Statistic {
    Statistic { what, unit, computation: Computation::Stances(compute), criterion: Criterion::Record, width }
}

/// A statistic of stances, compared with what the statement gives.
const fn stances(
    what: &'static str,
    unit: &'static str,
    (criterion, width): (Criterion, f64),
    compute: fn(&ReferenceData, &Stances) -> Option<f64>,
) -> Statistic {
    Statistic { what, unit, computation: Computation::Stances(compute), criterion, width }
}

/// A statistic of whole runs, compared with what the statement or a file gives.
const fn runs(
    what: &'static str,
    unit: &'static str,
    (criterion, width): (Criterion, f64),
    compute: fn(&ReferenceData, &PairedRuns) -> Option<f64>,
) -> Statistic {
    Statistic { what, unit, computation: Computation::Runs(compute), criterion, width }
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
                let bound = matches!(statistic.criterion, Criterion::AtLeast(_) | Criterion::AtMost(_));
                assert_eq!(statistic.width.is_infinite(), bound, "{}: a width is fixed", statistic.what);
            }
        }
    }
}
