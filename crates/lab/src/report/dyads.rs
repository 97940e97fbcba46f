//! Who shares with whom in the first run: year ends from `dyads.csv`, other quarters from the run made again.
use super::table::{TableError, TableReader};
use crate::tables::Tables;
use noforn::history::Detail;
use noforn::quarter::measures::pairs::levels;
use noforn::quarter::quarter;
use noforn::run::{Prepared, step};
use noforn::scenario::Scenario;
use noforn::world::clock::Quarter;
use noforn::world::ids::NationId;
use noforn::world::rule::Restrictions;
use std::collections::BTreeMap;

/// The rank (0 to 4) of the highest level that one nation shares with another; none if it shares nothing.
pub type SharedLevel = Option<u8>;

/// What every ordered pair shares at one time. Both lists have `n * n` cells, in the order `sender * n + receiver`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharingMatrix {
    /// The time: the end of this quarter.
    pub quarter: Quarter,
    /// The level that each pair shares.
    pub levels: Vec<SharedLevel>,
    /// True if a rule withholds anything from the receiver.
    pub ruled: Vec<bool>,
}

impl SharingMatrix {
    /// Number of pairs that share anything.
    pub fn sharing_count(&self) -> usize {
        self.levels.iter().filter(|level| level.is_some()).count()
    }
    /// Number of pairs that share less than in `earlier`.
    pub fn reduced_count(&self, earlier: &Self) -> usize {
        self.levels.iter().zip(&earlier.levels).filter(|(now, then)| now < then).count()
    }
}

/// When and by what a rule withholds from a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundPair {
    /// The first year at whose end a rule binds the pair.
    pub first_year: u32,
    /// The year in which most reports are withheld.
    pub worst_year: u32,
    /// Number of reports withheld in that year.
    pub withheld: u32,
    /// Id of the rule.
    pub rule: String,
    /// Id of the decision that restricted the pair.
    pub decision: String,
}

/// The first run of a variant in `dyads.csv`.
#[derive(Clone, Debug, Default)]
pub struct SharingHistory {
    /// The matrix at the end of each year, in order.
    pub year_ends: Vec<SharingMatrix>,
    /// Pairs (rank of sender, rank of receiver) that a rule binds at the end of any year.
    pub bound: BTreeMap<(usize, usize), BoundPair>,
}

impl SharingHistory {
    /// At most `most` bound pairs, those with most reports withheld in a year first.
    pub fn most_withheld(&self, most: usize) -> Vec<((usize, usize), &BoundPair)> {
        let mut all: Vec<_> = self.bound.iter().map(|(pair, bound)| (*pair, bound)).collect();
        all.sort_by_key(|(pair, bound)| (std::cmp::Reverse(bound.withheld), *pair));
        all.truncate(most);
        all
    }
}

/// Reads `dyads.csv` for the scenarios that are shown. Returns none if the folder has no such table.
pub fn read(folder: &dyn Tables, scenarios: &[Scenario]) -> Result<Option<Vec<SharingHistory>>, TableError> {
    let columns = [
        "variant",
        "rep",
        "year",
        "sender_iso3",
        "receiver_iso3",
        "level_rank",
        "binding_reason",
        "binding_rule",
        "decision_id",
        "reports_withheld",
    ];
    let Some(mut table) = TableReader::open(folder, "dyads", &columns)? else { return Ok(None) };
    let ranks: Vec<BTreeMap<&str, usize>> =
        scenarios.iter().map(|scenario| scenario.file.nations.keys().map(String::as_str).zip(0..).collect()).collect();
    let mut histories = vec![SharingHistory::default(); scenarios.len()];
    let mut variant = None;
    while table.next_row()? {
        if table.text(1) != "0" {
            continue;
        }
        if variant.is_none_or(|at: usize| scenarios[at].variant != table.text(0)) {
            variant = scenarios.iter().position(|scenario| scenario.variant == table.text(0));
        }
        if let Some(at) = variant {
            histories[at].add_row(&table, &scenarios[at], &ranks[at])?;
        }
    }
    Ok(Some(histories))
}

impl SharingHistory {
    fn add_row(
        &mut self,
        table: &TableReader,
        scenario: &Scenario,
        ranks: &BTreeMap<&str, usize>,
    ) -> Result<(), TableError> {
        let (from, to) = (rank_of(table.text(3), ranks)?, rank_of(table.text(4), ranks)?);
        let year = table.whole(2)?;
        if year < scenario.start.year() || year > scenario.end.year() {
            return Err(format!("`dyads.csv` tells of {year}, which is no year of the scenario"));
        }
        let n = ranks.len();
        if self.year_ends.last().is_none_or(|matrix| matrix.quarter.year() != year) {
            let quarter = Quarter::new(year, 4).min(scenario.end);
            self.year_ends.push(SharingMatrix { quarter, levels: vec![None; n * n], ruled: vec![false; n * n] });
        }
        let matrix = self.year_ends.last_mut().expect("one was just made");
        let level = table.number(5)?.map(|rank| rank.clamp(0.0, 4.0) as u8);
        matrix.levels[from * n + to] = level;
        if table.text(6) == "rule" {
            matrix.ruled[from * n + to] = true;
            let withheld = table.whole(9)?;
            let bound = BoundPair {
                first_year: year,
                worst_year: year,
                withheld,
                rule: table.text(7).to_owned(),
                decision: table.text(8).to_owned(),
            };
            let kept = self.bound.entry((from, to)).or_insert_with(|| bound.clone());
            if withheld > kept.withheld {
                *kept = BoundPair { first_year: kept.first_year, ..bound };
            }
        }
        Ok(())
    }
}

fn rank_of(code: &str, ranks: &BTreeMap<&str, usize>) -> Result<usize, TableError> {
    ranks
        .get(code)
        .copied()
        .ok_or_else(|| format!("`dyads.csv` tells of `{}`, which its scenario does not have", code.escape_default()))
}

/// Makes the first run again and returns the matrix at the end of each of `quarters`.
///
/// Returns none if the run halts.
pub fn rerun_first(scenario: &Scenario, quarters: &[Quarter]) -> Option<Vec<SharingMatrix>> {
    let prepared = Prepared::new(scenario);
    let mut world = prepared.world(0, Detail { full: false });
    let mut schedule = quarter();
    let n = scenario.file.nations.len();
    let mut matrices = BTreeMap::new();
    for now in prepared.quarters() {
        step(&mut world, &mut schedule, now).ok()?;
        if quarters.contains(&now) {
            let restricted = &world.resource::<Restrictions>().pairs;
            let ids = || (0..n).map(NationId::new);
            let ruled = ids().flat_map(|from| ids().map(move |to| restricted.get(from, to))).collect();
            let levels = levels(&world).cells().to_vec();
            matrices.insert(now, SharingMatrix { quarter: now, levels, ruled });
        }
    }
    quarters.iter().map(|quarter| matrices.get(quarter).cloned()).collect()
}
