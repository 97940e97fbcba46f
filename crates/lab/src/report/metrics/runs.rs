//! Reads the runs of one variant from `metrics.csv`, one record per run.
use crate::measures::{MEASURES, RecordLayout, RunRecorder, WITHHELD, columns};
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
    /// The index of the column that rules withhold among those read.
    withheld: usize,
    /// True if the table's current row belongs to the next run.
    ahead: bool,
}

impl<'a> RunReader<'a> {
    /// Opens the table at `start`, where the rows of the variant begin.
    pub fn open(folder: &'a dyn Tables, scenario: &Scenario, start: Position) -> Result<Self, TableError> {
        let measured = columns();
        let withheld =
            measured.iter().position(|column| *column == MEASURES[WITHHELD].column).expect("it is a measure");
        let wanted = [&LEAD[..], &measured].concat();
        let opened = TableReader::open(folder, "metrics", &wanted)?;
        let mut table = opened.ok_or_else(|| "`metrics.csv` is gone".to_owned())?;
        table.seek(start)?;
        let layout = RecordLayout::new(scenario.start, scenario.end);
        Ok(Self { table, variant: scenario.variant.clone(), layout, withheld, ahead: false })
    }

    /// Reads the next run. Returns none after the last run of the variant.
    pub fn next_run(&mut self) -> Result<Option<RunRecord>, TableError> {
        if !self.ahead && !self.step()? {
            return Ok(None);
        }
        let rep = self.table.whole(1)?;
        let layout = self.layout.clone();
        let mut recorder = RunRecorder::new(&layout);
        let mut worst: Option<(f64, u32, u32)> = None;
        loop {
            let withheld = self.add_row(&mut recorder)?;
            if withheld.0 > worst.map_or(0.0, |(share, ..)| share) {
                worst = Some(withheld);
            }
            if !self.step()? || self.table.whole(1)? != rep {
                break;
            }
        }
        Ok(Some(RunRecord { rep, values: recorder.finish(), worst }))
    }

    /// Reads the next row. Returns false at the end of the variant.
    fn step(&mut self) -> Result<bool, TableError> {
        self.ahead = self.table.next_row()? && self.table.text(0) == self.variant;
        Ok(self.ahead)
    }

    /// Adds a row to the record. Returns the share that rules withhold in its quarter, the year and the quarter.
    fn add_row(&self, recorder: &mut RunRecorder<'_>) -> Result<(f64, u32, u32), TableError> {
        let (year, quarter) = (self.table.whole(2)?, self.table.whole(3)?);
        let mut values = Vec::new();
        for column in LEAD.len()..self.table.width() {
            values.push(self.table.number(column)?.unwrap_or(f64::NAN));
        }
        if !recorder.add(year, quarter, &values) {
            return Err(format!("`metrics.csv` has a row of {year}, quarter {quarter}, outside the scenario's run"));
        }
        let withheld = values[self.withheld];
        Ok((if withheld.is_nan() { 0.0 } else { withheld }, year, quarter))
    }
}
