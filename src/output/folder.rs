//! A folder that is there whole or not at all.
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Why a folder is not written.
#[derive(Debug)]
pub enum Refusal {
    /// Something is there, and nobody asked to replace it.
    Exists(PathBuf),
    /// What is there was not made by this program.
    Foreign(PathBuf),
    /// The name would lead elsewhere.
    Name(String),
    /// The system said no.
    Io(PathBuf, io::Error),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Exists(path) => {
                write!(f, "`{}` exists; `--force` replaces it, `-o DIR` writes elsewhere", path.display())
            }
            Refusal::Foreign(path) => {
                write!(
                    f,
                    "`{}` is not replaced: noforn did not make it (its `datapackage.json` is missing or not noforn's)",
                    path.display()
                )
            }
            Refusal::Name(name) => write!(f, "`{name}` cannot name a folder; choose one with `-o DIR`"),
            Refusal::Io(path, error) => write!(f, "cannot write `{}`: {error}", path.display()),
        }
    }
}

/// A name that stays within the folder it is put in.
pub fn safe_name(name: &str) -> Result<&str, Refusal> {
    let plain = |c: char| !c.is_control() && !matches!(c, '/' | '\\' | ':');
    let inside = !name.is_empty() && !name.starts_with('.') && name.len() <= 200 && name.chars().all(plain);
    if inside { Ok(name) } else { Err(Refusal::Name(name.escape_default().to_string())) }
}

/// A folder in the making, beside its target under a name with a dot; it vanishes unless it is finished.
#[derive(Debug)]
pub struct Draft {
    // Declared first: it must vanish before the parents that were made for it.
    dir: TempDir,
    parents: Parents,
    target: PathBuf,
    replace: bool,
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
    pub fn begin(target: &Path, replace: bool) -> Result<Self, Refusal> {
        let failed = |error| Refusal::Io(target.to_owned(), error);
        // Without a slash at its end, which would follow a link.
        let target: PathBuf = std::path::absolute(target).map_err(failed)?.components().collect();
        let parent = target.parent().filter(|_| target.file_name().is_some());
        let parent = parent.ok_or_else(|| Refusal::Name(target.display().to_string()))?;
        free(&target, replace)?;
        let parents = make_parents(parent).map_err(failed)?;
        let dir = sibling(parent, ".noforn-").map_err(failed)?;
        Ok(Self { dir, parents, target, replace })
    }

    /// Where to write meanwhile.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Puts the folder in its place.
    pub fn finish(mut self) -> Result<PathBuf, Refusal> {
        free(&self.target, self.replace)?;
        let failed = |error| Refusal::Io(self.target.clone(), error);
        let parent = self.target.parent().expect("`begin` found one");
        // The old folder goes aside first, into a folder that vanishes at the end of this function.
        let aside = if self.target.is_dir() { Some(sibling(parent, ".noforn-old-").map_err(failed)?) } else { None };
        let old = aside.as_ref().map(|aside| aside.path().join("old"));
        if let Some(old) = &old {
            fs::rename(&self.target, old).map_err(failed)?;
        }
        if let Err(error) = fs::rename(self.dir.path(), &self.target) {
            if let Some(old) = &old {
                fs::rename(old, &self.target).map_err(failed)?;
            }
            return Err(failed(error));
        }
        self.dir.disable_cleanup(true);
        self.parents.0.clear();
        Ok(self.target.clone())
    }
}

/// Whether the target may be written.
fn free(target: &Path, replace: bool) -> Result<(), Refusal> {
    let found = match fs::symlink_metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Refusal::Io(target.to_owned(), error)),
        Ok(found) => found,
    };
    let empty = found.is_dir() && fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_none());
    match (empty, replace) {
        (true, _) => Ok(()),
        (false, false) => Err(Refusal::Exists(target.to_owned())),
        // A link is not followed: what it points at is somebody else's.
        (false, true) if found.is_dir() && super::package::is_ours(target) => Ok(()),
        (false, true) => Err(Refusal::Foreign(target.to_owned())),
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

fn sibling(parent: &Path, prefix: &str) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    // As any new folder (the user's umask applies), not closed to others as temporary ones are.
    #[cfg(unix)]
    builder.permissions(<fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o777));
    builder.tempdir_in(parent)
}
