//! Single files: each is made whole in a draft beside its target and renamed, so that it is whole or as it was.
use crate::commit::Commit;
use crate::destination::Destination;
use crate::draft::{Draft, Spare, settle};
use crate::inputs;
use crate::names::{find, sync_files, sync_folder};
use crate::refusal::Refusal;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file that is being written, and files that go beside it. Dropping it removes the draft.
#[derive(Debug)]
pub struct StagedFiles {
    draft: Draft,
    replace: bool,
}

impl StagedFiles {
    /// Begins a file. Returns now the errors that `finish` would return.
    pub fn begin(asked: &Path, replace: bool) -> Result<Self, Refusal> {
        let place = check_file(asked, replace)?;
        settle(&place.parent, Spare::Nothing);
        let draft = Draft::open(&place, false)?;
        if draft.keep {
            return Err(Refusal::Other(asked.to_owned(), "`--resume` goes on with it".to_owned()));
        }
        let failed = |error| Refusal::Io(asked.to_owned(), error);
        draft.clear().and_then(|()| fs::create_dir(draft.results())).map_err(failed)?;
        Ok(Self { draft, replace })
    }

    /// The path to write the file to.
    pub fn path(&self) -> PathBuf {
        self.path_of(&self.draft.place.name)
    }

    /// The path to write a file to that goes beside the file.
    pub fn path_of(&self, name: &OsStr) -> PathBuf {
        self.draft.results().join(name)
    }

    /// The folder of the files, also for unnamed files that are only needed while they are made.
    pub fn folder(&self) -> PathBuf {
        self.draft.results()
    }

    /// Moves the files to their places.
    pub fn finish(self) -> Result<(), Refusal> {
        let place = &self.draft.place;
        check_file(&place.asked, self.replace)?;
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::AlreadyExists => Refusal::Exists(place.asked.clone()),
            _ => Refusal::Io(place.asked.clone(), error),
        };
        self.place(&place.target()).map_err(failed)
    }

    fn place(&self, target: &Path) -> io::Result<()> {
        sync_files(&self.draft.results())?;
        let Some(found) = find(target)? else {
            return Commit::Files.carry_out(&self.draft.path, &self.draft.place);
        };
        // One file is replaced in one step, after which there is nothing to finish.
        fs::set_permissions(self.path(), found.permissions())?;
        fs::rename(self.path(), target)?;
        sync_folder(&self.draft.place.parent)
    }
}

/// Writes a file, whole or not at all.
pub fn write_file(asked: &Path, bytes: &[u8], replace: bool) -> Result<(), Refusal> {
    let staged = StagedFiles::begin(asked, replace)?;
    fs::write(staged.path(), bytes).map_err(|error| Refusal::Io(asked.to_owned(), error))?;
    staged.finish()
}

/// Returns an error unless a file may be written: it is missing, or a regular file that is to be replaced and no input.
pub fn check_file(asked: &Path, replace: bool) -> Result<Destination, Refusal> {
    let place = Destination::resolve(asked)?;
    let target = place.target();
    match find(&target).map_err(|error| Refusal::Io(asked.to_owned(), error))? {
        None => {}
        Some(_) if inputs::was_read(&target) => return Err(Refusal::Input(asked.to_owned(), asked.to_owned())),
        Some(_) if !replace => return Err(Refusal::Exists(asked.to_owned())),
        Some(found) if !found.is_file() => return Err(Refusal::NotFile(asked.to_owned())),
        Some(_) => {}
    }
    Ok(place)
}
