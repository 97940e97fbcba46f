//! The journal of a work: how long its files were when last whole, with checksums, so that no damaged byte is believed.
use crate::disk_folder::file_in;
use crate::names::{find, write_synced};
use noforn_lab::study::work::{Checkpoint, Extent, Work};
use noforn_lab::tables::package::{hex, sha256};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// The file of the journal, beside the folder of results.
pub const JOURNAL: &str = "journal.json";
/// The key of the journal's own checksum.
const CHECKSUM: &str = "sha256";

/// An interrupted work whose files are as its journal says.
#[derive(Clone, Debug)]
pub struct InterruptedWork {
    /// The last checkpoint.
    pub checkpoint: Checkpoint,
    /// The running checksum of every file.
    pub hashes: BTreeMap<String, Sha256>,
}

/// Writes a checkpoint into the journal.
pub fn write_journal(draft: &Path, checkpoint: &Checkpoint) -> io::Result<()> {
    let mut journal = serde_json::to_value(checkpoint).expect("a checkpoint can be written as JSON");
    journal[CHECKSUM] = sha256(&journal.to_string()).into();
    write_synced(draft, JOURNAL, journal.to_string().as_bytes())
}

/// Reads the journal of a draft and checks every byte that it speaks of; `None` without one. The error says in words what is
/// not as it was written.
pub fn read_journal(draft: &Path) -> Result<Option<InterruptedWork>, String> {
    let text = match fs::read_to_string(draft.join(JOURNAL)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        text => text.map_err(|error| format!("its journal cannot be read: {error}"))?,
    };
    let checkpoint = parse(&text).ok_or("its journal is damaged")?;
    let mut hashes = BTreeMap::new();
    for (name, extent) in &checkpoint.files {
        let damaged = || format!("`{name}` is not as its journal says");
        let path = file_in(draft, name).map_err(|name| name.to_string())?;
        let hash = check_file(&path, extent).map_err(|error| format!("{}: {error}", damaged()))?;
        hashes.insert(name.clone(), hash.ok_or_else(damaged)?);
    }
    Ok(Some(InterruptedWork { checkpoint, hashes }))
}

fn parse(text: &str) -> Option<Checkpoint> {
    let mut journal: Value = serde_json::from_str(text).ok()?;
    let checksum = journal.as_object_mut()?.remove(CHECKSUM)?;
    if checksum != sha256(&journal.to_string()) {
        return None;
    }
    serde_json::from_value(journal).ok()
}

/// The checksum of a file up to its extent; `None` if it is shorter or has other bytes.
fn check_file(path: &Path, extent: &Extent) -> io::Result<Option<Sha256>> {
    if find(path)?.is_none_or(|found| !found.is_file()) {
        return Ok(None);
    }
    let (mut file, mut hash, mut buffer) = (File::open(path)?.take(extent.bytes), Sha256::new(), vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
    }
    Ok(Some(hash).filter(|hash| file.limit() == 0 && extent.sha256 == Some(hex_of(hash))))
}

/// A running checksum in lower-case hexadecimal.
pub fn hex_of(hash: &Sha256) -> String {
    hex(&hash.clone().finalize())
}

/// Returns an error, in words, if an interrupted work is another work or another shard of it.
pub fn check_same_work(checkpoint: &Checkpoint, work: &Work) -> Result<(), String> {
    let shard_text = |work: &Work| work.request.shard.map_or("whole".to_owned(), |shard| shard.to_string());
    let (begun, now) = (shard_text(&checkpoint.work), shard_text(work));
    let other_shard = (begun != now).then_some(("part", begun, now));
    match checkpoint.work.difference(work).or(other_shard) {
        Some((what, begun, now)) => Err(format!("its {what} was `{begun}`, now it is `{now}`")),
        None => Ok(()),
    }
}
