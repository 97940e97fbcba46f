//! Verifies a folder of results: runs its study again and compares every file byte by byte.
use crate::destination::Destination;
use crate::disk_folder::{DiskFolder, open_regular};
use crate::draft::{Draft, Spare, settle};
use crate::journaled_files::WorkFolder;
use crate::refusal::Refusal;
use crate::reopen::reopen;
use crate::write::{WriteError, fill};
use noforn::load::Faults;
use noforn_lab::study::Study;
use noforn_lab::study::kept::{self, KeptError};
use noforn_lab::tables::catalogue::TABLES;
use noforn_lab::tables::package;
use noforn_lab::workers::Workers;
use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Comparison of a folder with a second run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Number of compared files.
    pub files: usize,
    /// Number of files with the same bytes.
    pub same: usize,
    /// The first file that differs.
    pub difference: Option<FileMismatch>,
    /// The version that wrote the folder, if it is not this one.
    pub made_by: Option<String>,
}

/// A file that differs from that of the second run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileMismatch {
    /// Name of the file.
    pub file: String,
    /// The first line that differs, from 1; `None` if the file is missing.
    pub line: Option<u64>,
}

impl fmt::Display for FileMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "`{}` differs from line {line} on", self.file),
            None => write!(f, "`{}` is missing", self.file),
        }
    }
}

/// The error of a folder that cannot be verified.
#[derive(Debug)]
pub enum VerifyError {
    /// This program did not write the folder, or its request cannot be read.
    Folder(String),
    /// The scenario has faults.
    Faults(Box<Faults>),
    /// The second run ended early.
    Write(WriteError),
}

impl From<WriteError> for VerifyError {
    fn from(error: WriteError) -> Self {
        VerifyError::Write(error)
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VerifyError::Folder(message) => f.write_str(message),
            VerifyError::Faults(faults) => write!(f, "the scenario has {} faults", faults.faults.len()),
            VerifyError::Write(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for VerifyError {}

impl From<KeptError> for VerifyError {
    fn from(error: KeptError) -> Self {
        match error {
            KeptError::Folder(message) => VerifyError::Folder(message),
            KeptError::Faults(faults) => VerifyError::Faults(faults),
            KeptError::Ended(ended) => VerifyError::Write(WriteError::Ended(ended)),
        }
    }
}

/// Repeats the study of a folder in a temporary folder and compares every file. Calls `begin` with the number of items (runs;
/// of comparisons and evidence, pairs of runs), and `progress` with each item.
pub fn verify(
    folder: &Path,
    workers: &impl Workers,
    begin: &mut dyn FnMut(usize),
    progress: &mut dyn FnMut(usize),
) -> Result<Verification, VerifyError> {
    let files = DiskFolder::new(folder);
    let request = kept::request(&files).map_err(VerifyError::Folder)?;
    let temporary = temporary_draft().map_err(WriteError::Refused)?;
    let work_folder =
        WorkFolder::new(&temporary.path, false).map_err(|error| VerifyError::Folder(error.to_string()))?;
    crate::with_study!(&reopen(&files, &request)?, study => {
        begin(study.part().len());
        fill(study, &work_folder, workers, progress).map(drop)?;
    });
    let mut verdict =
        compare_folders(folder, &work_folder.results()).map_err(|error| VerifyError::Folder(error.to_string()))?;
    verdict.made_by = Some(request.engine_version).filter(|version| version != env!("CARGO_PKG_VERSION"));
    Ok(verdict)
}

/// A draft in the system's folder for temporary files, which goes nowhere. What killed processes left there is removed.
fn temporary_draft() -> Result<Draft, Refusal> {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("noforn-verify-{}-{number}", std::process::id());
    let place = Destination::resolve(&std::env::temp_dir().join(name))?;
    settle(&place.parent, Spare::Nothing);
    Draft::open(&place, false)
}

/// Compares every file of `again` with the file of the same name in `folder`.
fn compare_folders(folder: &Path, again: &Path) -> io::Result<Verification> {
    let names = files(again)?;
    let mut verdict = Verification { files: names.len(), same: 0, difference: None, made_by: None };
    for file in names {
        let Some(line) = first_difference(&folder.join(&file), &again.join(&file))? else {
            verdict.same += 1;
            continue;
        };
        verdict.difference.get_or_insert(FileMismatch { file, line });
    }
    Ok(verdict)
}

/// The names of the files of a folder: scenarios first, then tables in the order of `TABLES`, then the data package.
fn files(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        names.insert(entry?.file_name().to_string_lossy().into_owned());
    }
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort_by_key(|name| place(name));
    Ok(names)
}

/// Where a file is in the order of [`files`].
fn place(name: &str) -> usize {
    match TABLES.iter().position(|table| table.file() == name) {
        Some(rank) => rank + 1,
        None if name == package::FILE => TABLES.len() + 1,
        None => 0,
    }
}

/// `None` if two files are equal; else the first line that differs, or `Some(None)` if the first file is missing.
fn first_difference(original: &Path, again: &Path) -> io::Result<Option<Option<u64>>> {
    let original = match open_regular(original) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(None)),
        original => original?,
    };
    let (mut original, mut again) = (BufReader::new(original), BufReader::new(File::open(again)?));
    let mut line = 1;
    loop {
        let (a, b) = (original.fill_buf()?, again.fill_buf()?);
        let shared = a.len().min(b.len());
        let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
        line += a[..same].iter().filter(|byte| **byte == b'\n').count() as u64;
        if same < shared || a.is_empty() != b.is_empty() {
            return Ok(Some(Some(line)));
        }
        if a.is_empty() {
            return Ok(None);
        }
        original.consume(shared);
        again.consume(shared);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staged_folder::WriteOptions;
    use crate::three_nations;
    use crate::write::write;
    use noforn_lab::runs::RunsStudy;
    use noforn_lab::workers::OneByOne;
    use std::path::PathBuf;

    /// A folder of results of two variants, in a temporary folder.
    fn written() -> (tempfile::TempDir, PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let choice = "metrics,nations".parse().unwrap();
        let study = RunsStudy::new(three_nations::ensemble(&["alpha", "baseline"], 2), choice, None).unwrap();
        let target = home.path().join("result");
        write(&study, &target, WriteOptions::default(), &OneByOne, &mut |_| ()).unwrap();
        (home, target)
    }

    fn verified(folder: &Path) -> Result<Verification, VerifyError> {
        verify(folder, &OneByOne, &mut |runs| assert_eq!(runs, 4), &mut |_| ())
    }

    #[test]
    fn a_folder_verifies_until_a_file_in_it_changes() {
        let (home, folder) = written();
        let moved = home.path().join("moved");
        fs::rename(folder, &moved).unwrap();
        let verdict = verified(&moved).unwrap();
        assert_eq!((verdict.same, verdict.difference), (verdict.files, None));
        let text = fs::read_to_string(moved.join("runs.csv")).unwrap();
        fs::write(moved.join("runs.csv"), text.replacen(",1,7,", ",1,8,", 1)).unwrap();
        let verdict = verified(&moved).unwrap();
        assert_eq!(verdict.files - verdict.same, 1);
        assert_eq!(verdict.difference, Some(FileMismatch { file: "runs.csv".to_owned(), line: Some(3) }));
        fs::remove_file(moved.join("runs.csv")).unwrap();
        let missing = Some(FileMismatch { file: "runs.csv".to_owned(), line: None });
        assert_eq!(verified(&moved).unwrap().difference, missing);
    }

    #[test]
    fn a_changed_scenario_does_not_verify() {
        let (_home, folder) = written();
        let text = fs::read_to_string(folder.join("scenario.toml")).unwrap();
        fs::write(folder.join("scenario.toml"), text.replace("2020Q4", "2020Q3")).unwrap();
        let verdict = verified(&folder).unwrap();
        assert_eq!(verdict.difference.map(|first| first.file).as_deref(), Some("runs.csv"));
    }

    #[test]
    fn a_request_that_noforn_never_wrote_is_refused() {
        let (_home, folder) = written();
        let package = folder.join(package::FILE);
        let text = fs::read_to_string(&package).unwrap();
        let cases = [
            ("\"reps\": 2", "\"reps\": 4000000000", "4000000000 runs"),
            ("\"tables\": \"metrics,nations\"", "\"tables\": \"secrets\"", "no table `secrets`"),
            ("\"file\": \"scenario.toml\"", "\"file\": \"../scenario.toml\"", "`../scenario.toml` cannot name"),
            ("\"noforn\":", "\"other\":", "was not made by noforn"),
        ];
        for (from, to, message) in cases {
            assert!(text.contains(from), "{from}");
            fs::write(&package, text.replace(from, to)).unwrap();
            match verified(&folder) {
                Err(VerifyError::Folder(error)) => assert!(error.contains(message), "{error}"),
                other => panic!("{other:?}"),
            }
        }
    }

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
        for (original, again, expected) in cases {
            let folder = tempfile::tempdir().unwrap();
            if let Some(original) = original {
                fs::write(folder.path().join("original"), original).unwrap();
            }
            fs::write(folder.path().join("again"), again).unwrap();
            let found = first_difference(&folder.path().join("original"), &folder.path().join("again")).unwrap();
            assert_eq!(found, expected, "{original:?} and {again:?}");
        }
    }

    #[test]
    fn files_are_compared_in_the_order_of_the_catalogue() {
        let [original, again] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        for (name, text) in
            [("datapackage.json", "{1}"), ("scenario.toml", "s"), ("metrics.csv", "m"), ("runs.csv", "r")]
        {
            fs::write(again.path().join(name), text).unwrap();
            fs::write(original.path().join(name), if name == "scenario.toml" { "s" } else { "other" }).unwrap();
        }
        let verdict = compare_folders(original.path(), again.path()).unwrap();
        assert_eq!((verdict.files, verdict.same), (4, 1));
        assert_eq!(verdict.difference.unwrap().to_string(), "`runs.csv` differs from line 1 on");
    }
}
