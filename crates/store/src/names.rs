//! Names in folders: what the system does to them in one step, and what makes them last.
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Device and inode of a file, where the system has them.
pub type FileId = (u64, u64);

/// What makes two names one file; `None` where the system does not say.
#[cfg(unix)]
pub fn file_id(found: &Metadata) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt;
    Some((found.dev(), found.ino()))
}

/// What makes two names one file; `None` where the system does not say.
#[cfg(not(unix))]
pub fn file_id(_: &Metadata) -> Option<FileId> {
    None
}

/// What a name stands for, without following a link; `None` if there is nothing of that name.
pub fn find(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

/// True if a folder is there and has nothing in it.
pub fn is_empty_folder(path: &Path) -> io::Result<bool> {
    Ok(find(path)?.is_some_and(|found| found.is_dir()) && fs::read_dir(path)?.next().is_none())
}

/// Exchanges two names in one step. False if the system or its disk cannot.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub fn exchange(a: &Path, b: &Path) -> io::Result<bool> {
    step(a, b, rustix::fs::RenameFlags::EXCHANGE)
}

/// Exchanges two names in one step. False if the system or its disk cannot.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub fn exchange(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn step(from: &Path, to: &Path, flags: rustix::fs::RenameFlags) -> io::Result<bool> {
    use rustix::io::Errno;
    match rustix::fs::renameat_with(rustix::fs::CWD, from, rustix::fs::CWD, to, flags) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Renames, and returns `ErrorKind::AlreadyExists` if the new name is taken.
pub fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    if step(from, to, rustix::fs::RenameFlags::NOREPLACE)? {
        return Ok(());
    }
    if find(to)?.is_some() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    // A link never replaces; where there are no links, the name was free a moment ago.
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        Err(_) => fs::rename(from, to),
    }
}

/// A name that is free in a folder: the wanted one, else with a number.
pub fn free_name(folder: &Path, wanted: &OsStr) -> io::Result<OsString> {
    let mut name = wanted.to_owned();
    let mut number = 2;
    while find(&folder.join(&name))?.is_some() {
        name = OsString::from(format!("{number}-"));
        name.push(wanted);
        number += 1;
    }
    Ok(name)
}

/// Removes a folder with everything in it, also where its owner may not write.
pub fn remove_folder(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            open_to_owner(path)?;
            fs::remove_dir_all(path)
        }
        removed => removed,
    }
}

/// Lets the owner remove what is in a folder, and in the folders in it.
pub fn open_to_owner(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(folder, <fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o700))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            open_to_owner(&entry.path())?;
        }
    }
    Ok(())
}

/// Makes the names in a folder last: what was renamed is renamed after a power cut too.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    match File::open(path).and_then(|folder| folder.sync_all()) {
        // Some disks cannot, and then there is nothing to wait for.
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        synced => synced,
    }
}

/// Makes the files of a folder last, then their names.
pub fn sync_files(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            File::options().append(true).open(entry.path())?.sync_all()?;
        }
    }
    sync_folder(folder)
}

/// Writes a file that after a power cut too is whole or as it was.
pub fn write_synced(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let next = folder.join(format!("{name}.new"));
    let mut file = File::create(&next)?;
    io::Write::write_all(&mut file, bytes)?;
    file.sync_all()?;
    fs::rename(next, folder.join(name))?;
    sync_folder(folder)
}

/// True if two files have the same bytes.
pub fn same_bytes(a: &Path, b: &Path) -> io::Result<bool> {
    let mut readers = [File::open(a)?, File::open(b)?].map(|file| io::BufReader::with_capacity(1 << 16, file));
    if readers[0].get_ref().metadata()?.len() != readers[1].get_ref().metadata()?.len() {
        return Ok(false);
    }
    let mut chunks = [vec![0; 1 << 16], vec![0; 1 << 16]];
    loop {
        let mut read = [0, 0];
        for at in 0..2 {
            read[at] = Read::take(&mut readers[at], 1 << 16).read(&mut chunks[at])?;
        }
        let [first, second] = read;
        // Two regular files of one length are read in the same steps, but nothing promises it.
        if first != second || chunks[0][..first] != chunks[1][..second] {
            return Ok(false);
        }
        if first == 0 {
            return Ok(true);
        }
    }
}

/// The path of a folder or file as its folder and its last name.
pub fn split(path: &Path) -> Option<(PathBuf, OsString)> {
    Some((path.parent()?.to_owned(), path.file_name()?.to_owned()))
}
