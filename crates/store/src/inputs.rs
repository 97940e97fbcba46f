//! The files that this process has read: nobody writes over what he reads.
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Real paths, links resolved.
static READ: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn files() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    READ.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes that a file was read.
pub fn note(path: &Path) {
    if let Ok(path) = path.canonicalize() {
        files().insert(path);
    }
}

/// True if the file was read, under whatever name.
pub fn was_read(path: &Path) -> bool {
    path.canonicalize().is_ok_and(|path| files().contains(&path))
}
