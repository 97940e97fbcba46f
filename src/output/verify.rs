//! Whether the scenario that a folder keeps, run again, makes the same bytes.
use super::choice::Choice;
use super::folder::regular;
use super::request::{GREATEST_REPS, Kept, Request};
use super::tables::TABLES;
use super::{Order, WriteError, copies, fill, package};
use crate::ensemble::{Ensemble, Run};
use crate::scenario::Scenario;
use crate::scenario::fault::Place;
use crate::scenario::load::{self, Faults};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// What a second run says of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The files that were compared.
    pub files: usize,
    /// How many of them are the same bytes.
    pub same: usize,
    /// The first that is not.
    pub difference: Option<Difference>,
    /// The version that made the folder, where it is another.
    pub made_by: Option<String>,
}

/// A file that is not as a second run makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The file.
    pub file: String,
    /// The first line that differs, from 1; none where the file is missing.
    pub line: Option<u64>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "`{}` differs from line {line} on", self.file),
            None => write!(f, "`{}` is missing", self.file),
        }
    }
}

/// Why a folder cannot be judged.
#[derive(Debug)]
pub enum VerifyError {
    /// The folder is not this program's, or its request cannot be read.
    Folder(String),
    /// Its scenario has faults.
    Faults(Box<Faults>),
    /// The second run ended early.
    Write(WriteError),
}

impl From<WriteError> for VerifyError {
    fn from(error: WriteError) -> Self {
        VerifyError::Write(error)
    }
}

/// Runs what a folder keeps once more, elsewhere, and compares every file. `begin` hears how many runs there are,
/// `progress` of each.
pub fn verify(
    folder: &Path,
    threads: usize,
    stop: &AtomicBool,
    begin: &mut dyn FnMut(usize),
    progress: &mut dyn FnMut(Run),
) -> Result<Verdict, VerifyError> {
    let request = package::request(folder).map_err(VerifyError::Folder)?;
    let choice: Choice = request.tables.parse().map_err(VerifyError::Folder)?;
    if !(1..=GREATEST_REPS).contains(&request.reps) {
        return Err(VerifyError::Folder(format!("{} runs of each variant are not what noforn wrote", request.reps)));
    }
    let ensemble = Ensemble::new(scenarios(folder, &request)?, request.reps);
    begin(ensemble.len());
    let again = tempfile::tempdir().map_err(|error| VerifyError::Folder(format!("no temporary folder: {error}")))?;
    fill(again.path(), &ensemble, Order { choice: &choice, threads, stop }, progress)?;
    let mut verdict = compare(folder, again.path()).map_err(|error| VerifyError::Folder(error.to_string()))?;
    verdict.made_by = Some(request.engine_version).filter(|version| version != env!("CARGO_PKG_VERSION"));
    Ok(verdict)
}

/// The scenarios that a folder keeps, as they were when they were run.
pub fn scenarios(folder: &Path, request: &Request) -> Result<Vec<Scenario>, VerifyError> {
    let texts = copies::texts(folder, request).map_err(VerifyError::Folder)?;
    let origins = copies::read_origins(folder, request);
    let mut origins = origins.map_err(|error| VerifyError::Folder(format!("cannot read `origins.csv`: {error}")))?;
    let scenario = |kept: &Kept| scenario(&texts, request, kept, origins.remove(&kept.variant).unwrap_or_default());
    request.variants.iter().map(scenario).collect()
}

fn scenario(
    texts: &BTreeMap<String, String>,
    request: &Request,
    kept: &Kept,
    origins: BTreeMap<String, Place>,
) -> Result<Scenario, VerifyError> {
    // Under a name that a scenario may have: that of a variant may hold a `+`.
    let name = "scenario.toml";
    let mut files = texts.clone();
    files.insert(name.to_owned(), texts[&kept.file].clone());
    let faults = |faults| VerifyError::Faults(Box::new(faults));
    let mut scenario = load::load(&files, name, &load::Choice::default()).map_err(faults)?;
    copies::restore(&mut scenario, request, kept, origins);
    Ok(scenario)
}

/// Compares every file of `again` with its namesake.
fn compare(folder: &Path, again: &Path) -> io::Result<Verdict> {
    let names = files(again)?;
    let mut verdict = Verdict { files: names.len(), same: 0, difference: None, made_by: None };
    for file in names {
        let Some(line) = first_difference(&folder.join(&file), &again.join(&file))? else {
            verdict.same += 1;
            continue;
        };
        verdict.difference.get_or_insert(Difference { file, line });
    }
    Ok(verdict)
}

/// The files of a folder: the scenarios, the tables as they are told, then the package, which counts the others.
fn files(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        names.insert(entry?.file_name().to_string_lossy().into_owned());
    }
    let place = |name: &String| match TABLES.iter().position(|table| table.file() == *name) {
        Some(rank) => rank + 1,
        None if name == package::FILE => TABLES.len() + 1,
        None => 0,
    };
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort_by_key(place);
    Ok(names)
}

/// None where two files are the same; else the first line that differs, or none where the first is missing.
fn first_difference(told: &Path, again: &Path) -> io::Result<Option<Option<u64>>> {
    let told = match regular(told) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(None)),
        told => told?,
    };
    let (mut told, mut again) = (BufReader::new(told), BufReader::new(File::open(again)?));
    let mut line = 1;
    loop {
        let (a, b) = (told.fill_buf()?, again.fill_buf()?);
        let shared = a.len().min(b.len());
        let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
        line += a[..same].iter().filter(|byte| **byte == b'\n').count() as u64;
        if same < shared || a.is_empty() != b.is_empty() {
            return Ok(Some(Some(line)));
        }
        if a.is_empty() {
            return Ok(None);
        }
        told.consume(shared);
        again.consume(shared);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_named() {
        let cases = [
            (Some("a\nb\n"), "a\nb\n", None),
            (Some("a\nx\nc\n"), "a\nb\nc\n", Some(Some(2))),
            (Some("a\n"), "a\nb\n", Some(Some(2))),
            (Some("a\nb\nc"), "a\nb\n", Some(Some(3))),
            (Some("a"), "a\n", Some(Some(1))),
            (None, "a\n", Some(None)),
        ];
        for (told, again, expected) in cases {
            let folder = tempfile::tempdir().unwrap();
            if let Some(told) = told {
                fs::write(folder.path().join("told"), told).unwrap();
            }
            fs::write(folder.path().join("again"), again).unwrap();
            let found = first_difference(&folder.path().join("told"), &folder.path().join("again")).unwrap();
            assert_eq!(found, expected, "{told:?} and {again:?}");
        }
    }

    #[test]
    fn files_are_compared_in_the_order_in_which_they_are_told() {
        let [told, again] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        for (name, text) in
            [("datapackage.json", "{1}"), ("scenario.toml", "s"), ("metrics.csv", "m"), ("runs.csv", "r")]
        {
            fs::write(again.path().join(name), text).unwrap();
            fs::write(told.path().join(name), if name == "scenario.toml" { "s" } else { "other" }).unwrap();
        }
        let verdict = compare(told.path(), again.path()).unwrap();
        assert_eq!((verdict.files, verdict.same), (4, 1));
        assert_eq!(verdict.difference.unwrap().to_string(), "`runs.csv` differs from line 1 on");
    }
}
