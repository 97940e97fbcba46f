//! `noforn new`: a scenario to start from.
use super::job::write_stop;
use super::scenario_args::with_slashes;
use super::screen::{Screen, Stop};
use noforn::load::files::scenario_name;
use noforn::load::synthetic::{NATIONS, files};
use noforn::load::{Choice, load};
use noforn_store::disk::Disk;
use noforn_store::refusal::Refusal;
use noforn_store::staged_files::StagedFiles;
use serde_json::json;
use std::io::ErrorKind;
use std::path::{Component, Path};
use std::process::ExitCode;

/// A scenario that passes `check`, small enough to read.
const MINIMAL: &str = include_str!("new/minimal.toml");
/// A scenario that builds on another.
const DERIVED: &str = include_str!("new/derived.toml");

/// Write a minimal scenario to edit, one that builds on another, or a generated world
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example: noforn new my-study --from scenarios/huawei-2019.toml",
    after_help = "A file that is there already is never overwritten.\nNext: noforn check NAME.toml    every fault in it"
)]
pub struct Args {
    /// Its name: NAME.toml is written
    #[arg(value_name = "NAME")]
    name: String,
    /// The scenario it builds on
    #[arg(long, value_name = "SCENARIO")]
    from: Option<String>,
    /// A generated world of so many nations (3 to 1000): the scenario and its tables beside it
    #[arg(long, value_name = "N", conflicts_with = "from", value_parser = nations)]
    synthetic: Option<usize>,
    /// The seed of the generated world
    #[arg(long, value_name = "N", default_value_t = 1, requires = "synthetic")]
    seed: u64,
}

fn nations(text: &str) -> Result<usize, String> {
    let count = text.parse().ok().filter(|count| NATIONS.contains(count));
    count.ok_or_else(|| format!("a generated world has {} to {} nations", NATIONS.start(), NATIONS.end()))
}

/// Writes the scenario.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    let name = with_slashes(&args.name);
    let path = if name.ends_with(".toml") { name } else { format!("{name}.toml") };
    let stem = scenario_name(&path).map_err(|fault| Stop::Bad { message: fault.message, help: fault.help })?;
    let texts = match (&args.from, args.synthetic) {
        (_, Some(nations)) => synthetic(&path, &stem, nations, args.seed),
        (Some(from), _) => vec![(path.clone(), derived(&path, &stem, &with_slashes(from))?)],
        _ => vec![(path.clone(), MINIMAL.replace("TITLE", &stem))],
    };
    write(&path, &texts)?;
    if screen.json {
        screen.out_json(&json!({ "file": path }))?;
    } else {
        screen.out(&format!("wrote {path}\nnext: noforn check {}\n", shell(&path)))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The files of a generated world, beside the scenario.
fn synthetic(path: &str, stem: &str, nations: usize, seed: u64) -> Vec<(String, String)> {
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let place = |(name, text): (String, String)| (folder.join(name).to_string_lossy().into_owned(), text);
    files(stem, nations, seed).into_iter().map(place).collect()
}

fn taken(path: &str) -> Stop {
    Stop::bad(format!("`{path}` is there already"), "give another name, or delete it first")
}

/// Writes the scenario and the files that go beside it: all or none.
fn write(path: &str, texts: &[(String, String)]) -> Result<(), Stop> {
    if let Some((there, _)) = texts.iter().find(|(path, _)| std::fs::symlink_metadata(path).is_ok()) {
        return Err(taken(there));
    }
    let refused = |refusal: Refusal| match refusal {
        Refusal::Exists(_) => taken(path),
        Refusal::Io(_, error) if error.kind() == ErrorKind::NotFound => {
            Stop::bad(format!("there is no folder for `{path}`"), "make the folder first")
        }
        refusal => write_stop(refusal.into()),
    };
    let staged = StagedFiles::begin(Path::new(path), false).map_err(refused)?;
    for (path, text) in texts {
        let name = Path::new(path).file_name().unwrap_or_default();
        std::fs::write(staged.path_of(name), text)?;
    }
    staged.finish().map_err(refused)
}

fn derived(path: &str, stem: &str, from: &str) -> Result<String, Stop> {
    let base = load(&Disk, from, &Choice::default())?;
    let named = toml::Value::String(relative(path, from)?).to_string();
    let title = toml::Value::String(format!("{stem}: {}", base.file.title)).to_string();
    let end = base.end.to_string();
    // The author's words last: they may hold any of these.
    Ok(DERIVED.replace("END", &end).replace("\"BASE\"", &named).replace("\"TITLE\"", &title))
}

/// The name by which a file in the place of `path` names `from`: relative to its folder.
fn relative(path: &str, from: &str) -> Result<String, Stop> {
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    // Links are resolved, as `..` from within a linked folder leads elsewhere than it looks.
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder }.canonicalize();
    let here = here.map_err(|_| Stop::bad(format!("there is no folder for `{path}`"), "make the folder first"))?;
    let there = Path::new(from).canonicalize()?;
    let (here, there): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (here.components().collect(), there.components().collect());
    let shared = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
    let up = here[shared..].iter().map(|_| "..".to_owned());
    let down = there[shared..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    Ok(up.chain(down).collect::<Vec<_>>().join("/"))
}

/// A path as a shell takes it for one word.
fn shell(path: &str) -> String {
    if path.contains(' ') { format!("'{path}'") } else { path.to_owned() }
}
