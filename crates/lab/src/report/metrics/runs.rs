//! Reads the runs of one variant from `metrics.csv`, one record per run.
use super::layout::{LEAKED, MEASURES, MISSED, RecordLayout};
use crate::report::table::{TableError, TableReader};
use crate::tables::Tables;
use csv::Position;
use noforn::scenario::Scenario;

/// The first columns that are read. The columns of measures and weights follow.
const LEAD: [&str; 4] = ["variant", "rep", "year", "quarter"];

/// One run.
pub struct RunRecord {
    /// Number of the run.
    pub rep: u32,
    /// Its values, in the order of `RecordLayout`; missing values are NaN.
    pub values: Vec<f64>,
    /// The quarter in which rules withheld most, as (share, year, quarter); none if they withheld nothing.
    pub worst: Option<(f64, u32, u32)>,
}

/// A reader of the runs of a variant, in the order of the table.
pub struct RunReader<'a> {
    table: TableReader<'a>,
    variant: String,
    layout: RecordLayout,
    /// For each measure, the indices of the columns of its value and of its weight.
    columns: Vec<(usize, Option<usize>)>,
    withheld: usize,
    /// True if the table's current row belongs to the next run.
    ahead: bool,
}

impl<'a> RunReader<'a> {
    /// Opens the table at `start`, where the rows of the variant begin.
    pub fn open(folder: &'a dyn Tables, scenario: &Scenario, start: Position) -> Result<Self, TableError> {
        let mut wanted: Vec<&str> = LEAD.to_vec();
        let mut columns = Vec::with_capacity(MEASURES.len());
        for measure in &MEASURES {
            let value = index_or_push(&mut wanted, measure.column);
            columns.push((value, measure.weight.map(|weight| index_or_push(&mut wanted, weight))));
        }
        let withheld = index_or_push(&mut wanted, "reports_withheld_share");
        let opened = TableReader::open(folder, "metrics", &wanted)?;
        let mut table = opened.ok_or_else(|| "`metrics.csv` is gone".to_owned())?;
        table.seek(start)?;
        let layout = RecordLayout::new(scenario);
        Ok(Self { table, variant: scenario.variant.clone(), layout, columns, withheld, ahead: false })
    }

    /// Reads the next run. Returns none after the last run of the variant.
    pub fn next_run(&mut self) -> Result<Option<RunRecord>, TableError> {
        if !self.ahead && !self.step()? {
            return Ok(None);
        }
        let rep = self.table.whole(1)?;
        let width = self.layout.width();
        let (mut sums, mut weights) = (vec![0.0; width], vec![0.0; width]);
        let mut worst: Option<(f64, u32, u32)> = None;
        loop {
            let withheld = self.add_row(&mut sums, &mut weights)?;
            if withheld.0 > worst.map_or(0.0, |(share, ..)| share) {
                worst = Some(withheld);
            }
            if !self.step()? || self.table.whole(1)? != rep {
                break;
            }
        }
        // Without any value this is 0 / 0, which is NaN: a missing value.
        let values = sums.iter().zip(&weights).map(|(sum, weight)| sum / weight).collect();
        Ok(Some(RunRecord { rep, values, worst }))
    }

    /// Reads the next row. Returns false at the end of the variant.
    fn step(&mut self) -> Result<bool, TableError> {
        self.ahead = self.table.next_row()? && self.table.text(0) == self.variant;
        Ok(self.ahead)
    }

    /// Adds a row to the weighted sums. Returns the share that rules withhold in its quarter, the year and the quarter.
    fn add_row(&self, sums: &mut [f64], weights: &mut [f64]) -> Result<(f64, u32, u32), TableError> {
        let (year, quarter) = (self.table.whole(2)?, self.table.whole(3)?);
        let totals = sums.len() - 2;
        for (rank, measure) in MEASURES.iter().enumerate() {
            let (column, weight) = self.columns[rank];
            let outside = || format!("`metrics.csv` tells of {year}, quarter {quarter}, outside the scenario's run");
            let time = self.layout.time_index(measure, year, quarter).ok_or_else(outside)?;
            let Some(value) = self.table.number(column)? else { continue };
            let weight = match weight {
                Some(column) => self.table.number(column)?.unwrap_or_default(),
                None => 1.0,
            };
            let total = match rank {
                MISSED => Some(totals),
                LEAKED => Some(totals + 1),
                _ => None,
            };
            for at in [Some(self.layout.offset(rank) + time), total].into_iter().flatten() {
                sums[at] += value * weight;
                weights[at] += weight;
            }
        }
        Ok((self.table.number(self.withheld)?.unwrap_or_default(), year, quarter))
    }
}

/// The index of a column in the list; appends the column if it is new.
fn index_or_push<'a>(columns: &mut Vec<&'a str>, column: &'a str) -> usize {
    let known = columns.iter().position(|known| *known == column);
    known.unwrap_or_else(|| {
        columns.push(column);
        columns.len() - 1
    })
}
