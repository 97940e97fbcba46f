//! Merges the shards of a study into the folder that one process would have written.
use crate::disk_folder::{DiskFolder, file_in, open_regular};
use crate::inputs;
use crate::journaled_files::JournaledFiles;
use crate::refusal::Refusal;
use crate::reopen::{AnyStudy, reopen};
use crate::shard_file::{SHARD_FILE, read_checkpoint};
use crate::staged_folder::{PlacedFolder, StagedFolder};
use crate::verify::VerifyError;
use crate::write::{WriteError, begin, conclude};
use noforn_lab::study::shard::Shard;
use noforn_lab::study::work::{Checkpoint, Work};
use noforn_lab::study::{Append, Study, in_folder};
use noforn_lab::tables::package::digest;
use noforn_lab::workers::OneByOne;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

/// The folder of a complete shard.
#[derive(Clone, Debug)]
pub struct ShardFolder {
    /// Its path.
    pub path: PathBuf,
    /// Its contents.
    pub checkpoint: Checkpoint,
}

/// Reads the shards in these folders and sorts them. Returns an error, in words, unless they are shards of one work, each
/// complete, none missing and none twice.
pub fn read_shards(folders: &[PathBuf]) -> Result<Vec<ShardFolder>, String> {
    let mut shards: Vec<ShardFolder> = folders.iter().map(|folder| read_shard(folder)).collect::<Result<_, _>>()?;
    let Some(first) = shards.first() else { return Err("no folder is named".to_owned()) };
    for other in &shards[1..] {
        if let Some((what, a, b)) = first.checkpoint.work.difference(&other.checkpoint.work) {
            return Err(format!(
                "{} and {} are parts of two works: their {what} is `{a}` and `{b}`",
                shown(first),
                shown(other)
            ));
        }
    }
    let of = shard(first).of;
    if let Some(other) = shards.iter().find(|folder| shard(folder).of != of) {
        let (a, b) = (shown(first), shown(other));
        return Err(format!("{a} is one of {of} parts and {b} one of {}", shard(other).of));
    }
    shards.sort_by_key(|folder| shard(folder).part);
    if let Some([a, b]) = shards.array_windows().find(|[a, b]| shard(a) == shard(b)) {
        return Err(format!("part {} is there twice: {} and {}", shard(a), shown(a), shown(b)));
    }
    let exists = |part: u32| shards.binary_search_by_key(&part, |folder| shard(folder).part).is_ok();
    let missing: Vec<u32> = (1..=of).filter(|part| !exists(*part)).collect();
    match missing.as_slice() {
        [] => Ok(shards),
        [one] => Err(format!("part {one}/{of} is missing")),
        [first, ..] => Err(format!("{} of {of} parts are missing, the first of them {first}/{of}", missing.len())),
    }
}

fn shown(folder: &ShardFolder) -> String {
    format!("`{}`", folder.path.display())
}

/// The number of a shard that was read.
fn shard(folder: &ShardFolder) -> Shard {
    folder.checkpoint.work.request.shard.expect("a folder is read as a part only if it says which")
}

fn read_shard(folder: &Path) -> Result<ShardFolder, String> {
    let path = folder.join(SHARD_FILE);
    let wrong = |what: String| format!("`{}` {what}", path.display());
    let checkpoint = read_checkpoint(folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("`{}` holds no part: it has no `{SHARD_FILE}`", folder.display()),
        _ => wrong(format!("is not one that this noforn reads: {error}")),
    })?;
    inputs::note(&path);
    let request = &checkpoint.work.request;
    let shard = request.shard.ok_or_else(|| wrong("does not say which part it is".to_owned()))?;
    shard.to_string().parse::<Shard>().map_err(&wrong)?;
    if request.engine_version != env!("CARGO_PKG_VERSION") {
        let (made, this) = (&request.engine_version, env!("CARGO_PKG_VERSION"));
        return Err(format!("`{}` was made by noforn {made}, this is {this}", folder.display()));
    }
    for (name, extent) in &checkpoint.files {
        let found = digest(&DiskFolder::new(folder), name);
        let same = matches!(found, Ok((bytes, sha256))
            if bytes == extent.bytes && Some(&sha256) == extent.sha256.as_ref());
        if !same {
            return Err(format!("`{}` is missing or was changed", folder.join(name).display()));
        }
    }
    Ok(ShardFolder { path: folder.to_owned(), checkpoint })
}

/// The work of which these are the shards.
pub fn whole_work(shards: &[ShardFolder]) -> Work {
    let mut work = shards[0].checkpoint.work.clone();
    work.request.shard = None;
    work
}

/// Reopens the study of these shards from the copies in the first one. Returns an error if a shard lacks items.
pub fn reopen_study(shards: &[ShardFolder]) -> Result<AnyStudy, VerifyError> {
    let (work, folder) = (whole_work(shards), &shards[0].path);
    let any = reopen(&DiskFolder::new(folder), &work.request)?;
    crate::with_study!(&any, study => {
        if let Some((what, now, then)) = study.work().difference(&work) {
            return Err(VerifyError::Folder(format!(
                "the scenario that `{}` keeps is not the one that was run: its {what} is `{now}` and was `{then}`",
                folder.display()
            )));
        }
    });
    for shard_folder in shards {
        let part = reopen(&DiskFolder::new(folder), &shard_folder.checkpoint.work.request)?;
        let items = crate::with_study!(&part, study => study.part().len());
        if shard_folder.checkpoint.done != items as u64 {
            return Err(VerifyError::Folder(format!(
                "`{}` holds {} runs of the {items} of its part",
                shard_folder.path.display(),
                shard_folder.checkpoint.done
            )));
        }
    }
    Ok(any)
}

/// Appends the files of the shards, one shard after the other.
pub fn append_shards(appender: &mut JournaledFiles, shards: &[ShardFolder]) -> io::Result<()> {
    for folder in shards {
        for (name, extent) in &folder.checkpoint.files {
            let mut reader = BufReader::new(open_regular(&file_in(&folder.path, name).map_err(io::Error::other)?)?);
            let table = name.ends_with(".csv");
            if table {
                reader.skip_until(b'\n')?;
            }
            let to = if table { in_folder(name) } else { name.clone() };
            appender.append(&to, &[], extent.rows)?;
            loop {
                let bytes = reader.fill_buf()?;
                if bytes.is_empty() {
                    break;
                }
                appender.append(&to, bytes, 0)?;
                let read = bytes.len();
                reader.consume(read);
            }
        }
    }
    Ok(())
}

/// Merges shards into one folder. `read_shards` must have read them, and `reopen_study` must have made `study` from them.
pub fn merge<S: Study>(
    target: &Path,
    shards: &[ShardFolder],
    study: &S,
    replace: bool,
) -> Result<(PlacedFolder, S::Findings), WriteError> {
    let staged = StagedFolder::begin(target, replace)?;
    let work_folder = staged.work_folder();
    let failed = |error| Refusal::Io(work_folder.results(), error);
    let mut appender = begin(study, work_folder).map_err(failed)?;
    append_shards(&mut appender, shards).map_err(failed)?;
    let findings = conclude(study, work_folder, &appender.close(), S::Memory::default(), &OneByOne)?;
    Ok((staged.finish()?, findings))
}
