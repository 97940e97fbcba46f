//! The outcome of a run: the names that people ask for first. Its numbers are measures.
use noforn::history::History;
use noforn::history::cell::Text;
use noforn::history::rows::{DyadRow, NationRow};
use noforn::world::levels::Binding;
use std::collections::{BTreeMap, BTreeSet};

/// Year and quarter of the year, 1 to 4.
pub type YearQuarter = (u32, u32);

/// The nations to which the hub may send nothing at the end of a year because a rule forbids it.
#[derive(Clone, Debug, PartialEq)]
pub struct CutOff {
    /// The year.
    pub year: u32,
    /// Their English names, those that produce most reports that year first.
    pub names: Vec<Text>,
}

/// The outcome of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// English names of the nations by the rank of their final stance.
    pub stances: [Vec<Text>; 4],
    /// The year's end at which the hub's rules cut off most nations, and the last; none if they never cut anybody off.
    pub cut_off: Option<[CutOff; 2]>,
    /// The pair that `noforn why` should explain first, sender before receiver, and the year.
    pub pair_to_explain: Option<(Text, Text, u32)>,
}

impl Outcome {
    /// Computes the outcome from a history; `hub` is the id of the hub.
    pub fn from_history(history: &History, hub: &str) -> Self {
        let mut outcome = Self { pair_to_explain: pair_to_explain(&history.dyads), ..Self::default() };
        let last = history.nations.last().map_or(0, |row| row.year);
        for row in history.nations.iter().filter(|row| row.year == last) {
            outcome.stances[(row.stance_rank as usize).min(3)].push(row.name.clone());
        }
        outcome.stances.iter_mut().for_each(|names| names.sort());
        outcome.cut_off = cut_off(history, hub);
        outcome
    }
}

fn cut_off(history: &History, hub: &str) -> Option<[CutOff; 2]> {
    let nations: BTreeMap<(u32, &Text), &NationRow> =
        history.nations.iter().map(|row| ((row.year, &row.iso3), row)).collect();
    let years: BTreeSet<u32> = history.dyads.iter().map(|row| row.year).collect();
    let is_cut =
        |row: &&DyadRow| !row.share_permitted && row.binding_reason == Binding::Rule && &*row.sender_iso3 == hub;
    let at = |year: u32| {
        let cut = history.dyads.iter().filter(|row| row.year == year).filter(is_cut);
        let mut cut: Vec<&NationRow> =
            cut.filter_map(|row| nations.get(&(year, &row.receiver_iso3)).copied()).collect();
        cut.sort_by(|a, b| b.reports_produced.cmp(&a.reports_produced).then(a.name.cmp(&b.name)));
        CutOff { year, names: cut.into_iter().map(|row| row.name.clone()).collect() }
    };
    let all: Vec<CutOff> = years.into_iter().map(at).collect();
    // Of equal years, `max_by_key` returns the last.
    let most = all.iter().rev().max_by_key(|cut| cut.names.len()).filter(|cut| !cut.names.is_empty())?;
    Some([most.clone(), all.last()?.clone()])
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
        let outcome = Outcome::from_history(&by_hand::history(0), "USA");
        let names = |rank: usize| outcome.stances[rank].iter().map(|name| &**name).collect::<Vec<_>>();
        assert_eq!((names(0), names(1)), (vec!["Germany"], vec!["United Kingdom"]));
        assert_eq!((names(2), names(3)), (vec![], vec!["United States"]));
        let cut = CutOff { year: 2020, names: vec!["Germany".into()] };
        assert_eq!(outcome.cut_off, Some([cut.clone(), cut]));
        assert_eq!(outcome.pair_to_explain, Some(("USA".into(), "DEU".into(), 2020)));
        assert_eq!(Outcome::from_history(&by_hand::history(0), "DEU").cut_off, None);
    }

    #[test]
    fn a_history_without_rows_has_the_default_outcome() {
        assert_eq!(Outcome::from_history(&History::default(), "USA"), Outcome::default());
    }
}
