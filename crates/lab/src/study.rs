//! What is run and written as a folder: runs, comparisons, sweeps and scores are studies, each made of items.
//!
//! A study knows how many items it has, makes each by itself, appends what each leaves to files that only grow, and
//! writes what follows from all of them. So whoever drives it may use threads, stop and go on, or divide the items into
//! parts; `in_memory` drives it without a disk.
pub mod answer;
pub mod copies;
pub mod kept;
pub mod request;
pub mod work;

use crate::ensemble::{Ended, Ensemble};
use crate::tables::memory::Memory;
use crate::tables::{Folder, Tables};
use crate::workers::Workers;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use work::{Extent, Mark, Work};

/// The folder in the making, among the files of a study. Files beside it are the study's own and vanish.
pub const FOLDER: &str = "folder";

/// The name that a file of the folder in the making has among the files of a study.
pub fn inside(name: &str) -> String {
    format!("{FOLDER}/{name}")
}

/// The name of a file of records: beside the folder, but inside it where the folder holds a part of a work, since the
/// parts are joined from there.
pub fn record_file(work: &Work, name: &str) -> String {
    if work.request.shard.is_some() { inside(name) } else { name.to_owned() }
}

/// A file that only grows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Growing {
    /// Its name among the files of the study.
    pub name: String,
    /// Its first line, with its end; empty where it holds records.
    pub header: String,
}

impl Growing {
    /// A file of records.
    pub fn records(name: String) -> Self {
        Self { name, header: String::new() }
    }
}

/// Appends to the files that a study named in `growing`.
pub trait Append {
    /// Appends bytes that are so many rows or records.
    fn append(&mut self, file: &str, bytes: &[u8], rows: u64) -> io::Result<()>;

    /// Appends a record of numbers.
    fn record(&mut self, file: &str, numbers: &[f64]) -> io::Result<()> {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.append(file, &bytes, 1)
    }
}

/// What is run and written as a folder.
pub trait Study: Sync {
    /// What one item leaves.
    type Item: Send;
    /// What is remembered of the items that this program made itself; a study that was stopped or divided lacks some.
    type Memory: Default;
    /// What all items come to.
    type Findings;

    /// What is worked on, and which part of it.
    fn work(&self) -> &Work;
    /// The scenarios that are run.
    fn ensemble(&self) -> &Ensemble;
    /// How many items all parts have together.
    fn items(&self) -> usize;
    /// The files that items are appended to.
    fn growing(&self) -> Vec<Growing>;
    /// Makes one item. Every item is made from the scenarios, the seed and its index alone.
    fn make(&self, item: usize) -> Result<Self::Item, Ended>;
    /// Appends what an item left. Items come in their order.
    fn append(
        &self,
        item: usize,
        made: Self::Item,
        files: &mut dyn Append,
        memory: &mut Self::Memory,
    ) -> io::Result<()>;
    /// Writes what follows when every item of the part is there: `files` holds them, `mark` says how much of each.
    fn conclude(
        &self,
        files: &dyn Tables,
        mark: &Mark,
        memory: Self::Memory,
        workers: &impl Workers,
    ) -> Result<Self::Findings, Ended>;

    /// Writes what is known before anything is run.
    fn begin(&self, folder: &dyn Tables) -> io::Result<()> {
        copies::write(folder, self.ensemble(), &self.work().request)
    }

    /// The items of the part.
    fn part(&self) -> Range<usize> {
        work::items(self.work().request.shard, self.items())
    }
}

/// Makes a study without a disk: what it found, and the files of its folder by name.
pub fn in_memory<S: Study>(
    study: &S,
    workers: &impl Workers,
    progress: &mut dyn FnMut(usize),
) -> Result<(S::Findings, BTreeMap<String, Vec<u8>>), Ended> {
    let files = Memory::default();
    study.begin(&Folder { within: &files, name: FOLDER }).map_err(Ended::Io)?;
    let mut growth = InMemory { files: &files, extents: BTreeMap::new() };
    for Growing { name, header } in study.growing() {
        growth.append(&name, header.as_bytes(), 0).map_err(Ended::Io)?;
    }
    let (items, mut memory) = (study.part(), S::Memory::default());
    let make = |index: usize| study.make(items.start + index);
    workers.for_each(items.len(), make, |index, made| {
        let item = items.start + index;
        study.append(item, made?, &mut growth, &mut memory).map_err(Ended::Io)?;
        progress(item);
        Ok(())
    })?;
    let mark = Mark { work: study.work().clone(), done: items.len() as u64, files: growth.extents };
    let findings = study.conclude(&files, &mark, memory, workers)?;
    let folder = files.into_files().into_iter();
    let folder = folder.filter_map(|(name, bytes)| Some((name.strip_prefix(&inside(""))?.to_owned(), bytes)));
    Ok((findings, folder.collect()))
}

/// Files that grow in memory, and how long they are.
struct InMemory<'a> {
    files: &'a Memory,
    extents: BTreeMap<String, Extent>,
}

impl Append for InMemory<'_> {
    fn append(&mut self, file: &str, bytes: &[u8], rows: u64) -> io::Result<()> {
        self.files.append(file, bytes);
        let extent = self.extents.entry(file.to_owned()).or_default();
        extent.bytes += bytes.len() as u64;
        extent.rows += rows;
        Ok(())
    }
}
