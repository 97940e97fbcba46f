//! The home of a folder in the making: a place of its own, locked, where work that was stopped is gone on with.
use crate::growth::{JOURNAL, Site};
use noforn_lab::study::work::{Mark, Work};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::PathBuf;

/// The file that a program locks where it makes a folder.
const LOCK: &str = "lock";

/// The place where a folder is made.
#[derive(Debug)]
pub struct Home {
    /// Its folder.
    pub path: PathBuf,
    lock: Option<File>,
    /// Whether what is begun there outlasts this program.
    pub keep: bool,
}

impl Drop for Home {
    fn drop(&mut self) {
        // Some systems remove no file that is open.
        drop(self.lock.take());
        if !self.keep {
            // Nobody is left to be told.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

impl Home {
    /// Makes the place, or finds the one that a killed program left. None where another program works there.
    pub fn open(path: PathBuf) -> io::Result<Option<Self>> {
        match fs::create_dir(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            // A link is not followed: what it points at is somebody else's.
            Err(error) if !fs::symlink_metadata(&path)?.is_dir() => return Err(error),
            _ => {}
        }
        let lock = File::options().create(true).write(true).truncate(false).open(path.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { path, lock: Some(lock), keep: true })),
            Err(TryLockError::WouldBlock) => Ok(None),
            // Some file systems of clusters know no locks: there two programs must be kept apart by their users.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                Ok(Some(Self { path, lock: None, keep: true }))
            }
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// How far a work came here.
    pub fn mark(&self) -> io::Result<Option<Mark>> {
        match fs::read(self.path.join(JOURNAL)) {
            Ok(text) => Ok(serde_json::from_slice(&text).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes all that a work left here.
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

    /// Where to work: on what was begun there, or afresh. A work that can be gone on with keeps a journal.
    pub fn site(&self, begun: Option<Mark>, journal: bool) -> io::Result<Site> {
        match begun {
            Some(mark) => Site::resumed(&self.path, mark),
            None => self.clear().and_then(|()| Site::new(&self.path, journal)),
        }
    }
}

/// Refuses to go on with another work or another part of it.
pub fn same(mark: &Mark, work: &Work) -> Result<(), String> {
    let part = |work: &Work| work.request.shard.map_or("whole".to_owned(), |shard| shard.to_string());
    let parts = (part(&mark.work), part(work));
    let parts = (parts.0 != parts.1).then_some(("part", parts.0, parts.1));
    match mark.work.difference(work).or(parts) {
        Some((what, begun, now)) => Err(format!("its {what} was `{begun}`, now it is `{now}`")),
        None => Ok(()),
    }
}
