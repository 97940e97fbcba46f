//! `noforn new`: a scenario to start from.
use super::disk::Disk;
use super::scenario_args::typed;
use super::screen::{Screen, Stop};
use crate::scenario::files::scenario_name;
use crate::scenario::load::{Choice, load};
use serde_json::json;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Component, Path};
use std::process::ExitCode;

/// A scenario that passes `check`, small enough to read.
const MINIMAL: &str = include_str!("new/minimal.toml");
/// A scenario that builds on another.
const DERIVED: &str = include_str!("new/derived.toml");

/// Write a minimal scenario to edit, or one that builds on another
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
}

/// Writes the scenario.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    let name = typed(&args.name);
    let path = if name.ends_with(".toml") { name } else { format!("{name}.toml") };
    let stem = scenario_name(&path).map_err(|fault| Stop::Bad { message: fault.message, help: fault.help })?;
    let text = match &args.from {
        None => MINIMAL.replace("TITLE", &stem),
        Some(from) => derived(&path, &stem, &typed(from))?,
    };
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Stop::bad(format!("`{path}` is there already"), "give another name, or delete it first")
        }
        ErrorKind::NotFound => Stop::bad(format!("there is no folder for `{path}`"), "make the folder first"),
        _ => Stop::Bad { message: format!("cannot write `{path}`: {error}"), help: None },
    })?;
    if screen.json {
        screen.out_json(&json!({ "file": path }))?;
    } else {
        screen.out(&format!("wrote {path}\nnext: noforn check {}\n", shell(&path)))?;
    }
    Ok(ExitCode::SUCCESS)
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
