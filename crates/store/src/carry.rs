//! What is not noforn's in a folder that is replaced: it is linked into the new folder, and only then removed from the old.
use crate::commit::Replaced;
use crate::draft::is_live;
use crate::names::{file_id, find, free_name, open_to_owner, rename_new, same_bytes, sync_folder};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, FileTimes, Metadata};
use std::io;
use std::path::Path;

/// The name of what cannot keep its own, in a folder.
pub fn other_name(folder: &Path, name: &OsStr) -> io::Result<OsString> {
    let mut other = OsString::from("kept-");
    other.push(name);
    free_name(folder, &other)
}

/// Links a file, or everything in a folder, to a new name; copies where the disk has no links.
pub fn link(from: &Path, to: &Path) -> io::Result<()> {
    let found = fs::symlink_metadata(from)?;
    if !found.is_dir() {
        return fs::hard_link(from, to).or_else(|error| copy(from, to, &found, error));
    }
    if is_live(from)? {
        return Err(io::Error::other(format!("another noforn is writing in `{}`", from.display())));
    }
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        check_same_disk(&entry.path(), &found)?;
        link(&entry.path(), &to.join(entry.file_name()))?;
    }
    sync_folder(to)?;
    keep_looks(to, &found)
}

/// Gives a copy the time, the owner and the permissions of what it is a copy of.
fn keep_looks(copy: &Path, found: &Metadata) -> io::Result<()> {
    // Not every disk keeps times.
    if let (Ok(file), Ok(time)) = (File::open(copy), found.modified()) {
        let _ = file.set_times(FileTimes::new().set_modified(time));
    }
    keep_owner(copy, found)
}

/// Gives a copy the owner and the permissions of what it is a copy of.
pub fn keep_owner(copy: &Path, found: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        // Only some users may give a file away.
        let _ = std::os::unix::fs::chown(copy, Some(found.uid()), Some(found.gid()));
    }
    fs::set_permissions(copy, found.permissions())
}

/// Returns an error for a folder that another disk is mounted on: it cannot move.
fn check_same_disk(path: &Path, within: &Metadata) -> io::Result<()> {
    let found = fs::symlink_metadata(path)?;
    let disk = |found: &Metadata| file_id(found).map(|(disk, _)| disk);
    if found.is_dir() && disk(&found) != disk(within) {
        return Err(io::Error::other(format!("another disk is mounted on `{}`", path.display())));
    }
    Ok(())
}

/// Copies a file that cannot be linked; returns why it cannot be if it cannot be copied either.
fn copy(from: &Path, to: &Path, found: &Metadata, why: io::Error) -> io::Result<()> {
    #[cfg(unix)]
    if found.is_symlink() {
        return std::os::unix::fs::symlink(fs::read_link(from)?, to);
    }
    if !found.is_file() || find(to)?.is_some() {
        return Err(why);
    }
    fs::copy(from, to)?;
    File::open(to)?.sync_all()?;
    keep_looks(to, found)
}

/// Removes a folder that was replaced: its own files; the rest, as it is in the new folder. What is not there goes there.
pub fn clear_replaced(old: &Path, new: &Path, replaced: &Replaced) -> io::Result<()> {
    for entry in fs::read_dir(old)? {
        let entry = entry?;
        let (from, name) = (entry.path(), entry.file_name());
        let text = name.to_str();
        if text.is_some_and(|name| replaced.own.contains(name)) && find(&from)?.is_some_and(|found| !found.is_dir()) {
            fs::remove_file(from)?;
            continue;
        }
        let other = text.and_then(|name| replaced.kept.get(name)).map(OsString::from);
        unite(&from, &new.join(other.unwrap_or(name)))?;
    }
    fs::remove_dir(old)
}

/// Removes a file or folder that is at another path too; what is not there or is another goes there.
fn unite(from: &Path, to: &Path) -> io::Result<()> {
    let found = fs::symlink_metadata(from)?;
    let Some(there) = find(to)? else { return rename_new(from, to) };
    if found.is_dir() && there.is_dir() {
        if found.permissions().readonly() {
            open_to_owner(from)?;
        }
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            unite(&entry.path(), &to.join(entry.file_name()))?;
        }
        return fs::remove_dir(from);
    }
    if is_same(from, &found, to, &there)? {
        return fs::remove_file(from);
    }
    let (folder, name) = crate::names::split(to).ok_or(io::ErrorKind::InvalidInput)?;
    rename_new(from, &folder.join(other_name(&folder, &name)?))
}

/// True if two names, neither of a folder, have the same content.
fn is_same(from: &Path, found: &Metadata, to: &Path, there: &Metadata) -> io::Result<bool> {
    if file_id(found).is_some() && file_id(found) == file_id(there) {
        return Ok(true);
    }
    if found.is_symlink() && there.is_symlink() {
        return Ok(fs::read_link(from)? == fs::read_link(to)?);
    }
    Ok(found.is_file() && there.is_file() && same_bytes(from, to)?)
}
