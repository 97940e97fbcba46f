//! `noforn report`: a folder of results as one HTML file with pictures, or as the pictures alone.
mod pictures;

use super::job::write_stop;
use super::scenario_args::with_slashes;
use super::screen::{Screen, Stop};
use super::verify::verify_stop;
use noforn::scenario::countries::meant;
use noforn::scenario::words::{instead, shown};
use noforn_lab::report::folder::RunFolder;
use noforn_lab::report::page::GENERATOR;
use noforn_lab::report::stances::HistoricalStances;
use noforn_lab::report::{ReportData, StudyReport, html};
use noforn_lab::words::shell_word;
use noforn_store::disk::Disk;
use noforn_store::disk_folder::DiskFolder;
use noforn_store::refusal::Refusal;
use noforn_store::staged_files::{check_file, write_file};
use pictures::PictureFormat;
use serde_json::json;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Turn a folder of results into one HTML file with pictures
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example: noforn report output/huawei-2019",
    after_help = "The file opens from disk and needs neither network nor scripts. It works with the tables that the folder \
                  has, and says which are missing.\nNext: noforn export DIR --to xlsx    the tables for other tools"
)]
pub struct Args {
    /// The folder that `noforn run`, `compare` or `sweep` wrote
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The file, or with `--pictures` the new folder [default: report.html or pictures in DIR]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// One file a picture instead of the page, for a brief or a slide
    #[arg(long, value_name = "FORMAT", conflicts_with = "force")]
    pictures: Option<PictureFormat>,
    /// The pair whose exposure is drawn, such as USA DEU [default: from whom most was withheld]
    #[arg(long, num_args = 2, value_names = ["SENDER", "RECEIVER"])]
    pair: Option<Vec<String>>,
    /// The variants that are shown, the first as the one that others are held against [default: all, baseline first]
    #[arg(long = "variant", value_name = "V")]
    variants: Vec<String>,
    /// What governments did: CSV with iso3, quarter and stance [default: a variant of the folder that replays it]
    #[arg(long, value_name = "FILE")]
    record: Option<String>,
    /// Replace a report that noforn wrote before
    #[arg(long)]
    force: bool,
}

/// Runs the command.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    let default = if args.pictures.is_some() { "pictures" } else { "report.html" };
    let file = args.output.clone().unwrap_or_else(|| args.folder.join(default));
    match args.pictures {
        Some(_) => drop(pictures::begin(&file)?),
        None => check_replaceable(&file, args.force)?,
    }
    let files = DiskFolder::new(&args.folder);
    if let Some(study) = StudyReport::read(&files).map_err(verify_stop)? {
        return study_report(args, &study, &file, screen);
    }
    let all = RunFolder::open(&files, &[]).map_err(verify_stop)?;
    let historical = match &args.record {
        Some(path) => HistoricalStances::read(&Disk, &with_slashes(path)).map_err(|why| {
            Stop::bad(format!("`{path}` cannot be read: {why}"), "give CSV with iso3, quarter and stance")
        })?,
        None => HistoricalStances::from_events(&all.scenarios),
    };
    let folder =
        if args.variants.is_empty() { all } else { RunFolder::open(&files, &args.variants).map_err(verify_stop)? };
    let pair = requested_pair(args, &folder)?;
    let data = ReportData::read(&folder, historical, pair).map_err(verify_stop)?;
    if let Some(format) = args.pictures {
        return pictures::write(&noforn_lab::report::pictures(&data).map_err(verify_stop)?, format, &file, screen);
    }
    let page = html(&data).map_err(verify_stop)?;
    let next = format!("noforn export {} --to xlsx", shell_word(&args.folder.display().to_string()));
    write_page(&page, (&file, args.force), folder.scenarios.len(), &next, screen)
}

/// Writes the report of a folder of `noforn compare` or `noforn sweep`.
fn study_report(args: &Args, study: &StudyReport, file: &Path, screen: &Screen) -> Result<ExitCode, Stop> {
    if args.pair.is_some() || !args.variants.is_empty() || args.record.is_some() {
        let help = "leave them out, or give a folder of `noforn run`";
        return Err(Stop::bad("`--pair`, `--variant` and `--record` say nothing about this folder", help));
    }
    if let Some(format) = args.pictures {
        return pictures::write(&study.pictures(), format, file, screen);
    }
    let next = format!("noforn verify {}", shell_word(&args.folder.display().to_string()));
    write_page(&study.html(), (file, args.force), 0, &next, screen)
}

fn write_page(
    page: &str,
    (file, force): (&Path, bool),
    variants: usize,
    next: &str,
    screen: &Screen,
) -> Result<ExitCode, Stop> {
    write_file(file, page.as_bytes(), force).map_err(refused)?;
    let (name, size) = (file.display().to_string(), page.len());
    if screen.json {
        screen.out_json(&json!({ "file": name, "bytes": size, "variants": variants, "next": next }))?;
    } else {
        let size = size.div_ceil(1024);
        screen.out(&format!("wrote {name} ({size} KiB): open it in a browser; next: {next}\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Checks the codes of `--pair`. Returns none if the flag is not given.
fn requested_pair(args: &Args, folder: &RunFolder) -> Result<Option<(String, String)>, Stop> {
    let Some([sender, receiver]) = args.pair.as_deref() else { return Ok(None) };
    let nations = &folder.scenarios[0].file.nations;
    for code in [sender, receiver] {
        if !nations.contains_key(code) {
            let help = match meant(code).filter(|(code, _)| nations.contains_key(*code)) {
                Some((code, name)) => format!("did you mean `{code}` ({name})?"),
                None => instead(code, nations.keys().map(String::as_str), "the scenario has no nations"),
            };
            return Err(Stop::bad(format!("the scenario has no nation `{}`", shown(code)), help));
        }
    }
    if sender == receiver {
        return Err(Stop::bad(
            format!("`{}` is named twice", shown(sender)),
            "name who would give, then who would receive",
        ));
    }
    Ok(Some((sender.clone(), receiver.clone())))
}

/// Returns an error if the file exists and must not be replaced.
fn check_replaceable(file: &Path, force: bool) -> Result<(), Stop> {
    check_file(file, force).map_err(refused)?;
    if file.exists() && !is_our_report(file) {
        let message = format!("`{}` is not replaced: noforn did not make it", file.display());
        return Err(Stop::bad(message, "choose a file with `-o FILE`"));
    }
    Ok(())
}

fn refused(refusal: Refusal) -> Stop {
    write_stop(refusal.into())
}

fn is_our_report(file: &Path) -> bool {
    let mut head = Vec::new();
    let read = std::fs::File::open(file).and_then(|file| file.take(4096).read_to_end(&mut head));
    read.is_ok() && String::from_utf8_lossy(&head).contains(&format!("name=\"generator\" content=\"{GENERATOR}"))
}
