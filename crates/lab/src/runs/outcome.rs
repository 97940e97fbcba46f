//! The outcome of a run: the few numbers and names that people ask for first.
use noforn::history::History;
use noforn::history::cell::Text;
use noforn::history::rows::{DyadRow, MetricsRow, NationRow};
use noforn::world::levels::{Binding, Stance};
use std::collections::{BTreeMap, BTreeSet};

/// The measures that are summarised over many runs: key in JSON, words in text, and whether it is a share.
pub const MEASURES: [(&str, &str, bool); 11] = [
    ("bloc_count", "blocs at the end", false),
    ("largest_bloc_share", "nations in the largest bloc", true),
    ("left_count", "left the largest bloc", false),
    ("ban_count", "ban the flagged vendors", false),
    ("restrict_count", "restrict them", false),
    ("open_count", "stay open", false),
    ("worst_withheld_share", "withheld in the worst quarter", true),
    ("declared_restriction_count", "pairs and actions: announced", false),
    ("applied_restriction_count", "pairs and actions: applied", false),
    ("missions_withdrawn_count", "missions withdrawn", false),
    ("reports_leaked", "reports leaked", false),
];

/// Year and quarter of the year, 1 to 4.
pub type YearQuarter = (u32, u32);

/// The outcome of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Blocs after the first quarter.
    pub blocs_at_start: u32,
    /// Blocs after the last quarter.
    pub blocs_at_end: u32,
    /// Members of the largest bloc / nations, after the last quarter.
    pub largest_bloc_share: f64,
    /// English names of the nations that were in the largest bloc after the first year and not after the last.
    pub left: Vec<Text>,
    /// English names of the nations by the rank of their final stance.
    pub stances: [Vec<Text>; 4],
    /// The greatest share of reports allowed by agreements that rules withheld in a quarter, and that quarter.
    pub worst_withheld: Option<(f64, YearQuarter)>,
    /// Pairs and actions that announced rules would stop, after the last quarter.
    pub declared: u32,
    /// Pairs and actions that rules stop, after the last quarter.
    pub applied: u32,
    /// Missions withdrawn, after the last quarter.
    pub withdrawn: u32,
    /// Reports that leaked in all quarters.
    pub leaked: u64,
    /// The pair that `noforn why` should explain first, sender before receiver, and the year.
    pub pair_to_explain: Option<(Text, Text, u32)>,
}

impl Outcome {
    /// Computes the outcome from a history.
    pub fn from_history(history: &History) -> Self {
        let mut outcome = Self { leaked: history.metrics.iter().map(leaked).sum(), ..Self::default() };
        if let (Some(first), Some(last)) = (history.metrics.first(), history.metrics.last()) {
            outcome.blocs_at_start = first.bloc_count;
            outcome.blocs_at_end = last.bloc_count;
            outcome.largest_bloc_share = last.largest_bloc_share.0;
            outcome.declared = last.declared_restriction_count;
            outcome.applied = last.applied_restriction_count;
            outcome.withdrawn = last.missions_withdrawn_count;
        }
        outcome.worst_withheld = worst_withheld(&history.metrics);
        outcome.left = left(&history.nations);
        for row in last_year(&history.nations) {
            outcome.stances[(row.stance_rank as usize).min(3)].push(row.name.clone());
        }
        outcome.stances.iter_mut().for_each(|names| names.sort());
        outcome.pair_to_explain = pair_to_explain(&history.dyads);
        outcome
    }

    /// The values of `MEASURES`, in their order.
    pub fn measures(&self) -> [f64; MEASURES.len()] {
        let count = |stance: Stance| self.stances[stance.rank()].len() as f64;
        [
            f64::from(self.blocs_at_end),
            self.largest_bloc_share,
            self.left.len() as f64,
            count(Stance::Banned) + count(Stance::Removal),
            count(Stance::Restricted),
            count(Stance::Open),
            self.worst_withheld.map_or(0.0, |(share, _)| share),
            f64::from(self.declared),
            f64::from(self.applied),
            f64::from(self.withdrawn),
            self.leaked as f64,
        ]
    }
}

/// Reports that leaked in a quarter.
fn leaked(row: &MetricsRow) -> u64 {
    (row.reports_leaked_share.0 * f64::from(row.reports_produced)).round() as u64
}

/// The first quarter with the greatest share withheld; `None` if nothing was ever withheld.
fn worst_withheld(metrics: &[MetricsRow]) -> Option<(f64, YearQuarter)> {
    let share = |row: &&MetricsRow| row.reports_withheld_share.0;
    let worst = metrics.iter().rev().max_by(|a, b| share(a).total_cmp(&share(b)))?;
    (share(&worst) > 0.0).then_some((share(&worst), (worst.year, worst.quarter)))
}

fn of_year(nations: &[NationRow], year: u32) -> impl Iterator<Item = &NationRow> {
    nations.iter().filter(move |row| row.year == year)
}

fn last_year(nations: &[NationRow]) -> impl Iterator<Item = &NationRow> {
    of_year(nations, nations.last().map_or(0, |row| row.year))
}

/// The members of the largest bloc; among blocs of equal size, of the one with the first id.
fn largest_bloc<'a>(nations: impl Iterator<Item = &'a NationRow>) -> BTreeSet<&'a Text> {
    let mut blocs: BTreeMap<&Text, BTreeSet<&Text>> = BTreeMap::new();
    for row in nations {
        blocs.entry(&row.bloc_id).or_default().insert(&row.iso3);
    }
    blocs.into_values().rev().max_by_key(BTreeSet::len).unwrap_or_default()
}

fn left(nations: &[NationRow]) -> Vec<Text> {
    let first = largest_bloc(of_year(nations, nations.first().map_or(0, |row| row.year)));
    let last = largest_bloc(last_year(nations));
    let gone = |row: &&NationRow| first.contains(&row.iso3) && !last.contains(&row.iso3);
    let mut names: Vec<Text> = last_year(nations).filter(gone).map(|row| row.name.clone()).collect();
    names.sort();
    names
}

/// The pair and year with most reports withheld; if none were, the first pair that a rule binds.
fn pair_to_explain(dyads: &[DyadRow]) -> Option<(Text, Text, u32)> {
    let pair = |row: &DyadRow| (row.sender_iso3.clone(), row.receiver_iso3.clone(), row.year);
    let most = dyads.iter().rev().max_by_key(|row| row.reports_withheld).filter(|row| row.reports_withheld > 0);
    most.or_else(|| dyads.iter().find(|row| row.binding_reason == Binding::Rule)).map(pair)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_hand;

    #[test]
    fn an_outcome_follows_from_the_history() {
        let outcome = Outcome::from_history(&by_hand::history(0));
        assert_eq!((outcome.blocs_at_start, outcome.blocs_at_end), (1, 2));
        assert_eq!(outcome.left, ["Germany".into()] as [Text; 1]);
        let names = |rank: usize| outcome.stances[rank].iter().map(|name| &**name).collect::<Vec<_>>();
        assert_eq!((names(0), names(1)), (vec!["Germany"], vec!["United Kingdom"]));
        assert_eq!((names(2), names(3)), (vec![], vec!["United States"]));
        assert_eq!(outcome.worst_withheld, Some((0.25, (2020, 1))), "the first of the worst quarters");
        assert_eq!((outcome.declared, outcome.applied, outcome.withdrawn, outcome.leaked), (4, 2, 1, 8));
        assert_eq!(outcome.pair_to_explain, Some(("USA".into(), "DEU".into(), 2020)));
    }

    #[test]
    fn a_history_without_rows_has_the_default_outcome() {
        assert_eq!(Outcome::from_history(&History::default()), Outcome::default());
    }

    #[test]
    fn every_measure_has_a_name() {
        let measures = Outcome::from_history(&by_hand::history(0)).measures();
        let named: BTreeMap<&str, f64> =
            MEASURES.iter().zip(measures).map(|((name, ..), value)| (*name, value)).collect();
        assert_eq!((named["ban_count"], named["restrict_count"], named["open_count"]), (1.0, 1.0, 1.0));
        assert_eq!((named["bloc_count"], named["left_count"], named["reports_leaked"]), (2.0, 1.0, 8.0));
    }
}
