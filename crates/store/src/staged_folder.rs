//! Staged writing: a folder is written in a temporary place and then renamed, so it appears complete or not at all.
use crate::disk_folder::DiskFolder;
use crate::journaled_files::WorkFolder;
use crate::locked_folder::{LockedFolder, check_same_work};
use noforn_lab::study::FOLDER;
use noforn_lab::study::copies::UnsafeName;
use noforn_lab::study::kept;
use noforn_lab::study::work::Work;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The temporary name of a replaced folder, until the new one is in its place.
const OLD: &str = "old";

/// Why a folder is not written.
#[derive(Debug)]
pub enum Refusal {
    /// The target exists, and the user did not ask to replace it.
    Exists(PathBuf),
    /// The target exists, and this program did not write it.
    Foreign(PathBuf),
    /// The name would lead outside its folder.
    Name(String),
    /// Another process writes the same folder.
    Busy(PathBuf),
    /// The interrupted work is another work; the text says in what.
    Other(PathBuf, String),
    /// The operating system reported an error.
    Io(PathBuf, io::Error),
}

/// What to do with what is already there.
#[derive(Clone, Copy, Debug, Default)]
pub struct WriteOptions {
    /// Replace a folder that this program wrote.
    pub replace: bool,
    /// Resume the same work if it was interrupted, and keep the work if it is interrupted again.
    pub resume: bool,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Exists(path) => {
                write!(f, "`{}` exists and is not replaced unasked", path.display())
            }
            Refusal::Foreign(path) => {
                write!(
                    f,
                    "`{}` is not replaced: noforn did not make it (its `datapackage.json` is missing or not noforn's)",
                    path.display()
                )
            }
            Refusal::Busy(path) => write!(f, "another noforn is writing `{}`", path.display()),
            Refusal::Other(path, what) => {
                write!(f, "what was begun for `{}` is another work: {what}", path.display())
            }
            Refusal::Name(name) => write!(f, "`{name}` cannot name a folder or file of results"),
            Refusal::Io(path, error) => write!(f, "cannot write `{}`: {error}", path.display()),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<UnsafeName> for Refusal {
    fn from(UnsafeName(name): UnsafeName) -> Self {
        Refusal::Name(name)
    }
}

/// A folder that is being written, in a locked temporary folder beside its target (`.NAME.noforn`). Dropping it removes the
/// temporary folder, unless the work can be resumed.
#[derive(Debug)]
pub struct StagedFolder {
    // Declared first: it must be dropped before the parents that were created for it.
    locked: LockedFolder,
    parents: CreatedParents,
    work_folder: WorkFolder,
    target: PathBuf,
    /// The target as the user typed it, for messages.
    asked: PathBuf,
    options: WriteOptions,
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

impl StagedFolder {
    /// Begins a folder. Returns now the errors that `finish` would return.
    pub fn begin(asked: &Path, replace: bool) -> Result<Self, Refusal> {
        Self::open(asked, WriteOptions { replace, resume: false }, None)
    }

    /// Begins the folder of a work, or resumes an interrupted one if `options` says so.
    pub fn resume_or_begin(asked: &Path, options: WriteOptions, work: &Work) -> Result<Self, Refusal> {
        Self::open(asked, options, Some(work))
    }

    fn open(asked: &Path, options: WriteOptions, work: Option<&Work>) -> Result<Self, Refusal> {
        let failed = |error| Refusal::Io(asked.to_owned(), error);
        // `components` drops a slash at the end, which would follow a link.
        let target: PathBuf = std::path::absolute(asked).map_err(failed)?.components().collect();
        let (parent, name) =
            target.parent().zip(target.file_name()).ok_or_else(|| Refusal::Name(asked.display().to_string()))?;
        check_target(&target, asked, options.replace)?;
        let parents = create_parents(parent).map_err(failed)?;
        let path = parent.join(format!(".{}.noforn", name.display()));
        let mut locked = LockedFolder::open(path).map_err(failed)?.ok_or_else(|| Refusal::Busy(asked.to_owned()))?;
        locked.keep = options.resume;
        let begun = if options.resume { locked.checkpoint().map_err(failed)? } else { None };
        if let (Some(begun), Some(work)) = (&begun, work) {
            check_same_work(begun, work).map_err(|what| Refusal::Other(asked.to_owned(), what))?;
        }
        let work_folder = locked.work_folder(begun, work.is_some()).map_err(failed)?;
        Ok(Self { locked, parents, work_folder, target, asked: asked.to_owned(), options })
    }

    /// The folder to work in.
    pub fn work_folder(&self) -> &WorkFolder {
        &self.work_folder
    }

    /// The folder to write the results to.
    pub fn path(&self) -> PathBuf {
        self.work_folder.results()
    }

    /// Moves the folder to its target and returns the path of the target.
    pub fn finish(mut self) -> Result<PathBuf, Refusal> {
        check_target(&self.target, &self.asked, self.options.replace)?;
        let failed = |error| Refusal::Io(self.asked.clone(), error);
        // Move the old folder into the temporary folder first; it is removed with that.
        let old = self.target.is_dir().then(|| self.locked.path.join(OLD));
        if let Some(old) = &old {
            fs::rename(&self.target, old).map_err(failed)?;
        }
        if let Err(error) = fs::rename(self.locked.path.join(FOLDER), &self.target) {
            if let Some(old) = &old {
                fs::rename(old, &self.target).map_err(failed)?;
            }
            return Err(failed(error));
        }
        self.locked.keep = false;
        self.parents.0.clear();
        Ok(self.target.clone())
    }
}

/// Returns an error unless the target may be written: it is missing, empty, or ours and to be replaced.
fn check_target(target: &Path, asked: &Path, replace: bool) -> Result<(), Refusal> {
    let found = match fs::symlink_metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Refusal::Io(asked.to_owned(), error)),
        Ok(found) => found,
    };
    let empty = found.is_dir() && fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_none());
    match (empty, replace) {
        (true, _) => Ok(()),
        (false, false) => Err(Refusal::Exists(asked.to_owned())),
        // Do not follow a link: its target may not be ours.
        (false, true) if found.is_dir() && kept::request(&DiskFolder::new(target)).is_ok() => Ok(()),
        (false, true) => Err(Refusal::Foreign(asked.to_owned())),
    }
}

fn create_parents(parent: &Path) -> io::Result<CreatedParents> {
    let missing: Vec<PathBuf> = parent.ancestors().take_while(|path| !path.exists()).map(Path::to_owned).collect();
    let mut made = CreatedParents::default();
    for path in missing.into_iter().rev() {
        match fs::create_dir(&path) {
            Ok(()) => made.0.push(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;
    use noforn_lab::study::copies::safe_name;
    use noforn_lab::tables::package;

    /// The least data package of a folder that this program wrote.
    const OURS: &str =
        r#"{ "noforn": { "engine_version": "0", "scenario": "x", "reps": 1, "tables": "runs", "variants": [] } }"#;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn write(target: &Path, replace: bool) -> Result<PathBuf, Refusal> {
        let staged = StagedFolder::begin(target, replace)?;
        fs::write(staged.path().join(package::FILE), OURS).unwrap();
        staged.finish()
    }

    #[test]
    fn a_folder_appears_complete_and_nothing_else_remains() {
        let temporary = tempfile::tempdir().unwrap();
        let target = temporary.path().join("a/b/result");
        write(&target, false).unwrap();
        assert_eq!(names(&target), [package::FILE]);
        assert_eq!(names(&temporary.path().join("a/b")), ["result"]);
    }

    #[test]
    fn an_unfinished_folder_is_removed_with_the_parents_created_for_it() {
        let temporary = tempfile::tempdir().unwrap();
        let staged = StagedFolder::begin(&temporary.path().join("a/b/result"), false).unwrap();
        assert_eq!(names(&temporary.path().join("a/b")), [".result.noforn"]);
        fs::write(staged.path().join("half"), "x").unwrap();
        drop(staged);
        assert_eq!(names(temporary.path()), [""; 0]);
    }

    #[test]
    fn a_folder_is_replaced_only_when_asked_and_only_if_it_is_ours() {
        let temporary = tempfile::tempdir().unwrap();
        let target = temporary.path().join("result");
        fs::create_dir(&target).unwrap();
        write(&target, false).expect("an empty folder is free");
        fs::write(target.join("old.csv"), "x").unwrap();
        assert!(matches!(write(&target, false), Err(Refusal::Exists(path)) if path == target));
        write(&target, true).unwrap();
        assert_eq!(names(&target), [package::FILE], "the old files are gone");
        assert_eq!(names(temporary.path()), ["result"]);
        fs::write(target.join(package::FILE), r#"{ "name": "somebody else's" }"#).unwrap();
        assert!(matches!(write(&target, true), Err(Refusal::Foreign(_))));
        fs::remove_file(target.join(package::FILE)).unwrap();
        fs::write(target.join("thesis.doc"), "x").unwrap();
        assert!(matches!(write(&target, true), Err(Refusal::Foreign(_))));
        assert_eq!(names(&target), ["thesis.doc"]);
    }

    #[test]
    fn only_one_process_at_a_time_writes_a_folder() {
        let temporary = tempfile::tempdir().unwrap();
        let target = temporary.path().join("result");
        let staged = StagedFolder::begin(&target, false).unwrap();
        assert!(matches!(StagedFolder::begin(&target, false), Err(Refusal::Busy(_))));
        drop(staged);
        write(&target, false).unwrap();
    }

    #[test]
    fn remains_of_a_killed_process_do_not_block_a_new_one() {
        let temporary = tempfile::tempdir().unwrap();
        fs::create_dir_all(temporary.path().join(".result.noforn/folder")).unwrap();
        fs::write(temporary.path().join(".result.noforn/folder/half"), "x").unwrap();
        let target = temporary.path().join("result");
        write(&target, false).unwrap();
        assert_eq!(
            (names(&target), names(temporary.path())),
            (vec![package::FILE.to_owned()], vec!["result".to_owned()])
        );
    }

    #[test]
    fn a_file_is_never_replaced() {
        let temporary = tempfile::tempdir().unwrap();
        let target = temporary.path().join("result");
        fs::write(&target, "x").unwrap();
        assert!(matches!(write(&target, false), Err(Refusal::Exists(_))));
        assert!(matches!(write(&target, true), Err(Refusal::Foreign(_))));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let temporary = tempfile::tempdir().unwrap();
        let (real, link) = (temporary.path().join("real"), temporary.path().join("link"));
        write(&real, false).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        for typed in ["link", "link/"] {
            assert!(matches!(write(&temporary.path().join(typed), true), Err(Refusal::Foreign(_))), "{typed}");
        }
        assert_eq!(names(&real), [package::FILE]);
    }

    #[test]
    fn a_name_stays_within_its_folder() {
        for bad in ["", ".", "..", "../x", "a/b", "a\\b", "c:x", ".hidden", "a\nb"] {
            assert!(safe_name(bad).is_err(), "{bad:?}");
        }
        for bad in ["/", "..", "a/.."] {
            assert!(matches!(StagedFolder::begin(Path::new(bad), false), Err(Refusal::Name(_))), "{bad}");
        }
        assert_eq!(safe_name("my study").unwrap(), "my study");
    }
}
