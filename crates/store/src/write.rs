//! Runs a study and writes its folder, which appears complete or not at all.
use crate::disk_folder::DiskFolder;
use crate::journaled_files::{JournaledFiles, WorkFolder};
use crate::refusal::Refusal;
use crate::shard_file::write_shard_file;
use crate::staged_folder::{Begun, PlacedFolder, StagedFolder, WriteOptions};
use noforn_lab::ensemble::Ended;
use noforn_lab::study::copies::UnsafeName;
use noforn_lab::study::work::Checkpoint;
use noforn_lab::study::{FOLDER, Study};
use noforn_lab::tables::Subfolder;
use noforn_lab::workers::Workers;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The error of a study that was not written.
#[derive(Debug)]
pub enum WriteError {
    /// The folder cannot be written.
    Refused(Refusal),
    /// The runs ended early.
    Ended(Ended),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteError::Refused(refusal) => refusal.fmt(f),
            WriteError::Ended(ended) => ended.fmt(f),
        }
    }
}

impl std::error::Error for WriteError {}

impl From<Refusal> for WriteError {
    fn from(refusal: Refusal) -> Self {
        WriteError::Refused(refusal)
    }
}

impl From<UnsafeName> for WriteError {
    fn from(name: UnsafeName) -> Self {
        WriteError::Refused(name.into())
    }
}

impl From<Ended> for WriteError {
    fn from(ended: Ended) -> Self {
        WriteError::Ended(ended)
    }
}

/// What came of writing a study.
#[derive(Debug)]
pub enum Written<F> {
    /// The folder, and the findings.
    Now(PlacedFolder, F),
    /// The work was finished before, in this folder.
    Before(PathBuf),
}

/// Runs a study and writes its folder. Calls `progress` with each item, first with those that an interrupted process made.
pub fn write<S: Study>(
    study: &S,
    folder: &Path,
    options: WriteOptions,
    workers: &impl Workers,
    progress: &mut dyn FnMut(usize),
) -> Result<Written<S::Findings>, WriteError> {
    let staged = match StagedFolder::resume_or_begin(folder, options, study.work())? {
        Begun::Finished(folder) => return Ok(Written::Before(folder)),
        Begun::Staged(staged) => staged,
    };
    let findings = fill(study, staged.work_folder(), workers, progress)?;
    Ok(Written::Now(staged.finish()?, findings))
}

/// Makes the items that are missing and writes every file into the folder of results.
pub fn fill<S: Study>(
    study: &S,
    work_folder: &WorkFolder,
    workers: &impl Workers,
    progress: &mut dyn FnMut(usize),
) -> Result<S::Findings, WriteError> {
    let failed = |error| Refusal::Io(work_folder.results(), error);
    let mut appender = begin(study, work_folder).map_err(failed)?;
    let part = study.part();
    let rest = (part.start + appender.done()).min(part.end)..part.end;
    (part.start..rest.start).for_each(&mut *progress);
    let mut memory = S::Memory::default();
    let made = workers.for_each(
        rest.len(),
        |index| study.make(rest.start + index),
        |index, made| {
            let item = rest.start + index;
            study
                .append(item, made?, &mut appender, &mut memory)
                .and_then(|()| appender.item_done())
                .map_err(Ended::Io)?;
            progress(item);
            Ok(())
        },
    );
    if let Err(ended) = made {
        appender.write_checkpoint().map_err(failed)?;
        return Err(ended.into());
    }
    conclude(study, work_folder, &appender.close(), memory, workers)
}

/// Writes the files that are known before the first item, and opens the append-only files.
pub fn begin<S: Study>(study: &S, work_folder: &WorkFolder) -> io::Result<JournaledFiles> {
    let files = DiskFolder::unnoted(work_folder.root());
    study.begin(&Subfolder { within: &files, name: FOLDER })?;
    let mut appender = JournaledFiles::new(work_folder, study.work())?;
    study.append_files().iter().try_for_each(|file| appender.begin(file))?;
    appender.write_checkpoint()?;
    Ok(appender)
}

/// Writes the tables that need all items and, in the folder of a shard, the shard file.
pub fn conclude<S: Study>(
    study: &S,
    work_folder: &WorkFolder,
    checkpoint: &Checkpoint,
    memory: S::Memory,
    workers: &impl Workers,
) -> Result<S::Findings, WriteError> {
    let failed = |error| WriteError::Refused(Refusal::Io(work_folder.results(), error));
    let found = study.conclude(&DiskFolder::unnoted(work_folder.root()), checkpoint, memory, workers);
    let findings = found.map_err(|ended| match ended {
        Ended::Io(error) => failed(error),
        ended => WriteError::Ended(ended),
    })?;
    if checkpoint.work.request.shard.is_some() {
        write_shard_file(&work_folder.results(), checkpoint).map_err(failed)?;
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threads::Threads;
    use crate::three_nations;
    use noforn_lab::runs::RunsStudy;
    use noforn_lab::runs::table_choice::TableChoice;
    use std::fs;
    use std::sync::atomic::{AtomicBool, Ordering};

    fn study(variants: &[&str], reps: u32) -> RunsStudy {
        RunsStudy::new(three_nations::ensemble(variants, reps), TableChoice::default(), None).unwrap()
    }

    #[test]
    fn any_number_of_threads_and_memory_give_the_same_files() {
        let written = |threads| {
            let (folder, study) = (tempfile::tempdir().unwrap(), study(&["alpha", "baseline"], 3));
            let (target, stop) = (folder.path().join("result"), AtomicBool::new(false));
            let mut items = Vec::new();
            let workers = Threads { count: threads, stop: &stop };
            write(&study, &target, WriteOptions::default(), &workers, &mut |item| items.push(item)).unwrap();
            assert_eq!(items, (0..study.items()).collect::<Vec<_>>());
            let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
            let files = fs::read_dir(&target).unwrap().map(|entry| entry.unwrap().path());
            files.map(|path| (name(&path), fs::read(&path).unwrap())).collect::<std::collections::BTreeMap<_, _>>()
        };
        let study = study(&["alpha", "baseline"], 3);
        let memory = noforn_lab::study::in_memory(&study, &noforn_lab::workers::OneByOne, &mut |_| ()).unwrap().1;
        assert_eq!(written(1), memory);
        assert_eq!(written(2), memory);
    }

    #[test]
    fn a_stop_leaves_no_files() {
        let (folder, study) = (tempfile::tempdir().unwrap(), study(&["baseline"], 50));
        let stop = AtomicBool::new(false);
        let workers = Threads { count: 2, stop: &stop };
        let mut press = |_| stop.store(true, Ordering::Relaxed);
        let stopped = write(&study, &folder.path().join("a/result"), WriteOptions::default(), &workers, &mut press);
        assert!(matches!(stopped, Err(WriteError::Ended(Ended::Stopped))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
