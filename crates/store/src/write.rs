//! A study is made and written into a folder that is there whole or not at all.
use crate::folder::{Draft, Placing, Refusal};
use crate::growth::{Growth, Site};
use crate::merge::write_mark;
use crate::on_disk::DiskFolder;
use noforn_lab::ensemble::Ended;
use noforn_lab::study::copies::UnsafeName;
use noforn_lab::study::work::Mark;
use noforn_lab::study::{FOLDER, Study};
use noforn_lab::tables::Folder;
use noforn_lab::workers::Workers;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why nothing was written.
#[derive(Debug)]
pub enum WriteError {
    /// The folder is not written.
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

/// Makes a study and writes its folder; returns where, and what it found. `progress` is called with each item, first
/// with those that a stopped program made before.
pub fn write<S: Study>(
    study: &S,
    folder: &Path,
    placing: Placing,
    workers: &impl Workers,
    progress: &mut dyn FnMut(usize),
) -> Result<(PathBuf, S::Findings), WriteError> {
    let draft = Draft::of(folder, placing, study.work())?;
    let findings = fill(study, draft.site(), workers, progress)?;
    Ok((draft.finish()?, findings))
}

/// Makes the items that are not made yet and writes every file into the folder of a site.
pub fn fill<S: Study>(
    study: &S,
    site: &Site,
    workers: &impl Workers,
    progress: &mut dyn FnMut(usize),
) -> Result<S::Findings, WriteError> {
    let failed = |error| Refusal::Io(site.folder(), error);
    let mut growth = begin(study, site).map_err(failed)?;
    let part = study.part();
    let rest = (part.start + growth.done()).min(part.end)..part.end;
    (part.start..rest.start).for_each(&mut *progress);
    let mut memory = S::Memory::default();
    let made = workers.for_each(
        rest.len(),
        |index| study.make(rest.start + index),
        |index, made| {
            let item = rest.start + index;
            study.append(item, made?, &mut growth, &mut memory).and_then(|()| growth.step()).map_err(Ended::Io)?;
            progress(item);
            Ok(())
        },
    );
    if let Err(ended) = made {
        growth.keep().map_err(failed)?;
        return Err(ended.into());
    }
    conclude(study, site, &growth.close(), memory, workers)
}

/// Writes what is known before anything is made, and opens the files that grow.
pub fn begin<S: Study>(study: &S, site: &Site) -> io::Result<Growth> {
    let files = DiskFolder::new(site.home());
    study.begin(&Folder { within: &files, name: FOLDER })?;
    let mut growth = Growth::new(site, study.work())?;
    study.growing().iter().try_for_each(|file| growth.begin(file))?;
    growth.keep()?;
    Ok(growth)
}

/// Writes what follows from all items; in the folder of a part also which part it is.
pub fn conclude<S: Study>(
    study: &S,
    site: &Site,
    mark: &Mark,
    memory: S::Memory,
    workers: &impl Workers,
) -> Result<S::Findings, WriteError> {
    let failed = |error| WriteError::Refused(Refusal::Io(site.folder(), error));
    let found = study.conclude(&DiskFolder::new(site.home()), mark, memory, workers);
    let findings = found.map_err(|ended| match ended {
        Ended::Io(error) => failed(error),
        ended => WriteError::Ended(ended),
    })?;
    if mark.work.request.shard.is_some() {
        write_mark(&site.folder(), mark).map_err(failed)?;
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threads::Threads;
    use crate::three_nations;
    use noforn_lab::runs::RunsStudy;
    use noforn_lab::runs::choice::Choice;
    use std::fs;
    use std::sync::atomic::{AtomicBool, Ordering};

    fn study(variants: &[&str], reps: u32) -> RunsStudy {
        RunsStudy::new(three_nations::ensemble(variants, reps), Choice::default(), None).unwrap()
    }

    #[test]
    fn the_same_is_written_by_any_number_of_threads_and_in_memory() {
        let written = |threads| {
            let (folder, study) = (tempfile::tempdir().unwrap(), study(&["alpha", "baseline"], 3));
            let (target, stop) = (folder.path().join("result"), AtomicBool::new(false));
            let mut items = Vec::new();
            let workers = Threads { count: threads, stop: &stop };
            write(&study, &target, Placing::default(), &workers, &mut |item| items.push(item)).unwrap();
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
    fn a_stop_leaves_nothing() {
        let (folder, study) = (tempfile::tempdir().unwrap(), study(&["baseline"], 50));
        let stop = AtomicBool::new(false);
        let workers = Threads { count: 2, stop: &stop };
        let mut press = |_| stop.store(true, Ordering::Relaxed);
        let stopped = write(&study, &folder.path().join("a/result"), Placing::default(), &workers, &mut press);
        assert!(matches!(stopped, Err(WriteError::Ended(Ended::Stopped))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
