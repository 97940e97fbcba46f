//! Where something is written: what the user typed, as the folder and the name that it means.
use crate::names::split;
use crate::refusal::Refusal;
use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

/// A target, which may exist.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The target as the user typed it, for messages.
    pub asked: PathBuf,
    /// The folder of the target, its links resolved as far as it exists.
    pub parent: PathBuf,
    /// The name of the target.
    pub name: OsString,
}

/// The end of a draft's name; it starts with a full stop.
const DRAFT: &str = ".noforn";

impl Destination {
    /// The place that a path means: `..` leads where the system's would. A link at its end is not followed.
    pub fn resolve(asked: &Path) -> Result<Self, Refusal> {
        let wrong = || Refusal::Name(asked.display().to_string());
        let failed = |error: io::Error| match error.kind() {
            ErrorKind::InvalidInput => wrong(),
            _ => Refusal::Io(asked.to_owned(), error),
        };
        let mut path = PathBuf::new();
        for part in std::path::absolute(asked).map_err(failed)?.components() {
            if part == Component::ParentDir {
                path = real(&path).map_err(failed)?;
                path.pop();
            } else {
                path.push(part);
            }
        }
        let (parent, name) = split(&path).ok_or_else(wrong)?;
        let parent = real(&parent).map_err(failed)?;
        let place = Self { asked: asked.to_owned(), parent, name };
        if Self::of_draft(&place.target()).is_some() { Err(wrong()) } else { Ok(place) }
    }

    /// The place whose draft is at a path; `None` if no draft has such a name.
    pub fn of_draft(path: &Path) -> Option<Self> {
        let (parent, name) = split(path)?;
        // Names that are not text are never drafts of targets that were typed as text; they are left alone.
        let name = name.to_str()?.strip_prefix('.')?.strip_suffix(DRAFT)?;
        let name = OsString::from(Some(name).filter(|name| !name.is_empty())?);
        Some(Self { asked: parent.join(&name), parent, name })
    }

    /// The path of the target.
    pub fn target(&self) -> PathBuf {
        self.parent.join(&self.name)
    }

    /// The path of the draft, beside the target.
    pub fn draft(&self) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(&self.name);
        name.push(DRAFT);
        self.parent.join(name)
    }

    /// Returns an error if the target is the current folder or holds it: who stands there would stand in a folder that is gone.
    pub fn check_not_current(&self) -> Result<(), Refusal> {
        let here = std::env::current_dir().and_then(|here| here.canonicalize());
        match here {
            Ok(here) if here.starts_with(self.target()) => Err(Refusal::Current(self.asked.clone())),
            _ => Ok(()),
        }
    }
}

/// A path with its links resolved as far as it exists.
fn real(path: &Path) -> io::Result<PathBuf> {
    match (path.canonicalize(), split(path)) {
        (Err(error), Some((parent, name))) if error.kind() == ErrorKind::NotFound => Ok(real(&parent)?.join(name)),
        (found, _) => found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_means_one_place_however_it_is_typed() {
        let temporary = tempfile::tempdir().unwrap();
        let home = temporary.path().canonicalize().unwrap();
        std::fs::create_dir_all(home.join("a/b")).unwrap();
        for typed in ["x", "a/../x", "x/../x", "./x/", "a/b/../../x/.", "new/one/../../x"] {
            let place = Destination::resolve(&home.join(typed)).unwrap();
            assert_eq!(place.target(), home.join("x"), "{typed}");
            assert_eq!(place.draft(), home.join(".x.noforn"), "{typed}");
        }
        for typed in ["/", "", "/..", "a/.x.noforn"] {
            assert!(matches!(Destination::resolve(Path::new(typed)), Err(Refusal::Name(_))), "{typed:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn two_dots_after_a_link_lead_where_the_system_goes() {
        let temporary = tempfile::tempdir().unwrap();
        let home = temporary.path().canonicalize().unwrap();
        std::fs::create_dir_all(home.join("far/away")).unwrap();
        std::os::unix::fs::symlink(home.join("far/away"), home.join("link")).unwrap();
        let target = |typed: &str| Destination::resolve(&home.join(typed)).unwrap().target();
        assert_eq!(target("link/../x"), home.join("far/x"));
        assert_eq!(target("link/x"), home.join("far/away/x"));
        assert_eq!(target("link"), home.join("link"), "a link at the end is not followed");
    }
}
