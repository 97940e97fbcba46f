//! Staged writing: a folder is made whole in a draft beside its target, so the target appears complete or not at all.
use crate::carry;
use crate::commit::{Commit, FolderCommit, Replaced, aside};
use crate::destination::Destination;
use crate::draft::{Draft, Spare, settle};
use crate::journal::{check_same_work, read_journal};
use crate::journaled_files::WorkFolder;
use crate::names::{file_id, find, is_empty_folder, sync_files, sync_folder};
use crate::own_files::OwnFiles;
use crate::refusal::Refusal;
use crate::reopen::is_of_work;
use noforn_lab::study::work::Work;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What to do with what is already there.
#[derive(Clone, Copy, Debug, Default)]
pub struct WriteOptions {
    /// Replace what this program wrote into the folder.
    pub replace: bool,
    /// Resume the same work if it was interrupted, and keep the work if it is interrupted again.
    pub resume: bool,
}

/// A folder that is being written. Dropping it removes the draft, unless the work can be resumed.
#[derive(Debug)]
pub struct StagedFolder {
    draft: Draft,
    work_folder: WorkFolder,
    options: WriteOptions,
}

/// A folder that is in its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlacedFolder {
    /// Its path.
    pub path: PathBuf,
    /// Names in it that this program did not write, as they were before.
    pub others: Vec<String>,
    /// Names that would have been those of results, and the names that they have now.
    pub renamed: BTreeMap<String, String>,
}

/// What came of the attempt to begin a work.
pub enum Begun {
    /// The folder that is to be filled.
    Staged(StagedFolder),
    /// The same work is finished, in this folder.
    Finished(PathBuf),
}

impl StagedFolder {
    /// Begins a folder. Returns now the errors that `finish` would return.
    pub fn begin(asked: &Path, replace: bool) -> Result<Self, Refusal> {
        let place = Destination::resolve(asked)?;
        settle(&place.parent, Spare::Nothing);
        Self::open(place, WriteOptions { replace, resume: false }, None)
    }

    /// Begins the folder of a work, or, if `options` says so, resumes an interrupted one or finds that it is finished.
    pub fn resume_or_begin(asked: &Path, options: WriteOptions, work: &Work) -> Result<Begun, Refusal> {
        let place = Destination::resolve(asked)?;
        settle(&place.parent, if options.resume { Spare::Of(&place) } else { Spare::Nothing });
        if options.resume && is_of_work(&place.target(), work) {
            return Ok(Begun::Finished(place.target()));
        }
        Self::open(place, options, Some(work)).map(Begun::Staged)
    }

    fn open(place: Destination, options: WriteOptions, work: Option<&Work>) -> Result<Self, Refusal> {
        check_target(&place, options.replace)?;
        let failed = |error| Refusal::Io(place.asked.clone(), error);
        let mut draft = Draft::open(&place, true)?;
        draft.keep |= options.resume && draft.has_work();
        check_target(&place, options.replace)?;
        let begun = if options.resume { read_journal(&draft.path) } else { Ok(None) };
        let begun = begun.map_err(|what| Refusal::Damaged(place.asked.clone(), what))?;
        if let (Some(begun), Some(work)) = (&begun, work) {
            check_same_work(&begun.checkpoint, work).map_err(|what| Refusal::Other(place.asked.clone(), what))?;
        }
        let work_folder = match begun {
            Some(begun) => WorkFolder::resumed(&draft.path, begun).map_err(failed)?,
            None => {
                draft.clear().map_err(failed)?;
                draft.keep = false;
                WorkFolder::new(&draft.path, work.is_some()).map_err(failed)?
            }
        };
        if options.resume {
            draft.mark_kept().map_err(failed)?;
        }
        Ok(Self { draft, work_folder, options })
    }

    /// The folder to work in.
    pub fn work_folder(&self) -> &WorkFolder {
        &self.work_folder
    }

    /// The folder to write the results to.
    pub fn path(&self) -> PathBuf {
        self.work_folder.results()
    }

    /// Makes the folder the target. What this program did not write into a folder that is replaced is in the new one before.
    pub fn finish(mut self) -> Result<PlacedFolder, Refusal> {
        let own = match check_target(&self.draft.place, self.options.replace) {
            Err(refusal) if self.draft.has_work() && self.draft.mark_kept().is_ok() => {
                return Err(Refusal::Late(Box::new(refusal)));
            }
            own => own?,
        };
        let asked = self.draft.place.asked.clone();
        let failed = |error| Refusal::Io(asked.clone(), error);
        let (commit, placed) = self.prepare(own.as_ref()).map_err(failed)?;
        let commit = Commit::Folder(commit);
        let Draft { path, place, .. } = &self.draft;
        if let Err(error) = commit.carry_out(path, place) {
            // What has begun is finished by the next process.
            let begun = commit.has_begun(path, place).unwrap_or(true);
            self.draft.keep |= begun;
            return Err(failed(error));
        }
        self.draft.keep = false;
        self.draft.keep_parents();
        Ok(placed)
    }

    /// Makes the new folder last, and links into it what stays of the old one.
    fn prepare(&self, own: Option<&OwnFiles>) -> io::Result<(FolderCommit, PlacedFolder)> {
        let (new, place) = (self.path(), &self.draft.place);
        let target = place.target();
        sync_files(&new)?;
        let mut placed = PlacedFolder { path: target.clone(), ..PlacedFolder::default() };
        let mut replaced = None;
        if let Some(own) = own {
            let found = fs::symlink_metadata(&target)?;
            link_others(own, &target, &new, &mut placed)?;
            carry::keep_owner(&new, &found)?;
            replaced = Some(Replaced {
                id: file_id(&found),
                own: own.names().filter(|name| !placed.renamed.contains_key(*name)).cloned().collect::<BTreeSet<_>>(),
                kept: placed.renamed.clone(),
                aside: free_aside(place)?,
            });
        }
        sync_folder(&new)?;
        let id = file_id(&fs::symlink_metadata(&new)?);
        Ok((FolderCommit { new: id, replaced }, placed))
    }
}

/// The first number of a name beside the target that is free.
fn free_aside(place: &Destination) -> io::Result<u32> {
    let mut number = 1;
    while find(&aside(place, number))?.is_some() {
        number += 1;
    }
    Ok(number)
}

/// Links what this program did not write, or somebody changed since, from the old folder into the new one.
fn link_others(own: &OwnFiles, old: &Path, new: &Path, placed: &mut PlacedFolder) -> io::Result<()> {
    for name in own.others()? {
        let shown = name.to_string_lossy().into_owned();
        if find(&new.join(&name))?.is_none() {
            link(&old.join(&name), &new.join(&name))?;
            placed.others.push(shown);
        } else {
            link_renamed(&name, old, new, placed)?;
        }
    }
    own.changed()?.into_iter().try_for_each(|name| link_renamed(&OsString::from(name), old, new, placed))
}

fn link_renamed(name: &OsString, old: &Path, new: &Path, placed: &mut PlacedFolder) -> io::Result<()> {
    let other = carry::other_name(new, name)?;
    link(&old.join(name), &new.join(&other))?;
    placed.renamed.insert(name.to_string_lossy().into_owned(), other.to_string_lossy().into_owned());
    Ok(())
}

/// Links what stays; the error says what cannot be linked.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    let named =
        |error: io::Error| io::Error::new(error.kind(), format!("`{}` cannot be kept: {error}", from.display()));
    carry::link(from, to).map_err(named)
}

/// Returns an error unless the target may be written: it is missing or empty, or it is ours, to be replaced, and nothing that
/// would be replaced is an input. Returns what of it is ours.
fn check_target(place: &Destination, replace: bool) -> Result<Option<OwnFiles>, Refusal> {
    let (target, asked) = (place.target(), &place.asked);
    let failed = |error| Refusal::Io(asked.clone(), error);
    let Some(found) = find(&target).map_err(failed)? else { return Ok(None) };
    if is_empty_folder(&target).map_err(failed)? {
        return place.check_not_current().map(|()| None);
    }
    if !replace {
        return Err(Refusal::Exists(asked.clone()));
    }
    // A link is not followed: its target may not be ours.
    let own = found.is_dir().then(|| OwnFiles::read(&target).ok()).flatten();
    let own = own.ok_or_else(|| Refusal::Foreign(asked.clone()))?;
    place.check_not_current()?;
    if let Some(read) = own.input() {
        return Err(Refusal::Input(asked.clone(), read));
    }
    match own.taken().map_err(failed)? {
        Some(name) => Err(Refusal::Taken(asked.join(name))),
        None => Ok(Some(own)),
    }
}

#[cfg(test)]
mod tests;
