//! `noforn hindcast`: scores the forecast of a scenario against the historical record.
use super::job::{StudyArgs, close_shard, write_stop};
use super::scenario_args::{ScenarioArgs, with_slashes};
use super::screen::{Screen, Stop};
use noforn::load::files::{Files, folder};
use noforn::load::{Faults, load_all};
use noforn::run::Prepared;
use noforn::scenario::Scenario;
use noforn::scenario::source::{SourceText, Sources};
use noforn::world::clock::Quarter;
use noforn_lab::ensemble::Ensemble;
use noforn_lab::hindcast::ablation::{ABLATIONS, Ablation};
use noforn_lab::hindcast::record::StanceRecord;
use noforn_lab::hindcast::score::{YEARS, scored_nations};
use noforn_lab::hindcast::{HindcastStudy, text};
use noforn_lab::study::Study;
use noforn_lab::study::request::GREATEST_REPS;
use noforn_store::disk::Disk;
use std::ops::ControlFlow;
use std::process::ExitCode;

/// The default record, relative to the folder of the scenario.
pub const RECORD: &str = "data/stances-calibration.csv";

/// Score what a scenario says of governments' stances against what they did
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example: noforn hindcast scenarios/huawei-2019.toml --variant no-embargo --reps 200",
    after_help = "The event is: a nation stands at `banned` or beyond at the end of a year, 2019 to 2025; nations that did at \
                  the end of 2018 are left out. `hindcast.csv` has every nation and year, `scorecard.csv` the scores of \
                  the model and of three baselines made from the same record, `reliability.csv` what happened where \
                  the model said 10 %, 20 % and so on.\nNext: noforn evidence SCENARIO    what a credible run should show, held or missed"
)]
pub struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// The record: CSV with iso3,quarter,stance,stance_rank,confidence [default: data/stances-calibration.csv beside the scenario]
    #[arg(long, value_name = "FILE")]
    record: Option<String>,
    /// Runs of each variant
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = clap::value_parser!(u32).range(1..=i64::from(GREATEST_REPS)))]
    reps: u32,
    /// Score the scenario also without each mechanism in turn, on the same luck (two dozen times the runs)
    #[arg(long)]
    ablate: bool,
    #[command(flatten)]
    job: StudyArgs,
}

/// Runs the command.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    let mut variants = args.scenario.load()?;
    variants.sort_by(|a, b| a.variant.cmp(&b.variant));
    variants.iter().try_for_each(covers)?;
    let path = with_slashes(&args.scenario.scenario);
    let named = args.record.clone().map_or_else(|| format!("{}{RECORD}", folder(&path)), |file| with_slashes(&file));
    let (mut record, record_text) = read_with_text(&named)?;
    let strangers = record.remove_strangers(&variants[0]);
    if scored_nations(&record).is_empty() {
        let help = "a record tells of nations of the scenario that were not at `banned` or beyond at the end of 2018";
        return Err(Stop::bad(format!("nothing in `{named}` can be scored"), help));
    }
    let folder = args.job.folder(&format!("{}-hindcast", variants[0].name))?;
    let without = if args.ablate { load_ablations(args, &path)? } else { Vec::new() };
    let effort = &args.job.effort;
    let study = HindcastStudy::new(Ensemble::new(variants, args.reps), (record, record_text), without, effort.shard);
    let study = study.map_err(|name| write_stop(name.into()))?;
    let found = match effort.write(&study, &folder, screen)? {
        ControlFlow::Continue(found) => found,
        ControlFlow::Break(code) => return Ok(code),
    };
    if let Some(shard) = effort.shard {
        return close_shard(screen, shard, study.part().len(), &folder);
    }
    let ensemble = study.ensemble();
    let summary = text::HindcastSummary {
        hindcast: &found,
        folder: &folder.display().to_string(),
        scenario: &args.scenario.scenario,
        name: &ensemble.variants[0].name,
        reps: args.reps,
        record: &named,
        guarantor: &guarantor(ensemble),
        strangers: &strangers,
    };
    if screen.json {
        screen.out_json(&text::to_json(&summary))?;
    } else {
        screen.out(&text::text(&summary))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The baseline without each mechanism.
fn load_ablations(args: &Args, path: &str) -> Result<Vec<(Ablation, Prepared)>, Stop> {
    let mut choices = vec![args.scenario.settings.choice(None, args.scenario.seed); ABLATIONS.len()];
    for (choice, ablation) in choices.iter_mut().zip(ABLATIONS) {
        choice.set.push((ablation.set.0.to_owned(), ablation.set.1.to_owned()));
    }
    let scenarios = load_all(&Disk, path, &choices)?;
    Ok(ABLATIONS.into_iter().zip(scenarios.iter().map(Prepared::new)).collect())
}

/// Refuses a scenario that does not cover the scored years.
fn covers(scenario: &Scenario) -> Result<(), Stop> {
    let (first, last) = (Quarter::new(*YEARS.start(), 1), noforn_lab::hindcast::end());
    if scenario.start <= first && last <= scenario.end {
        return Ok(());
    }
    let message = format!("`{}` runs from {} to {}", scenario.name, scenario.start, scenario.end);
    Err(Stop::bad(message, format!("a hindcast needs {first} to {last}; `--set run.end={last}` moves the end")))
}

/// Reads a record.
pub fn read(file: &str) -> Result<StanceRecord, Stop> {
    read_with_text(file).map(|(record, _)| record)
}

/// Reads a record; returns also its text.
pub fn read_with_text(file: &str) -> Result<(StanceRecord, String), Stop> {
    let text = Disk.read(file).map_err(|why| {
        Stop::bad(
            format!("the record `{file}` cannot be read: {why}"),
            "`--record FILE` names the record to score against",
        )
    })?;
    let source = SourceText::new(file, &text);
    match StanceRecord::read(&source) {
        Ok(record) => Ok((record, text)),
        Err(faults) => {
            let mut texts = Sources::default();
            texts.add(source);
            Err(Stop::from(Faults { faults, texts: texts.texts(), folder: String::new() }))
        }
    }
}

/// The nation that flags vendors and shares.
fn guarantor(ensemble: &Ensemble) -> String {
    noforn::run::guarantor(&ensemble.variants[0]).unwrap_or_else(|| "SENDER".to_owned())
}
