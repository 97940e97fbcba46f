//! Reopens a folder of results as the study that wrote it. The only file that knows every kind of study.
use crate::disk_folder::DiskFolder;
use crate::own_files::OwnFiles;
use noforn::history::row::Row;
use noforn::load::{self, Choice};
use noforn::run::Prepared;
use noforn::scenario::BASELINE;
use noforn::scenario::fault::Fault;
use noforn::scenario::source::SourceText;
use noforn_lab::compare::robustness::RobustnessDesign;
use noforn_lab::compare::{self, CompareStudy};
use noforn_lab::ensemble::Ensemble;
use noforn_lab::evidence::reference_data::ReferenceData;
use noforn_lab::evidence::{self, EvidenceRow, EvidenceStudy, VARIANTS, shares};
use noforn_lab::hindcast::ablation::{ABLATIONS, Ablation};
use noforn_lab::hindcast::record::StanceRecord;
use noforn_lab::hindcast::table::AblationRow;
use noforn_lab::hindcast::{self, HindcastStudy};
use noforn_lab::runs::RunsStudy;
use noforn_lab::study::Study;
use noforn_lab::study::copies::{UnsafeName, file_name};
use noforn_lab::study::kept::{self, KeptError};
use noforn_lab::study::request::{GREATEST_REPS, Request, SweepRequest};
use noforn_lab::study::work::Work;
use noforn_lab::sweep::points::PreparedPoints;
use noforn_lab::sweep::{self, SweepStudy};
use noforn_lab::tables::Tables;
use std::path::Path;

/// A study of any kind.
pub enum AnyStudy {
    /// Of `noforn run`.
    Runs(RunsStudy),
    /// Of `noforn compare`.
    Compare(CompareStudy),
    /// Of `noforn sweep`.
    Sweep(SweepStudy),
    /// Of `noforn hindcast`.
    Hindcast(HindcastStudy),
    /// Of `noforn evidence`.
    Evidence(EvidenceStudy),
}

/// Evaluates an expression with the study that an `AnyStudy` holds.
#[macro_export]
macro_rules! with_study {
    ($any:expr, $study:ident => $body:expr) => {
        match $any {
            $crate::reopen::AnyStudy::Runs($study) => $body,
            $crate::reopen::AnyStudy::Compare($study) => $body,
            $crate::reopen::AnyStudy::Sweep($study) => $body,
            $crate::reopen::AnyStudy::Hindcast($study) => $body,
            $crate::reopen::AnyStudy::Evidence($study) => $body,
        }
    };
}

/// Reopens the study of a request from its folder, or from the folder of a shard.
pub fn reopen(folder: &dyn Tables, request: &Request) -> Result<AnyStudy, KeptError> {
    if !(1..=GREATEST_REPS).contains(&request.reps) {
        let message = format!("{} runs of each variant are not what noforn wrote", request.reps);
        return Err(KeptError::Folder(message));
    }
    let ensemble = Ensemble::new(kept::scenarios(folder, request)?, request.reps);
    if let Some(swept) = &request.sweep {
        return sweep_study(folder, request, swept, ensemble).map(AnyStudy::Sweep);
    }
    let unsafe_name = |name: UnsafeName| KeptError::Folder(name.to_string());
    if request.tables == compare::NAME {
        if ensemble.variants.len() != 2 {
            return Err(KeptError::Folder("a comparison is of two variants".to_owned()));
        }
        let robustness = request.robustness.as_ref().map(|asked| RobustnessDesign::read(folder, asked));
        let robustness = robustness.transpose().map_err(KeptError::Folder)?;
        return CompareStudy::new(ensemble, robustness, request.shard).map(AnyStudy::Compare).map_err(unsafe_name);
    }
    if request.tables == EvidenceRow::TABLE {
        return evidence_study(folder, request, ensemble).map(AnyStudy::Evidence);
    }
    if !request.records.is_empty() {
        return hindcast_study(folder, request, ensemble).map(AnyStudy::Hindcast);
    }
    let choice = request.tables.parse().map_err(KeptError::Folder)?;
    RunsStudy::new(ensemble, choice, request.shard).map(AnyStudy::Runs).map_err(unsafe_name)
}

/// True if a folder holds this work, finished and as it was written.
pub fn is_of_work(folder: &Path, work: &Work) -> bool {
    let Ok(own) = OwnFiles::read(folder) else { return false };
    let study = reopen(&DiskFolder::unnoted(folder), own.request());
    let same = study.is_ok_and(|any| crate::with_study!(&any, study => study.work() == work));
    same && own.is_whole() && own.changed().is_ok_and(|changed| changed.is_empty())
}

fn sweep_study(
    folder: &dyn Tables,
    request: &Request,
    swept: &SweepRequest,
    ensemble: Ensemble,
) -> Result<SweepStudy, KeptError> {
    let (design, metrics) = sweep::read_request(folder, swept).map_err(KeptError::Folder)?;
    let texts = kept::texts(folder, request).map_err(KeptError::Folder)?;
    let name = file_name(BASELINE).map_err(|name| KeptError::Folder(name.to_string()))?;
    let variant = request.variants.first().ok_or_else(|| KeptError::Folder("a sweep has a variant".to_owned()))?;
    let files = kept::with_alias(&texts, &variant.file, &name);
    let base = ensemble.prepared[0].clone();
    let points = PreparedPoints::new(Box::new(files), (name, Choice::default(), base), design);
    SweepStudy::new(ensemble, points, metrics, request.shard).map_err(|name| KeptError::Folder(name.to_string()))
}

/// The error for scenarios and records that do not belong together.
fn unrelated_records() -> KeptError {
    KeptError::Folder("no scenario of the folder can be held against its records".to_owned())
}

fn evidence_study(folder: &dyn Tables, request: &Request, ensemble: Ensemble) -> Result<EvidenceStudy, KeptError> {
    if ensemble.variants.iter().map(|scenario| &scenario.variant).ne(VARIANTS.iter()) {
        return Err(unrelated_records());
    }
    let (mut record, text) = read_record(folder, request, evidence::RECORDS[0], StanceRecord::read)?;
    record.remove_strangers(&ensemble.variants[0]);
    let (shares, also) = read_record(folder, request, evidence::RECORDS[1], shares::read)?;
    let reference = ReferenceData::new(&ensemble.variants[0], &record, shares);
    let study = EvidenceStudy::new(ensemble, reference, [text, also], request.shard);
    study.map_err(|name| KeptError::Folder(name.to_string()))
}

fn hindcast_study(folder: &dyn Tables, request: &Request, ensemble: Ensemble) -> Result<HindcastStudy, KeptError> {
    let base = ensemble.variants.first().ok_or_else(unrelated_records)?;
    if ensemble.variants.iter().any(|scenario| scenario.end < hindcast::end()) {
        return Err(unrelated_records());
    }
    let (mut record, text) = read_record(folder, request, hindcast::RECORD, StanceRecord::read)?;
    record.remove_strangers(base);
    let ablated = request.tables.split(',').any(|table| table == AblationRow::TABLE);
    let without = if ablated { without_each_mechanism(folder, request)? } else { Vec::new() };
    let study = HindcastStudy::new(ensemble, (record, text), without, request.shard);
    study.map_err(|name| KeptError::Folder(name.to_string()))
}

/// A historical record in a folder, and its text.
fn read_record<T>(
    folder: &dyn Tables,
    request: &Request,
    name: &str,
    parse: impl Fn(&SourceText) -> Result<T, Vec<Fault>>,
) -> Result<(T, String), KeptError> {
    let text = kept::record(folder, request, name).map_err(KeptError::Folder)?;
    let parsed = parse(&SourceText::new(name, &text));
    let parsed = parsed.map_err(|_| KeptError::Folder(format!("`{name}` is not a record that noforn wrote")))?;
    Ok((parsed, text))
}

/// The baseline without each mechanism in turn.
fn without_each_mechanism(folder: &dyn Tables, request: &Request) -> Result<Vec<(Ablation, Prepared)>, KeptError> {
    let texts = kept::texts(folder, request).map_err(KeptError::Folder)?;
    let base = request.variants.iter().find(|kept| kept.variant == BASELINE).unwrap_or(&request.variants[0]);
    let name = "scenario.toml";
    let choices =
        ABLATIONS.map(|off| Choice { set: vec![(off.set.0.to_owned(), off.set.1.to_owned())], ..Choice::default() });
    let scenarios = load::load_all(&kept::with_alias(&texts, &base.file, name), name, &choices)?;
    Ok(ABLATIONS.into_iter().zip(scenarios.iter().map(Prepared::new)).collect())
}
