//! The runs of one variant in `metrics.csv`, one record each.
use super::layout::{LEAKED, Layout, MEASURES, MISSED};
use crate::report::table::{Table, Wrong};
use crate::tables::Tables;
use csv::Position;
use noforn::scenario::Scenario;

/// Columns before those of the measures and their weights.
const LEAD: [&str; 4] = ["variant", "rep", "year", "quarter"];

/// One run: its values as `Layout` has them.
pub struct Run {
    /// Which.
    pub rep: u32,
    /// Its record; not a number where nothing is told.
    pub values: Vec<f64>,
    /// The quarter in which rules stopped most: share, year, quarter; none where they stopped nothing.
    pub worst: Option<(f64, u32, u32)>,
}

/// The runs of a variant, in order.
pub struct RunReader<'a> {
    table: Table<'a>,
    variant: String,
    layout: Layout,
    /// For each measure the place of its value and of its weight among the columns.
    columns: Vec<(usize, Option<usize>)>,
    withheld: usize,
    /// Whether a row of the next run is read already.
    ahead: bool,
}

impl<'a> RunReader<'a> {
    /// From where the rows of a variant begin.
    pub fn open(folder: &'a dyn Tables, scenario: &Scenario, start: Position) -> Result<Self, Wrong> {
        let mut wanted: Vec<&str> = LEAD.to_vec();
        let mut place = |column: &'static str| match wanted.iter().position(|known| *known == column) {
            Some(at) => at,
            None => {
                wanted.push(column);
                wanted.len() - 1
            }
        };
        let columns = MEASURES.iter().map(|measure| (place(measure.column), measure.weight.map(&mut place))).collect();
        let withheld = place("reports_withheld_share");
        let opened = Table::open(folder, "metrics", &wanted)?;
        let mut table = opened.ok_or_else(|| "`metrics.csv` is gone".to_owned())?;
        table.seek(start)?;
        let layout = Layout::new(scenario);
        Ok(Self { table, variant: scenario.variant.clone(), layout, columns, withheld, ahead: false })
    }

    /// The next run; none at the end of the variant.
    pub fn next_run(&mut self) -> Result<Option<Run>, Wrong> {
        if !self.ahead && !self.step()? {
            return Ok(None);
        }
        let rep = self.table.whole(1)?;
        let width = self.layout.width();
        let (mut sums, mut weights) = (vec![0.0; width], vec![0.0; width]);
        let mut worst: Option<(f64, u32, u32)> = None;
        loop {
            let withheld = self.add(&mut sums, &mut weights)?;
            if withheld.0 > worst.map_or(0.0, |(share, ..)| share) {
                worst = Some(withheld);
            }
            if !self.step()? || self.table.whole(1)? != rep {
                break;
            }
        }
        // Nothing over nothing is not a number, as a missing value is to be.
        let values = sums.iter().zip(&weights).map(|(sum, weight)| sum / weight).collect();
        Ok(Some(Run { rep, values, worst }))
    }

    /// Goes on to the next row of the variant.
    fn step(&mut self) -> Result<bool, Wrong> {
        self.ahead = self.table.next_row()? && self.table.text(0) == self.variant;
        Ok(self.ahead)
    }

    /// Adds a row, and says what rules stop in its quarter.
    fn add(&self, sums: &mut [f64], weights: &mut [f64]) -> Result<(f64, u32, u32), Wrong> {
        let (year, quarter) = (self.table.whole(2)?, self.table.whole(3)?);
        let totals = sums.len() - 2;
        for (rank, measure) in MEASURES.iter().enumerate() {
            let (column, weight) = self.columns[rank];
            let outside = || format!("`metrics.csv` tells of {year}, quarter {quarter}, outside the scenario's run");
            let place = self.layout.place(measure, year, quarter).ok_or_else(outside)?;
            let Some(value) = self.table.number(column)? else { continue };
            let weight = match weight {
                Some(column) => self.table.number(column)?.unwrap_or_default(),
                None => 1.0,
            };
            let mut add = |at: usize| {
                sums[at] += value * weight;
                weights[at] += weight;
            };
            add(self.layout.begins(rank) + place);
            match rank {
                MISSED => add(totals),
                LEAKED => add(totals + 1),
                _ => {}
            }
        }
        Ok((self.table.number(self.withheld)?.unwrap_or_default(), year, quarter))
    }
}
