//! Why nothing is written.
use noforn_lab::study::copies::UnsafeName;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a folder or file is not written.
#[derive(Debug)]
pub enum Refusal {
    /// The target exists, and the user did not ask to replace it.
    Exists(PathBuf),
    /// The target exists, and this program did not write it.
    Foreign(PathBuf),
    /// The target of a file is a folder, a link or a device.
    NotFile(PathBuf),
    /// The target is the current folder, or one that it lies in.
    Current(PathBuf),
    /// The target would replace a file that was read.
    Input(PathBuf, PathBuf),
    /// A file of the user's in the target has the name of a result.
    Taken(PathBuf),
    /// The name would lead outside its folder.
    Name(String),
    /// Another process writes the same folder or file.
    Busy(PathBuf),
    /// The interrupted work is another work; the text says in what.
    Other(PathBuf, String),
    /// The interrupted work was changed since; the text says where.
    Damaged(PathBuf, String),
    /// The work is done, and only then its place was taken. It is kept.
    Late(Box<Refusal>),
    /// The operating system reported an error.
    Io(PathBuf, io::Error),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Exists(path) => write!(f, "`{}` exists and is not replaced unasked", path.display()),
            Refusal::Foreign(path) => write!(
                f,
                "`{}` is not replaced: noforn did not make it (its `datapackage.json` is missing or not noforn's)",
                path.display()
            ),
            Refusal::NotFile(path) => {
                write!(f, "`{}` is a folder, a link or a device, and is not replaced", path.display())
            }
            Refusal::Current(path) => {
                write!(f, "`{}` is not replaced: it is or holds the folder in which you are", path.display())
            }
            Refusal::Input(path, read) if path == read => {
                write!(f, "`{}` is not replaced: this command reads it", path.display())
            }
            Refusal::Input(path, read) => {
                write!(f, "`{}` is not replaced: this command reads `{}`", path.display(), read.display())
            }
            Refusal::Taken(path) => {
                write!(f, "`{}` is not noforn's, and a result would have its name", path.display())
            }
            Refusal::Busy(path) => write!(f, "another noforn is writing `{}`", path.display()),
            Refusal::Other(path, what) => {
                write!(f, "what was begun for `{}` is another work: {what}", path.display())
            }
            Refusal::Damaged(path, what) => {
                write!(f, "what was begun for `{}` cannot be gone on with: {what}", path.display())
            }
            Refusal::Late(refusal) => write!(f, "{refusal}; the work is done and kept"),
            Refusal::Name(name) => write!(f, "`{name}` cannot name a folder or file of results"),
            Refusal::Io(path, error) => write!(f, "cannot write `{}`: {error}", path.display()),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<UnsafeName> for Refusal {
    fn from(UnsafeName(name): UnsafeName) -> Self {
        Refusal::Name(name)
    }
}
