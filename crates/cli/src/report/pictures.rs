//! The pictures of a report, one file each.
use super::write_whole;
use crate::screen::{Screen, Stop};
use noforn_lab::report::Picture;
use noforn_lab::words::count;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

/// The format of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum PictureFormat {
    /// Scalable vector graphics
    Svg,
}

/// Returns an error if the folder exists: no picture that was not made by this command is replaced.
pub fn check_new(folder: &Path) -> Result<(), Stop> {
    match std::fs::symlink_metadata(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Stop::Io(error)),
        Ok(_) => Err(Stop::bad(
            format!("`{}` exists, and pictures are written to a new folder", folder.display()),
            "`-o FOLDER` writes elsewhere",
        )),
    }
}

/// Writes every picture to a file in a new folder, and says where.
pub fn write(pictures: &[Picture], format: PictureFormat, folder: &Path, screen: &Screen) -> Result<ExitCode, Stop> {
    std::fs::create_dir_all(folder)?;
    let mut names = Vec::new();
    for picture in pictures {
        let (ending, bytes) = match format {
            PictureFormat::Svg => ("svg", picture.svg.clone().into_bytes()),
        };
        let file = folder.join(format!("{}.{ending}", picture.name));
        write_whole(&file, &bytes)?;
        names.push(file.display().to_string());
    }
    if screen.json {
        screen.out_json(&json!({ "folder": folder.display().to_string(), "files": names }))?;
    } else {
        let written = count(names.len() as u64, "picture");
        screen.out(&format!("wrote {written} to {}\n", folder.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}
