//! The eighteen statements that a credible run of 2019 has to meet, each tested on many runs.
pub mod correlation;
pub mod mean;
pub mod miss;
pub mod observations;
pub mod observer;
pub mod page;
pub mod reference_data;
pub mod shares;
pub mod stances;
pub mod statement;
pub mod statements;
pub mod text;

use crate::ensemble::{Ended, Ensemble};
use crate::study::copies::{self, UnsafeName};
use crate::study::request::Request;
use crate::study::shard::Shard;
use crate::study::work::{Checkpoint, Work};
use crate::study::{Append, AppendFile, FOLDER, Study, attachments, record_file};
use crate::tables::column_reader::{BUDGET, ColumnReader};
use crate::tables::package::sha256;
use crate::tables::written_table::WrittenTable;
use crate::tables::{Subfolder, Tables};
use crate::workers::Workers;
use noforn::history::cell::{Quantity, Text};
use noforn::history::row::{Row, rows};
use noforn::scenario::BASELINE;
use observer::observe_pair;
use reference_data::ReferenceData;
use statement::{Assessment, Interval, JudgedStatement, Statistic};
use statements::ALL;
use std::io;

/// Names in the folder: the copy of the recorded stances, and the copy of the recorded shares.
pub const RECORDS: [&str; 2] = ["record.csv", "shares.csv"];

/// The variants that are run on the same random numbers: the baseline, and the threat carried out to the letter.
pub const VARIANTS: [&str; 2] = [BASELINE, "as-spoken"];

rows! {
    /// One statistic of one statement: the model over many runs against what is on record.
    EvidenceRow = "evidence" keys 2 {
        /// Number of the statement, 1 to 18; it holds if all its statistics do.
        statement: u32, "";
        /// What is measured.
        statistic: &'static str, "";
        /// Its unit.
        unit: &'static str, "";
        /// What the record, or the statement, gives (empty where neither gives one number).
        recorded: Option<Quantity>, "unit of the statistic";
        /// Least value that the statement allows, where it gives a range or a bound: the interval lies above.
        bound_low: Option<Quantity>, "unit of the statistic";
        /// Greatest value that the statement allows, where it gives a range or a bound: the interval lies below.
        bound_high: Option<Quantity>, "unit of the statistic";
        /// Median over runs.
        model_median: Option<Quantity>, "unit of the statistic";
        /// 5 % quantile over runs: the lower end of the 90 % interval.
        model_q05: Option<Quantity>, "unit of the statistic";
        /// 95 % quantile over runs: the upper end of the 90 % interval.
        model_q95: Option<Quantity>, "unit of the statistic";
        /// The widest the interval may be, fixed beforehand (empty where a bound says it all).
        width_allowed: Option<Quantity>, "unit of the statistic";
        /// Whether it holds: the interval contains the recorded value, or lies within the bounds, and is not too wide.
        holds: bool, "";
        /// Whether the whole statement does.
        statement_holds: bool, "";
        /// Runs that tell it.
        n: u64, "runs";
        /// Runs of each variant.
        reps: u32, "runs";
        /// What the statement says.
        says: Text, "";
    }
}

/// The file of values: one record per run, with one number per statistic.
const VALUES: &str = "values.bin";

/// The statements, tested on many runs of the two `VARIANTS` on the same random numbers.
///
/// If the scenario carries a posterior, each run draws its parameters from it, the same for both variants.
#[derive(Clone, Debug)]
pub struct EvidenceStudy {
    ensemble: Ensemble,
    reference: ReferenceData,
    /// The texts of the files `RECORDS`, which the folder keeps.
    texts: [String; 2],
    work: Work,
}

impl EvidenceStudy {
    /// `ensemble` has the two variants; `reference` was made from records with these texts. Fails if a variant has a name
    /// that cannot be a file name.
    pub fn new(
        ensemble: Ensemble,
        reference: ReferenceData,
        texts: [String; 2],
        shard: Option<Shard>,
    ) -> Result<Self, UnsafeName> {
        assert_eq!(ensemble.variants.len(), 2, "the statements are about two variants");
        let request = copies::request(&ensemble, EvidenceRow::TABLE.to_owned())?;
        let records = RECORDS.iter().zip(&texts).map(|(name, text)| ((*name).to_owned(), sha256(text))).collect();
        let work = Work::new(&ensemble, Request { shard, records, ..request });
        Ok(Self { ensemble, reference, texts, work })
    }

    /// The data that the statements refer to.
    pub fn reference(&self) -> &ReferenceData {
        &self.reference
    }

    /// Judges each statement by the values of its statistics.
    fn judge(&self, files: &dyn Tables) -> io::Result<Vec<JudgedStatement>> {
        let (width, reps) = (statistics().count(), self.ensemble.reps as usize);
        let mut assessments = Vec::with_capacity(width);
        let all: Vec<&Statistic> = statistics().collect();
        ColumnReader::new(files.open(&record_file(&self.work, VALUES))?, width, reps)?.for_each_column(
            BUDGET,
            |at, values| {
                assessments.push(all[at].judge(&self.reference, values));
                Ok(())
            },
        )?;
        let mut assessments = assessments.into_iter();
        let mut verdicts = Vec::with_capacity(ALL.len());
        for statement in ALL {
            let own = assessments.by_ref().take(statement.statistics.len()).collect();
            verdicts.push(JudgedStatement { statement, assessments: own });
        }
        Ok(verdicts)
    }
}

/// The statistics of all statements, in order.
fn statistics() -> impl Iterator<Item = &'static Statistic> {
    ALL.iter().flat_map(|statement| statement.statistics)
}

impl Study for EvidenceStudy {
    /// The value of each statistic; NaN where the run does not give it.
    type Item = Vec<f64>;
    type Memory = ();
    type Findings = Vec<JudgedStatement>;

    fn work(&self) -> &Work {
        &self.work
    }

    fn ensemble(&self) -> &Ensemble {
        &self.ensemble
    }

    fn items(&self) -> usize {
        self.ensemble.reps as usize
    }

    fn append_files(&self) -> Vec<AppendFile> {
        vec![AppendFile::records(record_file(&self.work, VALUES))]
    }

    fn begin(&self, folder: &dyn Tables) -> io::Result<()> {
        copies::write(folder, &self.ensemble, &self.work.request)?;
        RECORDS.iter().zip(&self.texts).try_for_each(|(name, text)| folder.write(name, text))
    }

    fn make(&self, item: usize) -> Result<Vec<f64>, Ended> {
        let [base, spoken] = self.ensemble.prepared.as_slice() else { unreachable!("there are two variants") };
        let rep = u32::try_from(item).expect("a replicate is less than `reps`");
        let pair = observe_pair((base, Some(spoken)), rep)?;
        Ok(statistics().map(|statistic| statistic.value(&self.reference, &pair).unwrap_or(f64::NAN)).collect())
    }

    fn append(&self, _: usize, made: Vec<f64>, files: &mut dyn Append, (): &mut ()) -> io::Result<()> {
        files.record(&record_file(&self.work, VALUES), &made)
    }

    fn conclude(
        &self,
        files: &dyn Tables,
        _: &Checkpoint,
        (): (),
        _: &impl Workers,
    ) -> Result<Vec<JudgedStatement>, Ended> {
        let folder = Subfolder { within: files, name: FOLDER };
        let (request, reps) = (&self.work.request, self.ensemble.reps);
        if let Some(shard) = request.shard {
            let about = format!("Part {shard} of {reps} runs of each variant, for the eighteen statements.");
            attachments::write(&folder, &[], &self.ensemble, request, &about).map_err(Ended::Io)?;
            return Ok(Vec::new());
        }
        let verdicts = self.judge(files).map_err(Ended::Io)?;
        let about = format!("The eighteen statements against {reps} runs of each variant.");
        let sheet = WrittenTable::write(&folder, &rows(&verdicts, reps)).map_err(Ended::Io)?;
        attachments::write(&folder, &[sheet], &self.ensemble, request, &about).map_err(Ended::Io)?;
        Ok(verdicts)
    }
}

/// The rows of the table, in the order of their keys.
pub fn rows(verdicts: &[JudgedStatement], reps: u32) -> Vec<EvidenceRow> {
    let mut rows = Vec::new();
    for verdict in verdicts {
        rows.extend(verdict.rows().map(|(statistic, assessment)| row(verdict, statistic, assessment, reps)));
    }
    rows.sort_by(Row::by_key);
    rows
}

/// A bound as a cell; none where there is no bound.
fn finite(number: f64) -> Option<Quantity> {
    number.is_finite().then_some(Quantity(number))
}

fn row(verdict: &JudgedStatement, statistic: &Statistic, assessment: &Assessment, reps: u32) -> EvidenceRow {
    let model = |value: fn(Interval) -> f64| assessment.model.map(|model| Quantity(value(model)));
    EvidenceRow {
        statement: verdict.statement.number,
        statistic: statistic.what,
        unit: statistic.unit,
        recorded: assessment.recorded.map(Quantity),
        bound_low: assessment.within.and_then(|(low, _)| finite(low)),
        bound_high: assessment.within.and_then(|(_, high)| finite(high)),
        model_median: model(|model| model.median),
        model_q05: model(|model| model.low),
        model_q95: model(|model| model.high),
        width_allowed: finite(statistic.width),
        holds: assessment.holds,
        statement_holds: verdict.holds(),
        n: assessment.n,
        reps,
        says: verdict.statement.says.into(),
    }
}
