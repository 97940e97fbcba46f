//! Reads text files from the disk: only regular files of bounded size.
use crate::inputs;
use noforn::load::files::Files;
use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::Path;

/// The size of the largest file that is read: 16 MiB, in bytes.
pub const LARGEST: u64 = 16 << 20;

/// The disk; relative paths start at the current folder. Links to regular files are followed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Result<String, String> {
        let why = |error: std::io::Error| reason(&error);
        // Check before opening: opening a pipe waits until another program writes to it.
        check_regular(&fs::metadata(path).map_err(why)?)?;
        let file = File::open(path).map_err(why)?;
        check_regular(&file.metadata().map_err(why)?)?;
        inputs::note(Path::new(path));
        let mut bytes = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(why)?;
        if bytes.len() as u64 > LARGEST {
            return Err(too_large());
        }
        String::from_utf8(bytes).map_err(|error| {
            let good = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..good].iter().filter(|byte| **byte == b'\n').count() + 1;
            format!("line {line} is not UTF-8 text; save the file as UTF-8")
        })
    }
}

fn check_regular(file: &Metadata) -> Result<(), String> {
    if file.is_dir() {
        Err("it is a folder".to_owned())
    } else if !file.is_file() {
        Err("it is a device or a pipe, not a file".to_owned())
    } else if file.len() > LARGEST {
        Err(too_large())
    } else {
        Ok(())
    }
}

fn too_large() -> String {
    format!("it is larger than {} MiB", LARGEST >> 20)
}

/// The reason for an error, in words that do not depend on the operating system.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "reading it is not permitted".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_text_of_bounded_size_is_read() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        fs::write(path("latin"), b"a\nb\xE9").expect("writes");
        File::create(path("large")).and_then(|file| file.set_len(LARGEST + 1)).expect("writes");
        fs::write(path("right"), "é").expect("writes");
        for (name, why) in [
            ("latin", "line 2 is not UTF-8 text; save the file as UTF-8"),
            ("large", "it is larger than 16 MiB"),
            ("", "it is a folder"),
            ("missing", "there is no such file"),
        ] {
            assert_eq!(Disk.read(&path(name)), Err(why.to_owned()), "{name}");
        }
        assert_eq!(Disk.read(&path("right")).as_deref(), Ok("é"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_device_is_not_read() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let link = folder.path().join("zero.toml");
        std::os::unix::fs::symlink("/dev/zero", &link).expect("links");
        assert_eq!(Disk.read(&link.to_string_lossy()), Err("it is a device or a pipe, not a file".to_owned()));
    }
}
