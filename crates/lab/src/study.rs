//! Studies: experiments that are run and written as a folder, such as runs, comparisons, sweeps and forecast scores.
//!
//! A study consists of items. It makes each item independently of the others, appends the item's results to files, and
//! at the end writes the tables that need all items. So a driver may use threads, stop and resume, or divide the items
//! into shards. `in_memory` drives a study without a disk.
pub mod attachments;
pub mod copies;
pub mod kept;
pub mod request;
pub mod shard;
pub mod work;

use crate::ensemble::{Ended, Ensemble};
use crate::tables::memory::MemoryTables;
use crate::tables::{Subfolder, Tables};
use crate::workers::Workers;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use work::{Checkpoint, Extent, Work};

/// The subfolder that becomes the folder of results. The files beside it are temporary.
pub const FOLDER: &str = "folder";

/// The name, among the files of a study, of a file in the folder of results.
pub fn in_folder(name: &str) -> String {
    format!("{FOLDER}/{name}")
}

/// The name of a file of records. It is a temporary file beside the folder of results; of a shard it is in the folder, because
/// a merge of the shards reads it.
pub fn record_file(work: &Work, name: &str) -> String {
    if work.request.shard.is_some() { in_folder(name) } else { name.to_owned() }
}

/// A file to which items are appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppendFile {
    /// Its name among the files of the study.
    pub name: String,
    /// Its first line with the line end; empty for a file of records.
    pub header: String,
}

impl AppendFile {
    /// A file of records.
    pub fn records(name: String) -> Self {
        Self { name, header: String::new() }
    }
}

/// Appends to the files that `Study::append_files` lists.
pub trait Append {
    /// Appends bytes, which are `rows` rows or records.
    fn append(&mut self, file: &str, bytes: &[u8], rows: u64) -> io::Result<()>;

    /// Appends one record of numbers, as little-endian `f64`.
    fn record(&mut self, file: &str, numbers: &[f64]) -> io::Result<()> {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.append(file, &bytes, 1)
    }
}

/// An experiment that is run item by item and written as a folder.
pub trait Study: Sync {
    /// The result of one item.
    type Item: Send;
    /// Data on the items that this process made. After a resume or a merge it lacks the items of other processes.
    type Memory: Default;
    /// The result of the whole study.
    type Findings;

    /// The request, with its shard.
    fn work(&self) -> &Work;
    /// The scenarios that are run.
    fn ensemble(&self) -> &Ensemble;
    /// Number of items of the whole study, all shards together.
    fn items(&self) -> usize;
    /// The files to which items are appended.
    fn append_files(&self) -> Vec<AppendFile>;
    /// Makes one item. The result depends only on the scenarios, the seed and the index of the item.
    fn make(&self, item: usize) -> Result<Self::Item, Ended>;
    /// Appends the result of an item to `files`. The driver calls this in the order of the items.
    fn append(
        &self,
        item: usize,
        made: Self::Item,
        files: &mut dyn Append,
        memory: &mut Self::Memory,
    ) -> io::Result<()>;
    /// Writes the tables that need all items of the shard. `files` holds the appended data, `checkpoint` its lengths.
    fn conclude(
        &self,
        files: &dyn Tables,
        checkpoint: &Checkpoint,
        memory: Self::Memory,
        workers: &impl Workers,
    ) -> Result<Self::Findings, Ended>;

    /// Writes the files that are known before the first item: the copies of the scenarios.
    fn begin(&self, folder: &dyn Tables) -> io::Result<()> {
        copies::write(folder, self.ensemble(), &self.work().request)
    }

    /// The items that this study makes: all, or those of its shard.
    fn part(&self) -> Range<usize> {
        shard::items(self.work().request.shard, self.items())
    }
}

/// The bytes of files, by their names in the folder.
pub type FilesByName = BTreeMap<String, Vec<u8>>;

/// Runs a study without a disk. Returns its findings and the files of its folder by name. Calls `progress` with each item.
pub fn in_memory<S: Study>(
    study: &S,
    workers: &impl Workers,
    progress: &mut dyn FnMut(usize),
) -> Result<(S::Findings, FilesByName), Ended> {
    let files = MemoryTables::default();
    study.begin(&Subfolder { within: &files, name: FOLDER }).map_err(Ended::Io)?;
    let mut appender = MemoryAppender { files: &files, extents: BTreeMap::new() };
    for AppendFile { name, header } in study.append_files() {
        appender.append(&name, header.as_bytes(), 0).map_err(Ended::Io)?;
    }
    let (items, mut memory) = (study.part(), S::Memory::default());
    let make = |index: usize| study.make(items.start + index);
    workers.for_each(items.len(), make, |index, made| {
        let item = items.start + index;
        study.append(item, made?, &mut appender, &mut memory).map_err(Ended::Io)?;
        progress(item);
        Ok(())
    })?;
    let checkpoint = Checkpoint { work: study.work().clone(), done: items.len() as u64, files: appender.extents };
    let findings = study.conclude(&files, &checkpoint, memory, workers)?;
    let folder = files.into_files().into_iter();
    let folder = folder.filter_map(|(name, bytes)| Some((name.strip_prefix(&in_folder(""))?.to_owned(), bytes)));
    Ok((findings, folder.collect()))
}

/// Appends to files in memory and counts their bytes and rows.
struct MemoryAppender<'a> {
    files: &'a MemoryTables,
    extents: BTreeMap<String, Extent>,
}

impl Append for MemoryAppender<'_> {
    fn append(&mut self, file: &str, bytes: &[u8], rows: u64) -> io::Result<()> {
        self.files.append(file, bytes);
        let extent = self.extents.entry(file.to_owned()).or_default();
        extent.bytes += bytes.len() as u64;
        extent.rows += rows;
        Ok(())
    }
}
