//! What `hindcast` and `evidence` wrote, made once more: scenarios held against the records that the folder keeps.
use super::VerifyError;
use crate::ensemble::Ensemble;
use crate::evidence::ground::Ground;
use crate::evidence::{self, EvidenceRow, VARIANTS, judge, shares};
use crate::hindcast::ablation::{ABLATIONS, Ablation};
use crate::hindcast::record::Record;
use crate::hindcast::table::AblationRow;
use crate::hindcast::{self, Trial};
use crate::output::request::Request;
use crate::output::{WriteError, copies};
use noforn::history::row::Row;
use noforn::load::{self, Choice};
use noforn::run::Prepared;
use noforn::scenario::fault::Fault;
use noforn::scenario::source::Source;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// Runs once more what was held against records, into the folder `again`.
pub fn hold(
    folder: &Path,
    request: &Request,
    again: &Path,
    ensemble: &Ensemble,
    workers: (usize, &AtomicBool),
    begin: &mut dyn FnMut(usize),
    progress: &mut dyn FnMut(),
) -> Result<(), VerifyError> {
    let wrong = || VerifyError::Folder("no scenario of the folder can be held against its records".to_owned());
    let base = ensemble.variants.first().ok_or_else(wrong)?;
    let (mut record, text) = read(folder, request, hindcast::RECORD, Record::read)?;
    record.keep(base);
    if request.tables == EvidenceRow::TABLE {
        if ensemble.variants.iter().map(|scenario| &scenario.variant).ne(VARIANTS.iter()) {
            return Err(wrong());
        }
        let (shares, also) = read(folder, request, evidence::RECORDS[1], shares::read)?;
        begin(request.reps as usize);
        let judged = judge(ensemble, &Ground::new(base, &record, shares), workers, progress);
        return Ok(evidence::write(again, ensemble, &judged.map_err(WriteError::Ended)?, [&text, &also])?);
    }
    if ensemble.variants.iter().any(|scenario| scenario.end < hindcast::end()) {
        return Err(wrong());
    }
    let ablated = request.tables.split(',').any(|table| table == AblationRow::TABLE);
    let without = if ablated { without(folder, request)? } else { Vec::new() };
    begin(ensemble.len() + without.len() * request.reps as usize);
    let trial = Trial { record: &record, text: &text, without: &without };
    hindcast::fill(again, ensemble, trial, workers, progress)?;
    Ok(())
}

/// A record that a folder keeps, and its text.
fn read<T>(
    folder: &Path,
    request: &Request,
    name: &str,
    parse: impl Fn(&Source) -> Result<T, Vec<Fault>>,
) -> Result<(T, String), VerifyError> {
    let text = copies::record(folder, request, name).map_err(VerifyError::Folder)?;
    let parsed = parse(&Source::new(name, &text));
    let parsed = parsed.map_err(|_| VerifyError::Folder(format!("`{name}` is not a record that noforn wrote")))?;
    Ok((parsed, text))
}

/// The scenario as it stands without each mechanism.
fn without(folder: &Path, request: &Request) -> Result<Vec<(Ablation, Prepared)>, VerifyError> {
    let texts = copies::texts(folder, request).map_err(VerifyError::Folder)?;
    let base = request.variants.iter().find(|kept| kept.variant == copies::BASELINE).unwrap_or(&request.variants[0]);
    let (name, choice) = ("scenario.toml", |off: Ablation| Choice {
        set: vec![(off.set.0.to_owned(), off.set.1.to_owned())],
        ..Choice::default()
    });
    let scenarios = load::load_all(&super::under(&texts, &base.file, name), name, &ABLATIONS.map(choice));
    let scenarios = scenarios.map_err(|faults| VerifyError::Faults(Box::new(faults)))?;
    Ok(ABLATIONS.into_iter().zip(scenarios.iter().map(Prepared::new)).collect())
}
