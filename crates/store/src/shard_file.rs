//! `shard.json`: which shard a folder holds, and how long and what its files are.
use crate::disk_folder::{DiskFolder, file_in, open_unnoted};
use noforn_lab::study::in_folder;
use noforn_lab::study::work::{Checkpoint, Extent};
use noforn_lab::tables::package::digest;
use std::collections::BTreeMap;
use std::io;
use std::io::Read;
use std::path::Path;

/// The file in the folder of a shard that holds its `Checkpoint`: number of the shard, lengths and hashes of its files.
pub const SHARD_FILE: &str = "shard.json";

/// Greatest size of such a file, in bytes.
const GREATEST_SHARD_FILE: u64 = 16 << 20;

/// Reads the shard file of a folder. The names of its files are names in this folder.
pub fn read_checkpoint(folder: &Path) -> io::Result<Checkpoint> {
    let mut text = String::new();
    open_unnoted(&folder.join(SHARD_FILE))?.take(GREATEST_SHARD_FILE).read_to_string(&mut text)?;
    let checkpoint: Checkpoint = serde_json::from_str(&text)?;
    checkpoint.files.keys().try_for_each(|name| file_in(folder, name).map(drop)).map_err(io::Error::other)?;
    Ok(checkpoint)
}

/// Writes the shard file into the folder of a shard.
pub fn write_shard_file(folder: &Path, checkpoint: &Checkpoint) -> io::Result<()> {
    let mut written = Checkpoint { files: BTreeMap::new(), ..checkpoint.clone() };
    for (name, extent) in &checkpoint.files {
        let Some(name) = name.strip_prefix(&in_folder("")) else { continue };
        let (bytes, sha256) = digest(&DiskFolder::unnoted(folder), name)?;
        debug_assert_eq!(bytes, extent.bytes, "a file that is closed is as long as it was made");
        written.files.insert(name.to_owned(), Extent { sha256: Some(sha256), ..extent.clone() });
    }
    let text = serde_json::to_string_pretty(&written).expect("a mark can be written as JSON");
    std::fs::write(folder.join(SHARD_FILE), text + "\n")
}
