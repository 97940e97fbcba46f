//! Append-only files with a journal of their complete lengths, so that a killed process loses little.
use crate::disk_folder::file_in;
use crate::journal::{InterruptedWork, hex_of, write_journal};
use crate::names::remove_folder;
use noforn_lab::study::work::{Checkpoint, Extent, Work};
use noforn_lab::study::{Append, AppendFile, FOLDER, in_folder};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Shortest time between two checkpoints.
const LEAST_INTERVAL: Duration = Duration::from_millis(100);
/// The time between two checkpoints is at least this many times what one takes: slow disks get few.
const INTERVAL_PER_COST: u32 = 20;

/// The folder in which a study works. Its subfolder `folder` becomes the folder of results; the other files are temporary.
#[derive(Clone, Debug)]
pub struct WorkFolder {
    root: PathBuf,
    interrupted: Option<InterruptedWork>,
    /// True if a journal is written.
    journal: bool,
}

impl WorkFolder {
    /// A folder for a new work; creates the empty folder of results. With a `journal` the work can be resumed.
    pub fn new(root: &Path, journal: bool) -> io::Result<Self> {
        fs::create_dir(root.join(FOLDER))?;
        Ok(Self { root: root.to_owned(), interrupted: None, journal })
    }

    /// The folder of an interrupted work. Removes what was begun after its last checkpoint.
    pub fn resumed(root: &Path, interrupted: InterruptedWork) -> io::Result<Self> {
        for entry in fs::read_dir(root.join(FOLDER))? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                remove_folder(&entry.path())?;
            } else if !interrupted.checkpoint.files.contains_key(&in_folder(&entry.file_name().to_string_lossy())) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(Self { root: root.to_owned(), interrupted: Some(interrupted), journal: true })
    }

    /// The folder of results.
    pub fn results(&self) -> PathBuf {
        self.root.join(FOLDER)
    }

    /// The folder that also holds the temporary files.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

/// A file that only grows.
#[derive(Debug)]
struct GrowingFile {
    file: File,
    extent: Extent,
    hash: Sha256,
}

impl GrowingFile {
    fn append(&mut self, bytes: &[u8], rows: u64) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.extent.bytes += bytes.len() as u64;
        self.extent.rows += rows;
        Ok(())
    }
}

/// Append-only files and their journal.
#[derive(Debug)]
pub struct JournaledFiles {
    root: PathBuf,
    files: BTreeMap<String, GrowingFile>,
    checkpoint: Checkpoint,
    journal: bool,
    /// Time of the next checkpoint.
    next_checkpoint: Instant,
}

impl JournaledFiles {
    /// Opens the files of an interrupted work at their last checkpoint, or begins without files.
    pub fn new(work_folder: &WorkFolder, work: &Work) -> io::Result<Self> {
        let mut files = Self {
            root: work_folder.root.clone(),
            files: BTreeMap::new(),
            checkpoint: Checkpoint { work: work.clone(), done: 0, files: BTreeMap::new() },
            journal: work_folder.journal,
            next_checkpoint: Instant::now() + LEAST_INTERVAL,
        };
        if let Some(InterruptedWork { checkpoint, mut hashes }) = work_folder.interrupted.clone() {
            for (name, extent) in &checkpoint.files {
                files.reopen(name, extent.clone(), hashes.remove(name).unwrap_or_default())?;
            }
            files.checkpoint = checkpoint;
        }
        Ok(files)
    }

    /// Number of items that are completely written, before and after a resume.
    pub fn done(&self) -> usize {
        self.checkpoint.done as usize
    }

    fn reopen(&mut self, name: &str, extent: Extent, hash: Sha256) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).open(self.path(name)?)?;
        file.set_len(extent.bytes)?;
        file.seek(SeekFrom::End(0))?;
        self.files.insert(name.to_owned(), GrowingFile { file, extent, hash });
        Ok(())
    }

    fn path(&self, name: &str) -> io::Result<PathBuf> {
        file_in(&self.root, name).map_err(io::Error::other)
    }

    /// Begins a file with its header, unless it exists.
    pub fn begin(&mut self, AppendFile { name, header }: &AppendFile) -> io::Result<()> {
        if self.files.contains_key(name) {
            return Ok(());
        }
        let file = File::create(self.path(name)?)?;
        let mut growing = GrowingFile { file, extent: Extent::default(), hash: Sha256::default() };
        growing.append(header.as_bytes(), 0)?;
        self.files.insert(name.clone(), growing);
        Ok(())
    }

    /// Counts one more item as completely written, and writes a checkpoint if it is time.
    pub fn item_done(&mut self) -> io::Result<()> {
        self.checkpoint.done += 1;
        if Instant::now() >= self.next_checkpoint { self.write_checkpoint() } else { Ok(()) }
    }

    /// Flushes the files to disk, then writes their lengths into the journal.
    pub fn write_checkpoint(&mut self) -> io::Result<()> {
        if !self.journal {
            return Ok(());
        }
        let begun = Instant::now();
        for growing in self.files.values() {
            growing.file.sync_data()?;
        }
        let extent = |growing: &GrowingFile| Extent { sha256: Some(hex_of(&growing.hash)), ..growing.extent.clone() };
        self.checkpoint.files = self.files.iter().map(|(name, growing)| (name.clone(), extent(growing))).collect();
        write_journal(&self.root, &self.checkpoint)?;
        self.next_checkpoint = Instant::now() + LEAST_INTERVAL.max(begun.elapsed() * INTERVAL_PER_COST);
        Ok(())
    }

    /// Closes the files and returns their lengths.
    pub fn close(mut self) -> Checkpoint {
        self.checkpoint.files = self.files.into_iter().map(|(name, growing)| (name, growing.extent)).collect();
        self.checkpoint
    }
}

impl Append for JournaledFiles {
    fn append(&mut self, file: &str, bytes: &[u8], rows: u64) -> io::Result<()> {
        let unknown = || io::Error::other(format!("`{file}` is no file of this work"));
        self.files.get_mut(file).ok_or_else(unknown)?.append(bytes, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{JOURNAL, read_journal};
    use crate::three_nations;
    use noforn_lab::study::copies;

    fn table(name: &str) -> AppendFile {
        AppendFile { name: in_folder(name), header: "h\n".to_owned() }
    }

    fn records() -> AppendFile {
        AppendFile::records("b.bin".to_owned())
    }

    fn work() -> Work {
        let ensemble = three_nations::ensemble(&["baseline"], 3);
        let request = copies::request(&ensemble, "runs".to_owned()).unwrap();
        Work::new(&ensemble, request)
    }

    fn interrupted(root: &Path) -> InterruptedWork {
        read_journal(root).unwrap().expect("a journal")
    }

    #[test]
    fn data_after_the_last_checkpoint_are_written_again() {
        let (folder, work) = (tempfile::tempdir().unwrap(), work());
        let mut appender = JournaledFiles::new(&WorkFolder::new(folder.path(), true).unwrap(), &work).unwrap();
        appender.begin(&table("a.csv")).unwrap();
        appender.append(&in_folder("a.csv"), b"1\n", 1).unwrap();
        appender.item_done().unwrap();
        appender.write_checkpoint().unwrap();
        appender.append(&in_folder("a.csv"), b"2\nhalf", 1).unwrap();
        appender.begin(&records()).unwrap();
        fs::write(folder.path().join("folder/c.csv"), "after").unwrap();
        drop(appender);
        let mut appender =
            JournaledFiles::new(&WorkFolder::resumed(folder.path(), interrupted(folder.path())).unwrap(), &work)
                .unwrap();
        assert_eq!(appender.done(), 1);
        appender.begin(&table("a.csv")).unwrap();
        appender.append(&in_folder("a.csv"), b"2\n", 1).unwrap();
        appender.begin(&records()).unwrap();
        appender.record("b.bin", &[0.5]).unwrap();
        appender.item_done().unwrap();
        let closed = appender.close();
        assert_eq!((closed.done, closed.files[&in_folder("a.csv")].rows, closed.files["b.bin"].bytes), (2, 2, 8));
        assert_eq!(fs::read_to_string(folder.path().join("folder/a.csv")).unwrap(), "h\n1\n2\n");
        assert!(!folder.path().join("folder/c.csv").exists());
    }

    #[test]
    fn damaged_bytes_are_not_believed() {
        let (folder, work) = (tempfile::tempdir().unwrap(), work());
        let mut appender = JournaledFiles::new(&WorkFolder::new(folder.path(), true).unwrap(), &work).unwrap();
        appender.begin(&AppendFile { header: "header".to_owned(), ..records() }).unwrap();
        appender.write_checkpoint().unwrap();
        let journal = fs::read_to_string(folder.path().join(JOURNAL)).unwrap();
        let error = || read_journal(folder.path()).unwrap_err();
        for damaged in ["head", "hEader"] {
            fs::write(folder.path().join("b.bin"), damaged).unwrap();
            assert_eq!(error(), "`b.bin` is not as its journal says");
        }
        fs::write(folder.path().join("b.bin"), "header and more").unwrap();
        assert_eq!(interrupted(folder.path()).checkpoint.files["b.bin"].bytes, 6);
        for (from, to) in [("\"done\":0", "\"done\":1"), ("b.bin", "../b.bin"), ("{", "")] {
            fs::write(folder.path().join(JOURNAL), journal.replacen(from, to, 1)).unwrap();
            assert_eq!(error(), "its journal is damaged", "{from}");
        }
    }
}
