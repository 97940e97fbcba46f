//! Files that only grow, and a journal of how far each was whole, so that a killed program loses little.
use noforn_lab::study::work::{Extent, Mark, Work};
use noforn_lab::study::{Append, FOLDER, Growing, inside};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The journal's file, beside the folder in the making.
pub const JOURNAL: &str = "journal.json";
/// The least time between two marks.
const LEAST: Duration = Duration::from_millis(100);
/// A mark is followed by this many times the time it took: where disks are slow, marks are few.
const SPARE: u32 = 20;

/// Where a work is done: `home/folder` becomes the folder of results, what else lies in `home` vanishes.
#[derive(Clone, Debug)]
pub struct Site {
    home: PathBuf,
    /// How far the work had come when it was begun here before.
    mark: Option<Mark>,
    /// Whether a journal is kept.
    journal: bool,
}

impl Site {
    /// A place where work begins, with its empty folder made; `journal` says whether it can be gone on with later.
    pub fn new(home: &Path, journal: bool) -> io::Result<Self> {
        fs::create_dir(home.join(FOLDER))?;
        Ok(Self { home: home.to_owned(), mark: None, journal })
    }

    /// A place where work stopped: what was written after its last mark is removed.
    pub fn resumed(home: &Path, mark: Mark) -> io::Result<Self> {
        for entry in fs::read_dir(home.join(FOLDER))? {
            let entry = entry?;
            if !mark.files.contains_key(&inside(&entry.file_name().to_string_lossy())) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(Self { home: home.to_owned(), mark: Some(mark), journal: true })
    }

    /// The folder in the making.
    pub fn folder(&self) -> PathBuf {
        self.home.join(FOLDER)
    }

    /// Where what is not told to the user is kept meanwhile.
    pub fn home(&self) -> &Path {
        &self.home
    }
}

/// Files that only grow.
#[derive(Debug)]
pub struct Growth {
    home: PathBuf,
    files: BTreeMap<String, (File, Extent)>,
    mark: Mark,
    journal: bool,
    /// When the next mark is due.
    due: Instant,
}

impl Growth {
    /// Goes on where a place was left, or begins.
    pub fn new(site: &Site, work: &Work) -> io::Result<Self> {
        let mark = site.mark.clone();
        let mark = mark.unwrap_or_else(|| Mark { work: work.clone(), done: 0, files: BTreeMap::new() });
        let mut growth = Self {
            home: site.home.clone(),
            files: BTreeMap::new(),
            mark,
            journal: site.journal,
            due: Instant::now() + LEAST,
        };
        let begun: Vec<(String, Extent)> =
            growth.mark.files.iter().map(|(name, extent)| (name.clone(), extent.clone())).collect();
        for (name, extent) in begun {
            growth.reopen(name, extent)?;
        }
        Ok(growth)
    }

    /// Runs that were wholly written before and since.
    pub fn done(&self) -> usize {
        self.mark.done as usize
    }

    fn reopen(&mut self, name: String, extent: Extent) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).open(self.home.join(&name))?;
        if file.metadata()?.len() < extent.bytes {
            return Err(io::Error::other(format!("`{name}` is shorter than its journal says")));
        }
        file.set_len(extent.bytes)?;
        file.seek(SeekFrom::End(0))?;
        self.files.insert(name, (file, extent));
        Ok(())
    }

    /// Begins a file with its header, unless it is there.
    pub fn begin(&mut self, Growing { name, header }: &Growing) -> io::Result<()> {
        if self.files.contains_key(name) {
            return Ok(());
        }
        let mut file = File::create(self.home.join(name))?;
        file.write_all(header.as_bytes())?;
        let extent = Extent { bytes: header.len() as u64, ..Extent::default() };
        self.files.insert(name.clone(), (file, extent));
        Ok(())
    }

    /// One run more is wholly written.
    pub fn step(&mut self) -> io::Result<()> {
        self.mark.done += 1;
        if Instant::now() >= self.due { self.keep() } else { Ok(()) }
    }

    /// Makes sure that what is written outlives the program, and writes so into the journal.
    pub fn keep(&mut self) -> io::Result<()> {
        if !self.journal {
            return Ok(());
        }
        let begun = Instant::now();
        for (file, _) in self.files.values() {
            file.sync_data()?;
        }
        self.mark.files = self.files.iter().map(|(name, (_, extent))| (name.clone(), extent.clone())).collect();
        let next = self.home.join(format!("{JOURNAL}.new"));
        let mut file = File::create(&next)?;
        file.write_all(serde_json::to_string(&self.mark).expect("a mark can be written as JSON").as_bytes())?;
        file.sync_data()?;
        fs::rename(next, self.home.join(JOURNAL))?;
        self.due = Instant::now() + LEAST.max(begun.elapsed() * SPARE);
        Ok(())
    }

    /// Closes the files and says how long they are.
    pub fn close(mut self) -> Mark {
        self.mark.files = self.files.into_iter().map(|(name, (_, extent))| (name, extent)).collect();
        self.mark
    }
}

impl Append for Growth {
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

    fn table(name: &str) -> Growing {
        Growing { name: inside(name), header: "h\n".to_owned() }
    }

    fn records() -> Growing {
        Growing::records("b.bin".to_owned())
    }

    fn work() -> Work {
        let ensemble = three_nations::ensemble(&["baseline"], 3);
        let request = copies::request(&ensemble, "runs".to_owned()).unwrap();
        Work::new(&ensemble, request)
    }

    fn mark(home: &Path) -> Mark {
        serde_json::from_str(&fs::read_to_string(home.join(JOURNAL)).unwrap()).unwrap()
    }

    #[test]
    fn what_was_written_after_the_last_mark_is_written_again() {
        let (home, work) = (tempfile::tempdir().unwrap(), work());
        let mut growth = Growth::new(&Site::new(home.path(), true).unwrap(), &work).unwrap();
        growth.begin(&table("a.csv")).unwrap();
        growth.append(&inside("a.csv"), b"1\n", 1).unwrap();
        growth.step().unwrap();
        growth.keep().unwrap();
        growth.append(&inside("a.csv"), b"2\nhalf", 1).unwrap();
        growth.begin(&records()).unwrap();
        fs::write(home.path().join("folder/c.csv"), "after").unwrap();
        drop(growth);
        let mut growth = Growth::new(&Site::resumed(home.path(), mark(home.path())).unwrap(), &work).unwrap();
        assert_eq!(growth.done(), 1);
        growth.begin(&table("a.csv")).unwrap();
        growth.append(&inside("a.csv"), b"2\n", 1).unwrap();
        growth.begin(&records()).unwrap();
        growth.record("b.bin", &[0.5]).unwrap();
        growth.step().unwrap();
        let closed = growth.close();
        assert_eq!((closed.done, closed.files[&inside("a.csv")].rows, closed.files["b.bin"].bytes), (2, 2, 8));
        assert_eq!(fs::read_to_string(home.path().join("folder/a.csv")).unwrap(), "h\n1\n2\n");
        assert!(!home.path().join("folder/c.csv").exists());
    }

    #[test]
    fn a_file_that_lost_bytes_is_not_gone_on_with() {
        let (home, work) = (tempfile::tempdir().unwrap(), work());
        let mut growth = Growth::new(&Site::new(home.path(), true).unwrap(), &work).unwrap();
        growth.begin(&Growing { header: "header".to_owned(), ..records() }).unwrap();
        growth.keep().unwrap();
        fs::write(home.path().join("b.bin"), "head").unwrap();
        let site = Site::resumed(home.path(), mark(home.path())).unwrap();
        assert!(Growth::new(&site, &work).unwrap_err().to_string().contains("shorter"));
    }
}
