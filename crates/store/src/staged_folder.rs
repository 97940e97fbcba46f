//! Staged writing: a folder is made whole in a draft beside its target, so the target appears complete or not at all.
use crate::carry;
use crate::commit::{Commit, FolderCommit, Replaced};
use crate::draft::{Draft, settle};
use crate::journal::{check_same_work, read_journal};
use crate::journaled_files::WorkFolder;
use crate::names::{file_id, find, free_name, is_empty_folder, sync_files, sync_folder};
use crate::own_files::OwnFiles;
use crate::place::Place;
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
        let place = Place::resolve(asked)?;
        settle(&place.parent, None);
        Self::open(place, WriteOptions { replace, resume: false }, None)
    }

    /// Begins the folder of a work, or, if `options` says so, resumes an interrupted one or finds that it is finished.
    pub fn resume_or_begin(asked: &Path, options: WriteOptions, work: &Work) -> Result<Begun, Refusal> {
        let place = Place::resolve(asked)?;
        settle(&place.parent, options.resume.then_some(&place));
        if options.resume && is_of_work(&place.target(), work) {
            return Ok(Begun::Finished(place.target()));
        }
        Self::open(place, options, Some(work)).map(Begun::Staged)
    }

    fn open(place: Place, options: WriteOptions, work: Option<&Work>) -> Result<Self, Refusal> {
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
        let own = check_target(&self.draft.place, self.options.replace)?;
        let asked = self.draft.place.asked.clone();
        let failed = |error| Refusal::Io(asked.clone(), error);
        let (commit, placed) = self.prepare(own.as_ref()).map_err(failed)?;
        // From here on the next process finishes what this one does not.
        self.draft.keep = true;
        Commit::Folder(commit).carry_out(&self.draft.path, &self.draft.place).map_err(failed)?;
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
            let mut aside = place.name.clone();
            aside.push("-replaced");
            let found = fs::symlink_metadata(&target)?;
            link_others(own, &target, &new, &mut placed)?;
            fs::set_permissions(&new, found.permissions())?;
            replaced = Some(Replaced {
                id: file_id(&found),
                own: own.names().filter(|name| !placed.renamed.contains_key(*name)).cloned().collect::<BTreeSet<_>>(),
                kept: placed.renamed.clone(),
                aside: free_name(&place.parent, &aside)?.to_string_lossy().into_owned(),
            });
        }
        sync_folder(&new)?;
        let id = file_id(&fs::symlink_metadata(&new)?);
        Ok((FolderCommit { new: id, replaced }, placed))
    }
}

/// Links what this program did not write, or somebody changed since, from the old folder into the new one.
fn link_others(own: &OwnFiles, old: &Path, new: &Path, placed: &mut PlacedFolder) -> io::Result<()> {
    for name in own.others()? {
        let shown = name.to_string_lossy().into_owned();
        if find(&new.join(&name))?.is_none() {
            carry::link(&old.join(&name), &new.join(&name))?;
            placed.others.push(shown);
        } else {
            link_renamed(&name, old, new, placed)?;
        }
    }
    own.changed()?.into_iter().try_for_each(|name| link_renamed(&OsString::from(name), old, new, placed))
}

fn link_renamed(name: &OsString, old: &Path, new: &Path, placed: &mut PlacedFolder) -> io::Result<()> {
    let other = carry::other_name(new, name)?;
    carry::link(&old.join(name), &new.join(&other))?;
    placed.renamed.insert(name.to_string_lossy().into_owned(), other.to_string_lossy().into_owned());
    Ok(())
}

/// Returns an error unless the target may be written: it is missing or empty, or it is ours, to be replaced, and nothing that
/// would be replaced is an input. Returns what of it is ours.
fn check_target(place: &Place, replace: bool) -> Result<Option<OwnFiles>, Refusal> {
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
mod tests {
    use super::*;
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

    fn write(target: &Path, replace: bool) -> Result<PlacedFolder, Refusal> {
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
        fs::create_dir_all(target.join("a/b")).unwrap();
        for name in ["notes.txt", "a/b/picture.svg"] {
            fs::write(target.join(name), name).unwrap();
        }
        assert!(matches!(write(&target, false), Err(Refusal::Exists(path)) if path == target));
        assert_eq!(write(&target, true).unwrap().others, ["a", "notes.txt"]);
        assert_eq!(names(&target), ["a", package::FILE, "notes.txt"]);
        assert_eq!(fs::read_to_string(target.join("a/b/picture.svg")).unwrap(), "a/b/picture.svg");
        assert_eq!(names(temporary.path()), ["result"]);
        fs::write(target.join(package::FILE), r#"{ "name": "somebody else's" }"#).unwrap();
        assert!(matches!(write(&target, true), Err(Refusal::Foreign(_))));
        fs::remove_file(target.join(package::FILE)).unwrap();
        assert!(matches!(write(&target, true), Err(Refusal::Foreign(_))));
        assert_eq!(names(&target), ["a", "notes.txt"]);
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
    fn what_noforn_listed_goes_and_what_was_changed_is_kept_under_another_name() {
        let temporary = tempfile::tempdir().unwrap();
        let target = temporary.path().join("result");
        let listed =
            |text: &str| format!(r#""resources": [{{ "path": "a.csv", "hash": "sha256:{}" }}]"#, package::sha256(text));
        let make = |text: &str, replace| {
            let staged = StagedFolder::begin(&target, replace).unwrap();
            fs::write(staged.path().join(package::FILE), OURS.replacen('{', &format!("{{ {}, ", listed(text)), 1))
                .unwrap();
            fs::write(staged.path().join("a.csv"), text).unwrap();
            staged.finish().unwrap()
        };
        make("one", false);
        assert!(make("two", true).renamed.is_empty());
        fs::write(target.join("a.csv"), "mine").unwrap();
        let placed = make("three", true);
        assert_eq!(placed.renamed, BTreeMap::from([("a.csv".to_owned(), "kept-a.csv".to_owned())]));
        assert_eq!(names(&target), ["a.csv", package::FILE, "kept-a.csv"]);
        assert_eq!(fs::read_to_string(target.join("kept-a.csv")).unwrap(), "mine");
    }

    #[test]
    fn what_was_not_carried_over_goes_to_the_new_folder_when_the_old_one_is_removed() {
        let temporary = tempfile::tempdir().unwrap();
        let (old, new) = (temporary.path().join("old"), temporary.path().join("new"));
        for folder in [&old, &new] {
            fs::create_dir_all(folder.join("sub")).unwrap();
        }
        for (path, text) in [
            ("old/own.csv", "own"),
            ("old/late", "late"),
            ("old/sub/late", "late"),
            ("old/sub/both", "a"),
            ("new/sub/both", "b"),
        ] {
            fs::write(temporary.path().join(path), text).unwrap();
        }
        let own = BTreeSet::from(["own.csv".to_owned()]);
        let replaced = Replaced { id: None, own, kept: BTreeMap::new(), aside: String::new() };
        carry::clear_replaced(&old, &new, &replaced).unwrap();
        assert_eq!(
            (names(&new), names(&new.join("sub"))),
            (vec!["late".to_owned(), "sub".to_owned()], ["both", "kept-both", "late"].map(str::to_owned).to_vec())
        );
        assert!(!old.exists());
    }
}
