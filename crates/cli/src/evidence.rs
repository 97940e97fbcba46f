//! `noforn evidence`: tests the eighteen statements that a run of 2019 has to meet.
use super::hindcast::{RECORD, read_with_text as read_record};
use super::job::{ExecutionArgs, SettingArgs, close_shard, interrupted, write_stop};
use super::progress::Progress;
use super::scenario_args::with_slashes;
use super::screen::{Screen, Stop};
use noforn::load::files::{Files, folder};
use noforn::load::{Faults, load_all};
use noforn::scenario::Scenario;
use noforn::scenario::source::{SourceText, Sources};
use noforn::world::clock::Quarter;
use noforn_lab::ensemble::{Ended, Ensemble};
use noforn_lab::evidence::page::{Provenance, has_marks, insert_into_page, section};
use noforn_lab::evidence::reference_data::{ByNation, ReferenceData};
use noforn_lab::evidence::stances::BEFORE;
use noforn_lab::evidence::statement::JudgedStatement;
use noforn_lab::evidence::{EvidenceStudy, VARIANTS, shares, text};
use noforn_lab::study::request::GREATEST_REPS;
use noforn_lab::study::{Study, in_memory};
use noforn_lab::words::shell_word;
use noforn_store::disk::Disk;
use noforn_store::refusal::Refusal;
use noforn_store::staged_files::{check_file, write_file};
use noforn_store::write::WriteError;
use serde_json::json;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The recorded shares in 5G access beside a scenario.
pub const SHARES: &str = "data/access-shares-2022-calibration.csv";
/// The first and the last quarter that a run must cover.
const SPAN: (Quarter, Quarter) = (Quarter(BEFORE.0 + 1), Quarter(2028 * 4 + 3));

/// Hold a scenario of 2019 to the eighteen statements about what happened
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example: noforn evidence scenarios/huawei-2019.toml --reps 50",
    after_help = "A statistic holds if the 90 % interval over runs contains what is on record and is no wider than was \
                  fixed beforehand. Exit code 0 whatever holds.\n\
                  Next: noforn compare SCENARIO baseline as-spoken    what the threat to the letter would change"
)]
pub struct Args {
    /// The scenario file; it needs a variant `as-spoken`
    #[arg(value_name = "SCENARIO")]
    scenario: String,
    /// The recorded stances [default: data/stances-calibration.csv beside the scenario]
    #[arg(long, value_name = "FILE")]
    record: Option<String>,
    /// Recorded shares in 5G access [default: data/access-shares-2022-calibration.csv beside the scenario]
    #[arg(long, value_name = "FILE")]
    shares: Option<String>,
    /// Runs of each variant
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=i64::from(GREATEST_REPS)))]
    reps: u32,
    #[command(flatten)]
    set: SettingArgs,
    #[command(flatten)]
    effort: ExecutionArgs,
    /// Also write evidence.csv with codebook and data package to this folder
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Also write the statements in Markdown to this file, such as docs/EVIDENCE.md: between its marks
    /// `<!-- statements -->` and `<!-- /statements -->`, else, with `--force`, in place of what is there
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    let path = with_slashes(&args.scenario);
    let settings = args.set.settings();
    let choices = VARIANTS.map(|variant| settings.choice(Some(variant), args.set.seed));
    let variants = load_all(&Disk, &path, &choices)?;
    variants.iter().try_for_each(require_span)?;
    let (reference, [stances, shares]) = read_reference(args, &path, &variants[0], screen)?;
    if let Some(file) = &args.page {
        open_page(file, args.effort.write_options().replace)?;
    }
    let ensemble = Ensemble::new(variants, args.reps);
    let study = EvidenceStudy::new(ensemble, reference, [stances, shares], args.effort.shard);
    let study = study.map_err(|name| write_stop(name.into()))?;
    let judged = match &args.output {
        Some(folder) => args.effort.write(&study, folder, screen)?,
        None => judge_in_memory(args, &study, screen)?,
    };
    let verdicts = match judged {
        ControlFlow::Continue(verdicts) => verdicts,
        ControlFlow::Break(code) => {
            args.page.iter().for_each(|file| screen.say(&format!("`{}` was not written\n", file.display())));
            return Ok(code);
        }
    };
    if let (Some(shard), Some(folder)) = (args.effort.shard, &args.output) {
        return close_shard(screen, shard, study.part().len(), folder);
    }
    let ensemble = study.ensemble();
    if let Some(file) = &args.page {
        let section = section(&verdicts, &provenance(args, ensemble, study.reference()));
        write_page(file, &section, args.effort.write_options().replace)?;
    }
    print_verdicts(args, ensemble, &verdicts, screen)?;
    Ok(ExitCode::SUCCESS)
}

/// The text of a page that is there, and whether it may be replaced: with `--force`, or because it has marks between which the
/// statements go.
fn open_page(file: &Path, force: bool) -> Result<(Option<String>, bool), Stop> {
    check_file(file, true).map_err(page_stop)?;
    let there = std::fs::read_to_string(file).ok();
    let replace = force || there.as_deref().is_some_and(has_marks);
    check_file(file, replace).map_err(page_stop)?;
    Ok((there, replace))
}

/// Writes the statements to a page.
fn write_page(file: &Path, section: &str, force: bool) -> Result<(), Stop> {
    let (there, replace) = open_page(file, force)?;
    write_file(file, insert_into_page(there.as_deref(), section).as_bytes(), replace).map_err(page_stop)
}

/// Converts the error of a page that was not written.
fn page_stop(refusal: Refusal) -> Stop {
    let message = refusal.to_string();
    match refusal {
        Refusal::Exists(_) => Stop::bad(
            message,
            "`--force` replaces it; with the marks `<!-- statements -->` and `<!-- /statements -->` only what is between them is replaced",
        ),
        Refusal::Io(..) => Stop::Bad { message, help: None },
        _ => Stop::bad(message, "choose another file with `--page`"),
    }
}

/// Judges the statements without writing a folder; the exit code if Ctrl-C stopped it.
fn judge_in_memory(
    args: &Args,
    study: &EvidenceStudy,
    screen: &Screen,
) -> Result<ControlFlow<ExitCode, Vec<JudgedStatement>>, Stop> {
    if args.effort.shard.is_some() || args.effort.write_options().resume {
        let message = "without a folder there is nothing to go on with and no part to keep";
        return Err(Stop::bad(message, "`-o DIR` names the folder"));
    }
    let progress = Progress::new(study.part().len());
    let judged = in_memory(study, &args.effort.threads()?, &mut |_| progress.step());
    progress.end();
    match judged {
        Ok((verdicts, _)) => Ok(ControlFlow::Continue(verdicts)),
        Err(Ended::Stopped) => Ok(ControlFlow::Break(interrupted(screen))),
        Err(ended) => Err(write_stop(WriteError::Ended(ended))),
    }
}

/// Refuses a scenario that does not cover the years that the statements are about.
pub fn require_span(scenario: &Scenario) -> Result<(), Stop> {
    if scenario.start == SPAN.0 && scenario.end >= SPAN.1 {
        return Ok(());
    }
    let message = format!("`{}` runs from {} to {}", scenario.variant, scenario.start, scenario.end);
    Err(Stop::bad(message, format!("the statements are about runs from {} to {} or later", SPAN.0, SPAN.1)))
}

/// The data that the statements refer to, from the scenario and the files beside it; and the texts of these files.
fn read_reference(
    args: &Args,
    path: &str,
    scenario: &Scenario,
    screen: &Screen,
) -> Result<(ReferenceData, [String; 2]), Stop> {
    let (mut record, stances) = read_record(&file_beside(path, args.record.as_deref(), RECORD))?;
    let strangers = record.remove_strangers(scenario);
    if !strangers.is_empty() {
        screen.say(&format!("not in the scenario, left out of the record: {}\n", strangers.join(", ")));
    }
    let (shares, text) = read_shares(&file_beside(path, args.shares.as_deref(), SHARES))?;
    Ok((ReferenceData::new(scenario, &record, shares), [stances, text]))
}

/// The file that was named, or the default file beside the scenario.
pub fn file_beside(scenario: &str, named: Option<&str>, default: &str) -> String {
    named.map_or_else(|| format!("{}{default}", folder(scenario)), with_slashes)
}

/// Reads recorded shares; returns also their text.
pub fn read_shares(file: &str) -> Result<(ByNation, String), Stop> {
    let text = Disk.read(file).map_err(|why| {
        let help = "`--shares FILE` names the recorded shares";
        Stop::bad(format!("the shares `{file}` cannot be read: {why}"), help)
    })?;
    let source = SourceText::new(file, &text);
    match shares::read(&source) {
        Ok(shares) => Ok((shares, text)),
        Err(faults) => {
            let mut texts = Sources::default();
            texts.add(source);
            Err(Stop::from(Faults { faults, texts: texts.texts(), folder: String::new() }))
        }
    }
}

/// An option of a command line, quoted for a shell.
fn option(name: &str, value: String) -> String {
    format!(" --{name} {}", shell_word(&value))
}

fn provenance(args: &Args, ensemble: &Ensemble, reference: &ReferenceData) -> Provenance {
    let set = args.set.set.iter().map(|(path, value)| option("set", format!("{path}={value}")));
    let record = args.record.iter().map(|file| option("record", file.clone()));
    let shares = args.shares.iter().map(|file| option("shares", file.clone()));
    let seed = args.set.seed.map(|seed| option("seed", seed.to_string()));
    let page = args.page.iter().map(|file| option("page", file.display().to_string()));
    let fixed = args.set.fixed_parameters.then(|| " --fixed-parameters".to_owned());
    let options: String = record.chain(shares).chain(fixed).chain(set).chain(seed).chain(page).collect();
    Provenance {
        title: ensemble.variants[0].file.title.clone(),
        command: format!("noforn evidence {} --reps {}{options}", shell_word(&args.scenario), args.reps),
        reps: args.reps,
        seed: ensemble.seed(0),
        recorded: reference.recorded.len(),
        draws: !ensemble.variants[0].file.posterior.is_empty(),
    }
}

fn print_verdicts(args: &Args, ensemble: &Ensemble, verdicts: &[JudgedStatement], screen: &Screen) -> Result<(), Stop> {
    let next = format!("noforn compare {} baseline as-spoken", shell_word(&args.scenario));
    if screen.json {
        return screen.out_json(&json!({
            "title": ensemble.variants[0].file.title,
            "reps": args.reps,
            "seed": ensemble.seed(0),
            "held": text::count_holding(verdicts),
            "statements": text::to_json(verdicts),
            "folder": args.output,
            "page": args.page,
            "next": next,
        }));
    }
    let mut out = text::text(verdicts, args.reps);
    let table = args.output.iter().map(|folder| format!("table     {}\n", folder.join("evidence.csv").display()));
    let page = args.page.iter().map(|file| format!("page      {}\n", file.display()));
    out.extend(table.chain(page));
    out += &format!("{}\n\nnext: {next}\n", text::summary(verdicts, args.reps));
    screen.out(&out)
}
