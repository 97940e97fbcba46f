//! Who shares with whom in the first run: year ends from `dyads.csv`, and the worst quarter from the run made again.
use super::table::{Table, Wrong};
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

/// What is shared from one nation to another: the rank of the highest level; none if nothing.
pub type Level = Option<u8>;

/// Every ordered pair at one time, by sender, then receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// When: the end of this quarter.
    pub quarter: Quarter,
    /// The level of each pair.
    pub levels: Vec<Level>,
    /// Whether a rule stops anything between the two.
    pub ruled: Vec<bool>,
}

impl Picture {
    /// Pairs that share anything.
    pub fn sharing(&self) -> usize {
        self.levels.iter().filter(|level| level.is_some()).count()
    }
    /// Pairs that share less than at an earlier time.
    pub fn below(&self, earlier: &Picture) -> usize {
        self.levels.iter().zip(&earlier.levels).filter(|(now, then)| now < then).count()
    }
}

/// A pair that a rule binds at a year's end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The first year in which it is bound.
    pub first: u32,
    /// The year in which most is withheld.
    pub year: u32,
    /// Reports withheld in it.
    pub withheld: u32,
    /// The rule.
    pub rule: String,
    /// The decision that restricted the pair.
    pub decision: String,
}

/// What `dyads.csv` says of the first run of a variant.
#[derive(Clone, Debug, Default)]
pub struct Pairs {
    /// The ends of the years.
    pub years: Vec<Picture>,
    /// Pairs (sender, receiver) that a rule ever binds, each with the year in which most was withheld.
    pub bound: BTreeMap<(usize, usize), Bound>,
}

impl Pairs {
    /// The pairs that a rule ever bound, those from which most was withheld in a year first, no more than `most`.
    pub fn most_withheld(&self, most: usize) -> Vec<((usize, usize), &Bound)> {
        let mut all: Vec<_> = self.bound.iter().map(|(pair, bound)| (*pair, bound)).collect();
        all.sort_by_key(|(pair, bound)| (std::cmp::Reverse(bound.withheld), *pair));
        all.truncate(most);
        all
    }
}

/// Reads `dyads.csv` for the scenarios that are shown; none where the folder does not have it.
pub fn read(folder: &dyn Tables, scenarios: &[Scenario]) -> Result<Option<Vec<Pairs>>, Wrong> {
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
    let Some(mut table) = Table::open(folder, "dyads", &columns)? else { return Ok(None) };
    let ranks: Vec<BTreeMap<&str, usize>> =
        scenarios.iter().map(|scenario| scenario.file.nations.keys().map(String::as_str).zip(0..).collect()).collect();
    let mut pairs = vec![Pairs::default(); scenarios.len()];
    let mut variant = None;
    while table.next_row()? {
        if table.text(1) != "0" {
            continue;
        }
        if variant.is_none_or(|at: usize| scenarios[at].variant != table.text(0)) {
            variant = scenarios.iter().position(|scenario| scenario.variant == table.text(0));
        }
        if let Some(at) = variant {
            pairs[at].add(&table, &scenarios[at], &ranks[at])?;
        }
    }
    Ok(Some(pairs))
}

impl Pairs {
    fn add(&mut self, table: &Table, scenario: &Scenario, ranks: &BTreeMap<&str, usize>) -> Result<(), Wrong> {
        let rank = |code: &str| {
            let unknown =
                || format!("`dyads.csv` tells of `{}`, which its scenario does not have", code.escape_default());
            ranks.get(code).copied().ok_or_else(unknown)
        };
        let (from, to, year) = (rank(table.text(3))?, rank(table.text(4))?, table.whole(2)?);
        if year < scenario.start.year() || year > scenario.end.year() {
            return Err(format!("`dyads.csv` tells of {year}, which is no year of the scenario"));
        }
        let n = ranks.len();
        if self.years.last().is_none_or(|picture| picture.quarter.year() != year) {
            let quarter = Quarter::new(year, 4).min(scenario.end);
            self.years.push(Picture { quarter, levels: vec![None; n * n], ruled: vec![false; n * n] });
        }
        let picture = self.years.last_mut().expect("one was just made");
        let level = table.number(5)?.map(|rank| rank.clamp(0.0, 4.0) as u8);
        picture.levels[from * n + to] = level;
        if table.text(6) == "rule" {
            picture.ruled[from * n + to] = true;
            let withheld = table.whole(9)?;
            let bound = Bound {
                first: year,
                year,
                withheld,
                rule: table.text(7).to_owned(),
                decision: table.text(8).to_owned(),
            };
            let kept = self.bound.entry((from, to)).or_insert_with(|| bound.clone());
            if withheld > kept.withheld {
                *kept = Bound { first: kept.first, ..bound };
            }
        }
        Ok(())
    }
}

/// The first run made again, looked at after some of its quarters; none where it ends early.
pub fn again(scenario: &Scenario, quarters: &[Quarter]) -> Option<Vec<Picture>> {
    let prepared = Prepared::new(scenario);
    let mut world = prepared.world(0, Detail { full: false });
    let mut schedule = quarter();
    let n = scenario.file.nations.len();
    let mut seen = BTreeMap::new();
    for now in prepared.quarters() {
        step(&mut world, &mut schedule, now).ok()?;
        if quarters.contains(&now) {
            let pairs = &world.resource::<Restrictions>().pairs;
            let ids = || (0..n).map(NationId::new);
            let ruled = ids().flat_map(|from| ids().map(move |to| pairs.get(from, to))).collect();
            let levels = levels(&world).cells().to_vec();
            seen.insert(now, Picture { quarter: now, levels, ruled });
        }
    }
    quarters.iter().map(|quarter| seen.get(quarter).cloned()).collect()
}
