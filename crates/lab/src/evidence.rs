//! The statements that a credible run of 2019 has to meet, each held against many runs.
pub mod correlation;
pub mod ground;
pub mod miss;
pub mod page;
pub mod seen;
pub mod shares;
pub mod stances;
pub mod statement;
pub mod statements;
pub mod told;

use crate::ensemble::{Ended, Ensemble};
use crate::study::copies::{self, UnsafeName};
use crate::study::request::Request;
use crate::study::work::{Mark, Shard, Work};
use crate::study::{Append, FOLDER, Growing, Study, answer, record_file};
use crate::tables::columns::{BUDGET, Columns};
use crate::tables::package::sha256;
use crate::tables::sheet::Sheet;
use crate::tables::{Folder, Tables};
use crate::workers::Workers;
use ground::Ground;
use noforn::history::cell::{Quantity, Text};
use noforn::history::row::{Row, rows};
use noforn::scenario::BASELINE;
use seen::pair;
use statement::{Statistic, Verdict};
use statements::ALL;
use std::io;

/// The copy of the recorded stances in the folder, and that of the recorded shares.
pub const RECORDS: [&str; 2] = ["record.csv", "shares.csv"];

/// The variants that are run, on the same luck: the scenario as it stands, and the threat carried out to the letter.
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

/// Each statistic in each run, a record a run.
const VALUES: &str = "values.bin";

/// The statements held against many runs of the two `VARIANTS` on the same luck.
///
/// Runs draw their parameters from what calibration left possible, where the scenario carries it: both variants the
/// same.
#[derive(Clone, Debug)]
pub struct EvidenceStudy {
    ensemble: Ensemble,
    ground: Ground,
    /// The texts of the `RECORDS`, which the folder keeps.
    texts: [String; 2],
    work: Work,
}

impl EvidenceStudy {
    /// The ensemble has the two variants; `ground` was made from the records of these texts.
    pub fn new(
        ensemble: Ensemble,
        ground: Ground,
        texts: [String; 2],
        shard: Option<Shard>,
    ) -> Result<Self, UnsafeName> {
        assert_eq!(ensemble.variants.len(), 2, "the statements are about two variants");
        let request = copies::request(&ensemble, EvidenceRow::TABLE.to_owned())?;
        let records = RECORDS.iter().zip(&texts).map(|(name, text)| ((*name).to_owned(), sha256(text))).collect();
        let work = Work::new(&ensemble, Request { shard, records, ..request });
        Ok(Self { ensemble, ground, texts, work })
    }

    /// What the statements are about.
    pub fn ground(&self) -> &Ground {
        &self.ground
    }

    /// Judges each statement by the values of its statistics.
    fn judge(&self, files: &dyn Tables) -> io::Result<Vec<Verdict>> {
        let (width, reps) = (statistics().count(), self.ensemble.reps as usize);
        let mut findings = Vec::with_capacity(width);
        let all: Vec<&Statistic> = statistics().collect();
        Columns::new(files.open(&record_file(&self.work, VALUES))?, width, reps)?.each(BUDGET, |at, values| {
            findings.push(all[at].judge(&self.ground, values));
            Ok(())
        })?;
        let mut findings = findings.into_iter();
        let verdict = |statement: &&'static statement::Statement| Verdict {
            statement,
            findings: findings.by_ref().take(statement.statistics.len()).collect(),
        };
        Ok(ALL.iter().map(verdict).collect())
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
    type Findings = Vec<Verdict>;

    fn work(&self) -> &Work {
        &self.work
    }

    fn ensemble(&self) -> &Ensemble {
        &self.ensemble
    }

    fn items(&self) -> usize {
        self.ensemble.reps as usize
    }

    fn growing(&self) -> Vec<Growing> {
        vec![Growing::records(record_file(&self.work, VALUES))]
    }

    fn begin(&self, folder: &dyn Tables) -> io::Result<()> {
        copies::write(folder, &self.ensemble, &self.work.request)?;
        RECORDS.iter().zip(&self.texts).try_for_each(|(name, text)| folder.write(name, text))
    }

    fn make(&self, item: usize) -> Result<Vec<f64>, Ended> {
        let [base, spoken] = self.ensemble.prepared.as_slice() else { unreachable!("there are two variants") };
        let rep = u32::try_from(item).expect("a replicate is less than `reps`");
        let pair = pair((base, Some(spoken)), rep)?;
        Ok(statistics().map(|statistic| statistic.of(&self.ground, &pair).unwrap_or(f64::NAN)).collect())
    }

    fn append(&self, _: usize, made: Vec<f64>, files: &mut dyn Append, (): &mut ()) -> io::Result<()> {
        files.record(&record_file(&self.work, VALUES), &made)
    }

    fn conclude(&self, files: &dyn Tables, _: &Mark, (): (), _: &impl Workers) -> Result<Vec<Verdict>, Ended> {
        let folder = Folder { within: files, name: FOLDER };
        let (request, reps) = (&self.work.request, self.ensemble.reps);
        if let Some(shard) = request.shard {
            let about = format!("Part {shard} of {reps} runs of each variant, for the eighteen statements.");
            answer::write(&folder, &[], &self.ensemble, request, &about).map_err(Ended::Io)?;
            return Ok(Vec::new());
        }
        let verdicts = self.judge(files).map_err(Ended::Io)?;
        let about = format!("The eighteen statements against {reps} runs of each variant.");
        let sheet = Sheet::of(&folder, &rows(&verdicts, reps)).map_err(Ended::Io)?;
        answer::write(&folder, &[sheet], &self.ensemble, request, &about).map_err(Ended::Io)?;
        Ok(verdicts)
    }
}

/// The rows of the table, in the order of their keys.
pub fn rows(verdicts: &[Verdict], reps: u32) -> Vec<EvidenceRow> {
    let of = |verdict: &Verdict| verdict.rows().map(|(s, f)| row(verdict, s, f, reps)).collect::<Vec<_>>();
    let mut rows: Vec<EvidenceRow> = verdicts.iter().flat_map(of).collect();
    rows.sort_by(Row::by_key);
    rows
}

fn row(verdict: &Verdict, statistic: &Statistic, finding: &statement::Finding, reps: u32) -> EvidenceRow {
    let finite = |number: f64| number.is_finite().then_some(Quantity(number));
    let model = |of: fn(&statement::Model) -> f64| finding.model.as_ref().map(|model| Quantity(of(model)));
    EvidenceRow {
        statement: verdict.statement.number,
        statistic: statistic.what,
        unit: statistic.unit,
        recorded: finding.recorded.map(Quantity),
        bound_low: finding.within.and_then(|(low, _)| finite(low)),
        bound_high: finding.within.and_then(|(_, high)| finite(high)),
        model_median: model(|model| model.median),
        model_q05: model(|model| model.low),
        model_q95: model(|model| model.high),
        width_allowed: finite(statistic.width),
        holds: finding.holds,
        statement_holds: verdict.holds(),
        n: finding.n,
        reps,
        says: verdict.statement.says.into(),
    }
}
