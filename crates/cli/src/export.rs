//! `noforn export`: a folder of results as files that other tools open.
use super::job::{say_kept, write_stop};
use super::screen::{Screen, Stop};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use noforn::scenario::BASELINE;
use noforn::scenario::words::{instead, shown};
use noforn_lab::study::copies::safe_name;
use noforn_lab::study::kept;
use noforn_lab::tables::Tables;
use noforn_lab::tables::package::{self, digest};
use noforn_lab::words::shell_word;
use noforn_store::disk_folder::{DiskFolder, file_in};
use noforn_store::export::source::tables;
use noforn_store::export::{ExportError, Format, gexf, graph, graphml, parquet, xlsx};
use noforn_store::refusal::Refusal;
use noforn_store::staged_files::{StagedFiles, check_file, write_file};
use noforn_store::staged_folder::StagedFolder;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Write a folder of results as files that other tools open
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example: noforn export output/huawei-2019 --to gexf --variant as-spoken",
    after_help = "gexf and graphml hold the network of one run, xlsx and parquet the tables. A table that is longer than a \
                  sheet can be goes on in further sheets.\nNext: noforn report DIR    the same folder as a page with pictures"
)]
pub struct Args {
    /// The folder that `noforn run` wrote
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The kind of file
    #[arg(long, value_name = "F", value_parser = formats())]
    to: Format,
    /// The file, or the folder for parquet [default: DIR.F or DIR-parquet, beside DIR]
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// The variant whose network is written [default: baseline, else the folder's first]
    #[arg(long, value_name = "V")]
    variant: Option<String>,
    /// The run whose network is written, from 0; other than 0 need `--tables nations,dyads:all` when it was run
    #[arg(long, value_name = "N", default_value_t = 0)]
    rep: u32,
    /// The year of a graphml file, or `all` for every year as attributes of its own [default: the last]
    #[arg(long = "in", value_name = "YEAR")]
    when: Option<String>,
    /// Tables of an xlsx or parquet export, such as metrics,nations [default: all]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    tables: Vec<String>,
    /// Replace what is there
    #[arg(long)]
    force: bool,
}

/// Reads a kind of file, and lists them all in the help.
fn formats() -> impl TypedValueParser<Value = Format> {
    let named = Format::ALL.map(|format| PossibleValue::new(format.name()).help(format.about()));
    PossibleValuesParser::new(named).try_map(|name| name.parse::<Format>())
}

/// Exports.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    fitting(args)?;
    let request = kept::request(&DiskFolder::new(&args.folder))
        .map_err(|message| Stop::bad(message, "give a folder that `noforn run` wrote"))?;
    let names: Vec<&str> = request.variants.iter().map(|kept| kept.variant.as_str()).collect();
    let variant = match &args.variant {
        Some(asked) if !names.contains(&asked.as_str()) => {
            let help = instead(asked, names.iter().copied(), "it has no variants");
            return Err(Stop::bad(format!("the folder has no variant `{}`", shown(asked)), help));
        }
        Some(asked) => asked.as_str(),
        None => names.iter().copied().find(|name| *name == BASELINE).or(names.first().copied()).unwrap_or(BASELINE),
    };
    let target = args.output.clone().unwrap_or_else(|| beside(args, variant));
    let told = match args.to {
        Format::Parquet => folder(args, &target, screen)?,
        Format::Xlsx => workbook(args, &target)?,
        Format::Gexf | Format::Graphml => network(args, &target, variant)?,
    };
    let next = format!("noforn report {}", shell_word(&args.folder.display().to_string()));
    let written = target.display().to_string();
    if screen.json {
        screen.out_json(&json!({ "written": written, "to": args.to.name(), "holds": told, "next": next }))?;
    } else {
        let told = told.as_str().map_or_else(|| told.to_string(), str::to_owned);
        screen.out(&format!("wrote {written}: {told}; next: {next}\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Refuses options that the kind of file has no use for.
fn fitting(args: &Args) -> Result<(), Stop> {
    let name = args.to.name();
    let refuse = |option: &str, help: &str| Err(Stop::bad(format!("`{option}` says nothing about {name}"), help));
    if args.to.is_network() && !args.tables.is_empty() {
        return refuse("--tables", "a network is made of `nations` and `dyads`");
    }
    if !args.to.is_network() && (args.variant.is_some() || args.rep != 0) {
        return refuse("--variant and --rep", "tables hold every run; `--tables LIST` chooses among them");
    }
    if args.to != Format::Graphml && args.when.is_some() {
        return refuse("--in", "only graphml holds a single year");
    }
    Ok(())
}

/// The default: beside the folder, so that the folder stays what it is.
fn beside(args: &Args, variant: &str) -> PathBuf {
    let folder = std::path::absolute(&args.folder).unwrap_or_else(|_| args.folder.clone());
    let name =
        folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_else(|| "results".to_owned());
    let variant =
        if args.variant.is_some() { format!("-{}", safe_name(variant).unwrap_or("variant")) } else { String::new() };
    let name = match args.to.ending() {
        Some(ending) => format!("{name}{variant}.{ending}"),
        None => format!("{name}-parquet"),
    };
    args.folder.parent().map_or_else(|| PathBuf::from(&name), |parent| parent.join(&name))
}

fn stopped(error: ExportError) -> Stop {
    match error {
        ExportError::Io(error) => Stop::Io(error),
        ExportError::Folder(message) => {
            Stop::bad(message, "give a folder that `noforn run` wrote, with the tables that are asked for")
        }
    }
}

fn refused(refusal: Refusal) -> Stop {
    write_stop(refusal.into())
}

/// Refuses a file that is there and may not be replaced.
fn free(target: &Path, ending: &str, force: bool) -> Result<(), Stop> {
    check_file(target, force).map_err(refused)?;
    if target.exists() && target.extension().is_none_or(|own| own != ending) {
        let message = format!("`{}` is not replaced: its name does not end in `.{ending}`", target.display());
        return Err(Stop::bad(message, "choose a file with `-o PATH`"));
    }
    Ok(())
}

fn network(args: &Args, target: &Path, variant: &str) -> Result<Value, Stop> {
    let ending = args.to.ending().expect("networks are files");
    free(target, ending, args.force)?;
    let graph = graph::read(&args.folder, variant, args.rep).map_err(stopped)?;
    let text = if args.to == Format::Gexf {
        gexf::text(&graph)
    } else {
        let year = match args.when.as_deref() {
            None => graph.years.last().copied(),
            Some("all") => None,
            Some(typed) => {
                let year = typed
                    .parse()
                    .map_err(|_| Stop::bad(format!("`{}` is no year", shown(typed)), "give a year or `all`"))?;
                Some(year)
            }
        };
        graphml::text(&graph, year).map_err(stopped)?
    };
    write_file(target, text.as_bytes(), args.force).map_err(refused)?;
    let edges = text.matches("<edge ").count();
    Ok(json!(format!(
        "{} nations and {edges} ordered pairs of variant {variant}, run {}",
        graph.nations.rows.len(),
        args.rep
    )))
}

fn workbook(args: &Args, target: &Path) -> Result<Value, Stop> {
    free(target, "xlsx", args.force)?;
    let tables = tables(&args.folder, &args.tables).map_err(stopped)?;
    let draft = StagedFiles::begin(target, args.force).map_err(refused)?;
    let mut out = BufWriter::new(File::create_new(draft.path())?);
    let told = xlsx::write(&tables, &mut out, &draft.folder(), xlsx::MOST_ROWS).map_err(stopped)?;
    out.flush()?;
    draft.finish().map_err(refused)?;
    let split =
        if told.split.is_empty() { String::new() } else { format!(" ({} in more than one)", told.split.join(", ")) };
    Ok(json!(format!("{} rows in {} sheets{split}", told.rows, told.sheets)))
}

fn folder(args: &Args, target: &Path, screen: &Screen) -> Result<Value, Stop> {
    let tables = tables(&args.folder, &args.tables).map_err(stopped)?;
    let draft = StagedFolder::begin(target, args.force).map_err(refused)?;
    let files = DiskFolder::unnoted(&draft.path());
    let (mut rows, mut resources) = (0, Vec::new());
    for table in &tables {
        let name = format!("{}.parquet", table.name);
        let path = file_in(&files.path, &name).map_err(|name| refused(name.into()))?;
        let mut out = BufWriter::new(File::create_new(path)?);
        rows += parquet::write(table, &mut out).map_err(stopped)?;
        out.flush()?;
        drop(out);
        let (bytes, sha256) = digest(&files, &name)?;
        resources.push(json!({
            "name": table.name,
            "path": name,
            "format": "parquet",
            "mediatype": "application/vnd.apache.parquet",
            "bytes": bytes,
            "hash": format!("sha256:{sha256}"),
        }));
    }
    // What the tables came from stays with them; it also says that the folder is noforn's, and which files are.
    let request = kept::request(&DiskFolder::new(&args.folder)).map_err(|message| Stop::Bad { message, help: None })?;
    let about = json!({ "name": package::slug(&request.scenario), "noforn": request, "resources": resources });
    files.write(package::FILE, &format!("{about:#}\n"))?;
    say_kept(screen, &draft.finish().map_err(refused)?);
    Ok(json!(format!("{rows} rows in {} files", tables.len())))
}
