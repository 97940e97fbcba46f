//! Append-only files with a journal of their complete lengths, so that a killed process loses little.
use noforn_lab::study::work::{Checkpoint, Extent, Work};
use noforn_lab::study::{Append, AppendFile, FOLDER, in_folder};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The file of the journal, beside the folder of results.
pub const JOURNAL: &str = "journal.json";
/// Shortest time between two checkpoints.
const LEAST_INTERVAL: Duration = Duration::from_millis(100);
/// The time between two checkpoints is at least this many times what one takes: slow disks get few.
const INTERVAL_PER_COST: u32 = 20;

/// The folder in which a study works. Its subfolder `folder` becomes the folder of results; the other files are temporary.
#[derive(Clone, Debug)]
pub struct WorkFolder {
    root: PathBuf,
    /// The last checkpoint of an interrupted work.
    checkpoint: Option<Checkpoint>,
    /// True if a journal is written.
    journal: bool,
}

impl WorkFolder {
    /// A folder for a new work; creates the empty folder of results. With a `journal` the work can be resumed.
    pub fn new(root: &Path, journal: bool) -> io::Result<Self> {
        fs::create_dir(root.join(FOLDER))?;
        Ok(Self { root: root.to_owned(), checkpoint: None, journal })
    }

    /// The folder of an interrupted work. Removes the files that were begun after its last checkpoint.
    pub fn resumed(root: &Path, checkpoint: Checkpoint) -> io::Result<Self> {
        for entry in fs::read_dir(root.join(FOLDER))? {
            let entry = entry?;
            if !checkpoint.files.contains_key(&in_folder(&entry.file_name().to_string_lossy())) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(Self { root: root.to_owned(), checkpoint: Some(checkpoint), journal: true })
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

/// Append-only files and their journal.
#[derive(Debug)]
pub struct JournaledFiles {
    root: PathBuf,
    files: BTreeMap<String, (File, Extent)>,
    checkpoint: Checkpoint,
    journal: bool,
    /// Time of the next checkpoint.
    next_checkpoint: Instant,
}

impl JournaledFiles {
    /// Opens the files of an interrupted work at their last checkpoint, or begins without files.
    pub fn new(work_folder: &WorkFolder, work: &Work) -> io::Result<Self> {
        let checkpoint = work_folder.checkpoint.clone();
        let checkpoint =
            checkpoint.unwrap_or_else(|| Checkpoint { work: work.clone(), done: 0, files: BTreeMap::new() });
        let mut appender = Self {
            root: work_folder.root.clone(),
            files: BTreeMap::new(),
            checkpoint,
            journal: work_folder.journal,
            next_checkpoint: Instant::now() + LEAST_INTERVAL,
        };
        let begun: Vec<(String, Extent)> =
            appender.checkpoint.files.iter().map(|(name, extent)| (name.clone(), extent.clone())).collect();
        for (name, extent) in begun {
            appender.reopen(name, extent)?;
        }
        Ok(appender)
    }

    /// Number of items that are completely written, before and after a resume.
    pub fn done(&self) -> usize {
        self.checkpoint.done as usize
    }

    fn reopen(&mut self, name: String, extent: Extent) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).open(self.root.join(&name))?;
        if file.metadata()?.len() < extent.bytes {
            return Err(io::Error::other(format!("`{name}` is shorter than its journal says")));
        }
        file.set_len(extent.bytes)?;
        file.seek(SeekFrom::End(0))?;
        self.files.insert(name, (file, extent));
        Ok(())
    }

    /// Begins a file with its header, unless it exists.
    pub fn begin(&mut self, AppendFile { name, header }: &AppendFile) -> io::Result<()> {
        if self.files.contains_key(name) {
            return Ok(());
        }
        let mut file = File::create(self.root.join(name))?;
        file.write_all(header.as_bytes())?;
        let extent = Extent { bytes: header.len() as u64, ..Extent::default() };
        self.files.insert(name.clone(), (file, extent));
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
        for (file, _) in self.files.values() {
            file.sync_data()?;
        }
        self.checkpoint.files = self.files.iter().map(|(name, (_, extent))| (name.clone(), extent.clone())).collect();
        let next = self.root.join(format!("{JOURNAL}.new"));
        let mut file = File::create(&next)?;
        file.write_all(serde_json::to_string(&self.checkpoint).expect("a mark can be written as JSON").as_bytes())?;
        file.sync_data()?;
        fs::rename(next, self.root.join(JOURNAL))?;
        self.next_checkpoint = Instant::now() + LEAST_INTERVAL.max(begun.elapsed() * INTERVAL_PER_COST);
        Ok(())
    }

    /// Closes the files and returns their lengths.
    pub fn close(mut self) -> Checkpoint {
        self.checkpoint.files = self.files.into_iter().map(|(name, (_, extent))| (name, extent)).collect();
        self.checkpoint
    }
}

impl Append for JournaledFiles {
    fn append(&mut self, file: &str, bytes: &[u8], rows: u64) -> io::Result<()> {
        let (file, extent) = self.files.get_mut(file).expect("a file has begun before it grows");
        file.write_all(bytes)?;
        extent.bytes += bytes.len() as u64;
        extent.rows += rows;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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

    fn read_checkpoint(root: &Path) -> Checkpoint {
        serde_json::from_str(&fs::read_to_string(root.join(JOURNAL)).unwrap()).unwrap()
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
            JournaledFiles::new(&WorkFolder::resumed(folder.path(), read_checkpoint(folder.path())).unwrap(), &work)
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
    fn a_file_that_lost_bytes_is_not_resumed() {
        let (folder, work) = (tempfile::tempdir().unwrap(), work());
        let mut appender = JournaledFiles::new(&WorkFolder::new(folder.path(), true).unwrap(), &work).unwrap();
        appender.begin(&AppendFile { header: "header".to_owned(), ..records() }).unwrap();
        appender.write_checkpoint().unwrap();
        fs::write(folder.path().join("b.bin"), "head").unwrap();
        let work_folder = WorkFolder::resumed(folder.path(), read_checkpoint(folder.path())).unwrap();
        assert!(JournaledFiles::new(&work_folder, &work).unwrap_err().to_string().contains("shorter"));
    }
}
