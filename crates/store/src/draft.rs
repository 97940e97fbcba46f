//! A draft: the hidden, locked folder beside a target (`.NAME.noforn`) in which the target is made.
use crate::commit::{COMMIT, Commit};
use crate::destination::Destination;
use crate::journal::JOURNAL;
use crate::names::{file_id, find, remove_folder};
use crate::refusal::Refusal;
use noforn_lab::study::FOLDER;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The lock file.
const LOCK: &str = "lock";
/// The file that says that the work is kept until it is resumed.
const KEEP: &str = "keep";
/// How often a taken lock is tried: the other process may only be looking whether the draft is dead.
const TRIES: u32 = 50;
/// The time between two tries.
const PAUSE: Duration = Duration::from_millis(10);

/// A draft that this process holds. Dropping it removes it, unless it is kept.
#[derive(Debug)]
pub struct Draft {
    /// Its target.
    pub place: Destination,
    /// Its path.
    pub path: PathBuf,
    lock: Option<File>,
    /// True if dropping this value must not remove the draft.
    pub keep: bool,
    // Dropped after the draft is removed from them.
    parents: CreatedParents,
}

/// Parent folders that were created for the target. Dropping them removes those that are still empty.
#[derive(Debug, Default)]
struct CreatedParents(Vec<PathBuf>);

impl Drop for CreatedParents {
    fn drop(&mut self) {
        for parent in self.0.iter().rev() {
            // The system refuses to remove a folder that is not empty, as it should.
            let _ = fs::remove_dir(parent);
        }
    }
}

/// What came of an attempt to lock a draft.
enum Claim {
    /// This process holds the lock.
    Ours(File),
    /// Another process holds it.
    Taken,
    /// Another process removed the draft meanwhile, or it has no lock file.
    Gone,
    /// The disk has no locks, as on some clusters; there the users must keep processes apart.
    Lockless,
}

/// Locks a draft. Who locks a file that was removed or replaced meanwhile holds nothing: so files are compared afterwards.
fn claim(draft: &Path, options: &OpenOptions) -> io::Result<Claim> {
    let path = draft.join(LOCK);
    // A link would lead elsewhere.
    if find(draft)?.is_none_or(|found| !found.is_dir()) || find(&path)?.is_some_and(|found| !found.is_file()) {
        return Ok(Claim::Gone);
    }
    let file = match options.open(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Claim::Gone),
        file => file?,
    };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(Claim::Taken),
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => return Ok(Claim::Lockless),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let there = find(&path)?;
    let same = there.is_some_and(|there| file.metadata().is_ok_and(|locked| file_id(&there) == file_id(&locked)));
    Ok(if same { Claim::Ours(file) } else { Claim::Gone })
}

impl Draft {
    /// Creates and locks the draft of a place, or locks the one that a killed process left, and finishes what that one had
    /// committed. Creates missing parents if `create` says so.
    pub fn open(place: &Destination, create: bool) -> Result<Self, Refusal> {
        let failed = |error| Refusal::Io(place.asked.clone(), error);
        let path = place.draft();
        let mut options = File::options();
        options.create(true).write(true).truncate(false);
        let mut refusal = Refusal::Busy(place.asked.clone());
        for _ in 0..TRIES {
            let parents =
                if create { create_parents(&place.parent).map_err(failed)? } else { CreatedParents::default() };
            match fs::create_dir(&path) {
                // Another process removed the parents that it had created.
                Err(error) if error.kind() == ErrorKind::NotFound && create => {
                    refusal = failed(error);
                    continue;
                }
                Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(failed(error)),
                Err(_) if !is_only_ours(&path).map_err(failed)? => {
                    let what = format!("`{}` is beside it, and noforn did not make that", path.display());
                    return Err(failed(io::Error::other(what)));
                }
                _ => {}
            }
            let lock = match claim(&path, &options).map_err(failed)? {
                Claim::Ours(lock) => Some(lock),
                Claim::Lockless => None,
                Claim::Taken | Claim::Gone => {
                    std::thread::sleep(PAUSE);
                    continue;
                }
            };
            let draft = Self { place: place.clone(), path, lock, keep: true, parents };
            return draft.recovered().map_err(failed);
        }
        Err(refusal)
    }

    /// Finishes or takes back what a killed process had committed.
    fn recovered(mut self) -> io::Result<Self> {
        if let Some(commit) = Commit::read(&self.path)?
            && commit.recover(&self.path, &self.place)?
        {
            self.clear()?;
        }
        remove_if_there(&self.path.join(COMMIT))?;
        self.keep = self.is_kept();
        Ok(self)
    }

    /// The folder in which the target is made.
    pub fn results(&self) -> PathBuf {
        self.path.join(FOLDER)
    }

    /// Marks the work as one that is kept until it is resumed.
    pub fn mark_kept(&mut self) -> io::Result<()> {
        File::create(self.path.join(KEEP))?;
        self.keep = true;
        Ok(())
    }

    /// True if the draft holds interrupted work.
    pub fn has_work(&self) -> bool {
        self.path.join(JOURNAL).exists()
    }

    fn is_kept(&self) -> bool {
        self.has_work() && self.path.join(KEEP).exists()
    }

    /// Keeps the parents that were created for the target.
    pub fn keep_parents(&mut self) {
        self.parents.0.clear();
    }

    /// Removes everything but the lock file; first what gives the rest a meaning.
    pub fn clear(&self) -> io::Result<()> {
        for name in [KEEP, JOURNAL, COMMIT] {
            remove_if_there(&self.path.join(name))?;
        }
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            match entry.file_type()?.is_dir() {
                true => remove_folder(&entry.path())?,
                false if entry.file_name() == LOCK => {}
                false => fs::remove_file(entry.path())?,
            }
        }
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.keep {
            // The lock file goes before it is unlocked: who waits for it finds that it is gone. There is nobody to report an
            // error to; what is left is removed by the next command in this place.
            let removed = self.clear().and_then(|()| remove_if_there(&self.path.join(LOCK)));
            let _ = removed.and_then(|()| fs::remove_dir(&self.path));
        }
        drop(self.lock.take());
    }
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The unfinished work that stays although nobody said that it is kept.
#[derive(Clone, Copy, Debug)]
pub enum Spare<'a> {
    /// None.
    Nothing,
    /// That for a target.
    Of(&'a Destination),
    /// All.
    Everything,
}

/// Finishes what killed processes had committed in a folder, and removes their drafts: those that no process holds and that
/// hold no kept work. Leaves alone what cannot be shown to be a dead draft.
pub fn settle(parent: &Path, spare: Spare<'_>) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        if let Some(place) = Destination::of_draft(&entry.path()) {
            // Where it cannot be done, the command goes on: nothing of it depends on this.
            let _ = settle_draft(entry.path(), place, spare);
        }
    }
}

fn settle_draft(path: PathBuf, place: Destination, spare: Spare<'_>) -> io::Result<()> {
    match claim(&path, File::options().write(true))? {
        Claim::Ours(lock) if is_only_ours(&path)? => {
            let parents = CreatedParents::default();
            let mut draft = Draft { place, path, lock: Some(lock), keep: true, parents }.recovered()?;
            let spared = match spare {
                Spare::Nothing => false,
                Spare::Of(place) => place.draft() == draft.path,
                Spare::Everything => true,
            };
            draft.keep |= draft.has_work() && spared;
            Ok(())
        }
        // An empty folder: a process was killed before it made the lock file.
        Claim::Gone if find(&path)?.is_some_and(|found| found.is_dir()) => fs::remove_dir(&path),
        _ => Ok(()),
    }
}

/// True if nothing but what a draft has is at a path, or nothing at all.
fn is_only_ours(draft: &Path) -> io::Result<bool> {
    let Some(found) = find(draft)? else { return Ok(true) };
    if !found.is_dir() {
        return Ok(false);
    }
    for entry in fs::read_dir(draft)? {
        let (name, kind) = entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?)))?;
        let name = name.to_string_lossy();
        let file = [LOCK, KEEP, JOURNAL, COMMIT].contains(&name.trim_end_matches(".new")) || name.ends_with(".bin");
        if !(kind.is_file() && file || kind.is_dir() && name == FOLDER) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// True if a folder is a draft that a process holds.
pub fn is_live(path: &Path) -> io::Result<bool> {
    let named = Destination::of_draft(path).is_some();
    Ok(named && matches!(claim(path, File::options().write(true))?, Claim::Taken))
}

fn create_parents(parent: &Path) -> io::Result<CreatedParents> {
    let missing: Vec<PathBuf> = parent.ancestors().take_while(|path| !path.exists()).map(Path::to_owned).collect();
    let mut made = CreatedParents::default();
    for path in missing.into_iter().rev() {
        match fs::create_dir(&path) {
            Ok(()) => made.0.push(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Ok(made)
}
