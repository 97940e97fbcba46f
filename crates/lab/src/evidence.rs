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

use crate::ensemble::{Ended, Ensemble, ordered};
use crate::output::folder::Refusal;
use crate::output::sheet::{self, Sheet};
use crate::output::{WriteError, copies};
use ground::Ground;
use noforn::history::cell::{Quantity, Text};
use noforn::history::row::{Row, rows};
use seen::pair;
use statement::{Statistic, Verdict};
use statements::ALL;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// The copy of the recorded stances in the folder, and that of the recorded shares.
pub const RECORDS: [&str; 2] = ["record.csv", "shares.csv"];

/// The variants that are run, on the same luck: the scenario as it stands, and the threat carried out to the letter.
pub const VARIANTS: [&str; 2] = ["baseline", "as-spoken"];

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

/// Runs every replicate of the two `VARIANTS` on the same luck and judges each statement.
///
/// Runs draw their parameters from what calibration left possible, where the scenario carries it: both variants the
/// same. `progress` hears of each replicate. Fails with the first run that was halted or soon after `stop` is set.
pub fn judge(
    ensemble: &Ensemble,
    ground: &Ground,
    (threads, stop): (usize, &AtomicBool),
    progress: &mut dyn FnMut(),
) -> Result<Vec<Verdict>, Ended> {
    let statistics: Vec<&Statistic> = ALL.iter().flat_map(|statement| statement.statistics).collect();
    let mut values: Vec<Vec<f64>> = vec![Vec::with_capacity(ensemble.reps as usize); statistics.len()];
    let one = |rep: usize| {
        let [base, spoken] = ensemble.prepared.as_slice() else { unreachable!("the ensemble has the two variants") };
        let rep = u32::try_from(rep).expect("a replicate is less than `reps`");
        let pair = pair((base, Some(spoken)), rep)?;
        Ok(statistics.iter().map(|statistic| statistic.of(ground, &pair).unwrap_or(f64::NAN)).collect::<Vec<f64>>())
    };
    ordered::for_each(threads, ensemble.reps as usize, stop, one, |_, told| {
        values.iter_mut().zip(told?).for_each(|(values, value)| values.push(value));
        progress();
        Ok(())
    })?;
    let mut values = values.into_iter();
    let mut finding = |statistic: &Statistic| statistic.judge(ground, &mut values.next().expect("one a statistic"));
    let verdict = |statement: &&'static statement::Statement| Verdict {
        statement,
        findings: statement.statistics.iter().map(&mut finding).collect(),
    };
    Ok(ALL.iter().map(verdict).collect())
}

/// Writes an answer into a folder: `evidence.csv`, codebook, data package, resolved scenarios, and the texts of the
/// `RECORDS`.
pub fn write(
    home: &Path,
    ensemble: &Ensemble,
    verdicts: &[Verdict],
    [stances, shares]: [&str; 2],
) -> Result<(), WriteError> {
    let failed = |error| Refusal::Io(home.to_owned(), error);
    let mut request = copies::request(ensemble, EvidenceRow::TABLE.to_owned())?;
    copies::write(home, ensemble, &request)?;
    copies::write_records(home, &mut request, &[(RECORDS[0], stances), (RECORDS[1], shares)])?;
    let about = format!("The eighteen statements against {} runs of each variant.", ensemble.reps);
    let sheet = Sheet::of(home, &rows(verdicts, ensemble.reps)).map_err(failed)?;
    Ok(sheet::write(home, &[sheet], ensemble, &request, &about).map_err(failed)?)
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
