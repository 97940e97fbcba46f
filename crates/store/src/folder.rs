//! A folder that is there whole or not at all: written elsewhere, then put in its place.
use crate::growth::Site;
use crate::home::{Home, same};
use crate::on_disk::DiskFolder;
use noforn_lab::study::FOLDER;
use noforn_lab::study::copies::UnsafeName;
use noforn_lab::study::kept;
use noforn_lab::study::work::Work;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where a folder goes that is replaced, until the new one is in its place.
const OLD: &str = "old";

/// Why a folder is not written.
#[derive(Debug)]
pub enum Refusal {
    /// Something is there, and nobody asked to replace it.
    Exists(PathBuf),
    /// What is there was not made by this program.
    Foreign(PathBuf),
    /// The name would lead elsewhere.
    Name(String),
    /// Another program makes the same folder.
    Busy(PathBuf),
    /// What was begun there was another work, in this.
    Other(PathBuf, String),
    /// The system said no.
    Io(PathBuf, io::Error),
}

/// How a folder is put in its place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Placing {
    /// What this program wrote there before is replaced.
    pub replace: bool,
    /// What a stopped program left of the same work is gone on with, and if this one is stopped, kept.
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

/// A folder in the making, in a place of its own beside its target (`.NAME.noforn`, locked); the place vanishes with it
/// unless it is to be resumed.
#[derive(Debug)]
pub struct Draft {
    // Declared first: it must vanish before the parents that were made for it.
    home: Home,
    parents: Parents,
    site: Site,
    target: PathBuf,
    /// The target as typed, for messages.
    asked: PathBuf,
    placing: Placing,
}

/// Parent folders that were made; those still empty vanish with the draft.
#[derive(Debug, Default)]
struct Parents(Vec<PathBuf>);

impl Drop for Parents {
    fn drop(&mut self) {
        for parent in self.0.iter().rev() {
            // Refused by the system where the folder is no longer empty, as it should be.
            let _ = fs::remove_dir(parent);
        }
    }
}

impl Draft {
    /// Begins a folder, refusing at once what `finish` would refuse.
    pub fn begin(asked: &Path, replace: bool) -> Result<Self, Refusal> {
        Self::open(asked, Placing { replace, resume: false }, None)
    }

    /// Begins the folder of a work, or goes on with it where a stopped program left it and `placing` says so.
    pub fn of(asked: &Path, placing: Placing, work: &Work) -> Result<Self, Refusal> {
        Self::open(asked, placing, Some(work))
    }

    fn open(asked: &Path, placing: Placing, work: Option<&Work>) -> Result<Self, Refusal> {
        let failed = |error| Refusal::Io(asked.to_owned(), error);
        // Without a slash at its end, which would follow a link.
        let target: PathBuf = std::path::absolute(asked).map_err(failed)?.components().collect();
        let (parent, name) =
            target.parent().zip(target.file_name()).ok_or_else(|| Refusal::Name(asked.display().to_string()))?;
        free(&target, asked, placing.replace)?;
        let parents = make_parents(parent).map_err(failed)?;
        let home = parent.join(format!(".{}.noforn", name.display()));
        let mut home = Home::open(home).map_err(failed)?.ok_or_else(|| Refusal::Busy(asked.to_owned()))?;
        home.keep = placing.resume;
        let begun = if placing.resume { home.mark().map_err(failed)? } else { None };
        if let (Some(begun), Some(work)) = (&begun, work) {
            same(begun, work).map_err(|what| Refusal::Other(asked.to_owned(), what))?;
        }
        let site = home.site(begun, work.is_some()).map_err(failed)?;
        Ok(Self { home, parents, site, target, asked: asked.to_owned(), placing })
    }

    /// Where to work meanwhile.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Where to write meanwhile.
    pub fn path(&self) -> PathBuf {
        self.site.folder()
    }

    /// Puts the folder in its place.
    pub fn finish(mut self) -> Result<PathBuf, Refusal> {
        free(&self.target, &self.asked, self.placing.replace)?;
        let failed = |error| Refusal::Io(self.asked.clone(), error);
        // The old folder goes aside first, to vanish with the place of the new one.
        let old = self.target.is_dir().then(|| self.home.path.join(OLD));
        if let Some(old) = &old {
            fs::rename(&self.target, old).map_err(failed)?;
        }
        if let Err(error) = fs::rename(self.home.path.join(FOLDER), &self.target) {
            if let Some(old) = &old {
                fs::rename(old, &self.target).map_err(failed)?;
            }
            return Err(failed(error));
        }
        self.home.keep = false;
        self.parents.0.clear();
        Ok(self.target.clone())
    }
}

/// Whether the target may be written.
fn free(target: &Path, asked: &Path, replace: bool) -> Result<(), Refusal> {
    let found = match fs::symlink_metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Refusal::Io(asked.to_owned(), error)),
        Ok(found) => found,
    };
    let empty = found.is_dir() && fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_none());
    match (empty, replace) {
        (true, _) => Ok(()),
        (false, false) => Err(Refusal::Exists(asked.to_owned())),
        // A link is not followed: what it points at is somebody else's.
        (false, true) if found.is_dir() && kept::request(&DiskFolder::new(target)).is_ok() => Ok(()),
        (false, true) => Err(Refusal::Foreign(asked.to_owned())),
    }
}

fn make_parents(parent: &Path) -> io::Result<Parents> {
    let missing: Vec<PathBuf> = parent.ancestors().take_while(|path| !path.exists()).map(Path::to_owned).collect();
    let mut made = Parents::default();
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

    /// What a folder that this program made holds at least.
    const OURS: &str =
        r#"{ "noforn": { "engine_version": "0", "scenario": "x", "reps": 1, "tables": "runs", "variants": [] } }"#;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn write(target: &Path, replace: bool) -> Result<PathBuf, Refusal> {
        let draft = Draft::begin(target, replace)?;
        fs::write(draft.path().join(package::FILE), OURS).unwrap();
        draft.finish()
    }

    #[test]
    fn a_folder_appears_whole_and_leaves_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("a/b/result");
        write(&target, false).unwrap();
        assert_eq!(names(&target), [package::FILE]);
        assert_eq!(names(&home.path().join("a/b")), ["result"]);
    }

    #[test]
    fn a_draft_that_is_not_finished_vanishes_with_the_parents_made_for_it() {
        let home = tempfile::tempdir().unwrap();
        let draft = Draft::begin(&home.path().join("a/b/result"), false).unwrap();
        assert_eq!(names(&home.path().join("a/b")), [".result.noforn"]);
        fs::write(draft.path().join("half"), "x").unwrap();
        drop(draft);
        assert_eq!(names(home.path()), [""; 0]);
    }

    #[test]
    fn what_is_there_is_replaced_only_when_asked_and_only_if_it_is_ours() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("result");
        fs::create_dir(&target).unwrap();
        write(&target, false).expect("an empty folder is free");
        fs::write(target.join("old.csv"), "x").unwrap();
        assert!(matches!(write(&target, false), Err(Refusal::Exists(path)) if path == target));
        write(&target, true).unwrap();
        assert_eq!(names(&target), [package::FILE], "the old files are gone");
        assert_eq!(names(home.path()), ["result"]);
        fs::write(target.join(package::FILE), r#"{ "name": "somebody else's" }"#).unwrap();
        assert!(matches!(write(&target, true), Err(Refusal::Foreign(_))));
        fs::remove_file(target.join(package::FILE)).unwrap();
        fs::write(target.join("thesis.doc"), "x").unwrap();
        assert!(matches!(write(&target, true), Err(Refusal::Foreign(_))));
        assert_eq!(names(&target), ["thesis.doc"]);
    }

    #[test]
    fn a_folder_is_made_by_one_program_at_a_time() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("result");
        let draft = Draft::begin(&target, false).unwrap();
        assert!(matches!(Draft::begin(&target, false), Err(Refusal::Busy(_))));
        drop(draft);
        write(&target, false).unwrap();
    }

    #[test]
    fn what_a_killed_program_left_is_in_nobodys_way() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join(".result.noforn/folder")).unwrap();
        fs::write(home.path().join(".result.noforn/folder/half"), "x").unwrap();
        let target = home.path().join("result");
        write(&target, false).unwrap();
        assert_eq!((names(&target), names(home.path())), (vec![package::FILE.to_owned()], vec!["result".to_owned()]));
    }

    #[test]
    fn a_file_is_never_replaced() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("result");
        fs::write(&target, "x").unwrap();
        assert!(matches!(write(&target, false), Err(Refusal::Exists(_))));
        assert!(matches!(write(&target, true), Err(Refusal::Foreign(_))));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let home = tempfile::tempdir().unwrap();
        let (real, link) = (home.path().join("real"), home.path().join("link"));
        write(&real, false).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        for typed in ["link", "link/"] {
            assert!(matches!(write(&home.path().join(typed), true), Err(Refusal::Foreign(_))), "{typed}");
        }
        assert_eq!(names(&real), [package::FILE]);
    }

    #[test]
    fn a_name_stays_within_its_folder() {
        for bad in ["", ".", "..", "../x", "a/b", "a\\b", "c:x", ".hidden", "a\nb"] {
            assert!(safe_name(bad).is_err(), "{bad:?}");
        }
        for bad in ["/", "..", "a/.."] {
            assert!(matches!(Draft::begin(Path::new(bad), false), Err(Refusal::Name(_))), "{bad}");
        }
        assert_eq!(safe_name("my study").unwrap(), "my study");
    }
}
