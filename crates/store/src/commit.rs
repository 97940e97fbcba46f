//! What turns a draft into its target: steps that are written down before the first, so that the next process can finish them.
use crate::carry::clear_replaced;
use crate::destination::Destination;
use crate::names::{self, FileId, exchange, file_id, find, rename_new, sync_folder};
use noforn_lab::study::FOLDER;
use noforn_lab::study::copies::safe_name;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The file of a draft that holds its commit.
pub const COMMIT: &str = "commit.json";

/// What is to be done with a whole draft.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Commit {
    /// Every file goes beside the draft, and replaces none.
    Files,
    /// The folder becomes the target.
    Folder(FolderCommit),
}

/// How a whole folder becomes the target.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FolderCommit {
    /// The new folder.
    pub new: Option<FileId>,
    /// The folder that it replaces.
    pub replaced: Option<Replaced>,
}

/// A folder that is replaced.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Replaced {
    /// The folder.
    pub id: Option<FileId>,
    /// Its files that go.
    pub own: BTreeSet<String>,
    /// What stays under another name, because its own is the name of a result.
    pub kept: BTreeMap<String, String>,
    /// The number of the name that it has for a moment where two names cannot be exchanged in one step; see [`aside`].
    pub aside: u32,
}

/// A name beside a target for what it replaces. It is not hidden.
pub fn aside(place: &Destination, number: u32) -> PathBuf {
    let mut name = place.name.clone();
    name.push("-replaced");
    if number > 1 {
        name.push(format!("-{number}"));
    }
    place.parent.join(name)
}

impl Commit {
    /// The commit of a draft, if there is one.
    pub fn read(draft: &Path) -> io::Result<Option<Self>> {
        match fs::read(draft.join(COMMIT)) {
            Ok(text) => Self::parse(&text).map(Some).map_err(|error| {
                let shown = draft.display();
                io::Error::other(format!(
                    "`{shown}/{COMMIT}` is damaged ({error}): remove `{shown}` if nothing in it is yours"
                ))
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn parse(text: &[u8]) -> io::Result<Self> {
        let commit: Self = serde_json::from_slice(text)?;
        if let Commit::Folder(FolderCommit { replaced: Some(replaced), .. }) = &commit {
            replaced.kept.values().try_for_each(|name| safe_name(name).map(drop)).map_err(io::Error::other)?;
        }
        Ok(commit)
    }

    /// Writes the commit down and carries it out.
    pub fn carry_out(&self, draft: &Path, place: &Destination) -> io::Result<()> {
        let text = serde_json::to_string(self).expect("a commit can be written as JSON");
        names::write_synced(draft, COMMIT, text.as_bytes())?;
        self.finish(draft, place)
    }

    /// Finishes a commit that was interrupted. Returns false if nothing had happened: then the target is as it was.
    pub fn recover(&self, draft: &Path, place: &Destination) -> io::Result<bool> {
        if !self.has_begun(draft, place)? && !self.is_free(place)? {
            return Ok(false);
        }
        match (self, self.finish(draft, place)) {
            // Somebody made a file of that name meanwhile: it stays.
            (Commit::Files, Err(error)) if error.kind() == ErrorKind::AlreadyExists => Ok(true),
            (_, finished) => finished.map(|()| true),
        }
    }

    /// True if the target may no longer be as it was, so that the commit has to be finished.
    pub fn has_begun(&self, draft: &Path, place: &Destination) -> io::Result<bool> {
        let Commit::Folder(folder) = self else { return Ok(true) };
        let moved = |replaced: &Replaced| replaced.is_at(&aside(place, replaced.aside));
        Ok(folder.is_placed(draft)? || folder.replaced.as_ref().map_or(Ok(false), moved)?)
    }

    /// True if a new folder was to be made, and nothing is in its place yet.
    fn is_free(&self, place: &Destination) -> io::Result<bool> {
        let is_new = matches!(self, Commit::Folder(FolderCommit { replaced: None, .. }));
        Ok(is_new && find(&place.target())?.is_none())
    }

    fn finish(&self, draft: &Path, place: &Destination) -> io::Result<()> {
        match self {
            Commit::Files => place_files(draft, place),
            Commit::Folder(folder) => folder.place(draft, place),
        }
    }
}

/// Moves every file of a draft beside it, or none; the one after which the draft is named goes last, as it may refer to the others.
fn place_files(draft: &Path, place: &Destination) -> io::Result<()> {
    let results = draft.join(FOLDER);
    let mut names = fs::read_dir(&results)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
    names.sort_by_key(|name| (*name == place.name, name.clone()));
    for (at, name) in names.iter().enumerate() {
        if let Err(error) = rename_new(&results.join(name), &place.parent.join(name)) {
            names[..at].iter().try_for_each(|name| fs::rename(place.parent.join(name), results.join(name)))?;
            return Err(error);
        }
    }
    sync_folder(&place.parent)
}

impl FolderCommit {
    /// True if the new folder is in its place.
    fn is_placed(&self, draft: &Path) -> io::Result<bool> {
        let there = find(&draft.join(FOLDER))?;
        Ok(there.is_none_or(|there| file_id(&there) != self.new))
    }

    fn place(&self, draft: &Path, place: &Destination) -> io::Result<()> {
        let (new, target) = (draft.join(FOLDER), place.target());
        if !self.is_placed(draft)? {
            match &self.replaced {
                Some(replaced) if find(&target)?.is_some() => replaced.give_way(&new, place)?,
                _ => place_new(&new, &target)?,
            }
            sync_folder(&place.parent)?;
        }
        let Some(replaced) = &self.replaced else { return Ok(()) };
        for old in [new, aside(place, replaced.aside)] {
            if replaced.is_at(&old)? {
                clear_replaced(&old, &target, replaced)?;
            }
        }
        sync_folder(&place.parent)
    }
}

impl Replaced {
    /// True if the folder has this name now.
    fn is_at(&self, path: &Path) -> io::Result<bool> {
        Ok(find(path)?.is_some_and(|found| found.is_dir() && file_id(&found) == self.id))
    }

    /// Exchanges the folder, which is the target, with the new one: in one step, else in two.
    fn give_way(&self, new: &Path, place: &Destination) -> io::Result<()> {
        let target = &place.target();
        if exchange(new, target)? {
            if self.is_at(new)? {
                return Ok(());
            }
            exchange(new, target)?;
            return Err(io::Error::other("it was replaced meanwhile by somebody else"));
        }
        let aside = aside(place, self.aside);
        rename_new(target, &aside)?;
        fs::rename(new, target).or_else(|error| {
            fs::rename(&aside, target)?;
            Err(error)
        })
    }
}

/// Moves a folder to a name that is free or of an empty folder. The system refuses to replace anything else.
fn place_new(new: &Path, target: &Path) -> io::Result<()> {
    if cfg!(windows) {
        let _ = fs::remove_dir(target);
    }
    fs::rename(new, target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_names_nothing_outside_the_folder() {
        let text = |name: &str| {
            let kept = BTreeMap::from([("a.csv".to_owned(), name.to_owned())]);
            let replaced = Some(Replaced { id: None, own: BTreeSet::new(), kept, aside: 1 });
            serde_json::to_vec(&Commit::Folder(FolderCommit { new: None, replaced })).unwrap()
        };
        assert!(Commit::parse(&text("kept-a.csv")).is_ok());
        for name in ["../a.csv", "/a.csv", "b/a.csv", ""] {
            assert!(Commit::parse(&text(name)).is_err(), "{name}");
        }
    }
}
