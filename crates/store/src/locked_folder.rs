//! The locked temporary folder in which results are written, and where an interrupted work is resumed.
use crate::journaled_files::{JOURNAL, WorkFolder};
use noforn_lab::study::work::{Checkpoint, Work};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::PathBuf;

/// The lock file.
const LOCK: &str = "lock";

/// A temporary folder that only one process uses at a time.
#[derive(Debug)]
pub struct LockedFolder {
    /// Its path.
    pub path: PathBuf,
    lock: Option<File>,
    /// True if dropping this value must not remove the folder.
    pub keep: bool,
}

impl Drop for LockedFolder {
    fn drop(&mut self) {
        // Some systems cannot remove an open file.
        drop(self.lock.take());
        if !self.keep {
            // There is nobody to report an error to.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

impl LockedFolder {
    /// Creates and locks the folder, or locks the one that a killed process left. `None` if another process holds the lock.
    pub fn open(path: PathBuf) -> io::Result<Option<Self>> {
        match fs::create_dir(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            // Do not follow a link: its target may not be ours.
            Err(error) if !fs::symlink_metadata(&path)?.is_dir() => return Err(error),
            _ => {}
        }
        let lock = File::options().create(true).write(true).truncate(false).open(path.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { path, lock: Some(lock), keep: true })),
            Err(TryLockError::WouldBlock) => Ok(None),
            // Some cluster file systems have no locks; there the users must keep processes apart.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                Ok(Some(Self { path, lock: None, keep: true }))
            }
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// The last checkpoint of an interrupted work; `None` without one.
    pub fn checkpoint(&self) -> io::Result<Option<Checkpoint>> {
        match fs::read(self.path.join(JOURNAL)) {
            Ok(text) => Ok(serde_json::from_slice(&text).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes everything but the lock file.
    fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            match entry.file_type()?.is_dir() {
                true => fs::remove_dir_all(entry.path())?,
                false if entry.file_name() == LOCK => {}
                false => fs::remove_file(entry.path())?,
            }
        }
        Ok(())
    }

    /// The folder to work in: that of the interrupted work, or a new one. With a `journal` the work can be resumed.
    pub fn work_folder(&self, interrupted: Option<Checkpoint>, journal: bool) -> io::Result<WorkFolder> {
        match interrupted {
            Some(checkpoint) => WorkFolder::resumed(&self.path, checkpoint),
            None => self.clear().and_then(|()| WorkFolder::new(&self.path, journal)),
        }
    }
}

/// Returns an error, in words, if an interrupted work is another work or another shard of it.
pub fn check_same_work(checkpoint: &Checkpoint, work: &Work) -> Result<(), String> {
    let shard_text = |work: &Work| work.request.shard.map_or("whole".to_owned(), |shard| shard.to_string());
    let (begun, now) = (shard_text(&checkpoint.work), shard_text(work));
    let other_shard = (begun != now).then_some(("part", begun, now));
    match checkpoint.work.difference(work).or(other_shard) {
        Some((what, begun, now)) => Err(format!("its {what} was `{begun}`, now it is `{now}`")),
        None => Ok(()),
    }
}
