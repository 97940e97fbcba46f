//! A ZIP archive, written in one go: entries are deflated as they come, nothing is held in memory.
use flate2::Compression;
use flate2::Crc;
use flate2::write::DeflateEncoder;
use std::io::{self, Write};

/// The date of every entry: 1 January 1980, the first there is. The same folder gives the same bytes.
const DATE: u16 = 0x21;
/// Sizes follow the data; names are UTF-8.
const FLAGS: u16 = 0x0808;

/// An archive in the making.
pub struct Archive<W: Write> {
    out: Counted<W>,
    entries: Vec<Entry>,
}

struct Entry {
    name: &'static str,
    number: Option<usize>,
    crc: u32,
    packed: u32,
    size: u32,
    offset: u32,
}

impl Entry {
    fn path(&self) -> String {
        self.number.map_or(self.name.to_owned(), |number| self.name.replace('#', &number.to_string()))
    }
}

/// What an entry is written into.
pub struct Body<'a, W: Write> {
    encoder: DeflateEncoder<&'a mut Counted<W>>,
    crc: Crc,
}

/// A writer that knows where it is.
pub struct Counted<W: Write> {
    inner: W,
    written: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.written += written as u64;
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<W: Write> Write for Body<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.encoder.write(bytes)?;
        self.crc.update(&bytes[..written]);
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.encoder.flush()
    }
}

fn small(number: u64) -> io::Result<u32> {
    u32::try_from(number).map_err(|_| io::Error::other("a workbook cannot be larger than 4 GiB; choose fewer tables"))
}

impl<W: Write> Archive<W> {
    /// An empty one.
    pub fn new(out: W) -> Self {
        Self { out: Counted { inner: out, written: 0 }, entries: Vec::new() }
    }

    /// Adds an entry that `fill` writes; a `#` in its name stands for the number.
    pub fn add<E: From<io::Error>>(
        &mut self,
        name: &'static str,
        number: Option<usize>,
        fill: impl FnOnce(&mut Body<'_, W>) -> Result<(), E>,
    ) -> Result<(), E> {
        let offset = small(self.out.written)?;
        let mut entry = Entry { name, number, crc: 0, packed: 0, size: 0, offset };
        self.out.write_all(&local(&entry))?;
        let begin = self.out.written;
        let (crc, size) = deflated(&mut self.out, fill)?;
        (entry.crc, entry.size) = (crc, small(size)?);
        entry.packed = small(self.out.written - begin)?;
        let mut after = Vec::new();
        for number in [0x0807_4b50, entry.crc, entry.packed, entry.size] {
            after.extend(number.to_le_bytes());
        }
        self.out.write_all(&after)?;
        self.entries.push(entry);
        Ok(())
    }

    /// Writes the directory and gives back what the archive was written into.
    pub fn finish(mut self) -> io::Result<W> {
        let begin = small(self.out.written)?;
        for entry in &self.entries {
            self.out.write_all(&central(entry))?;
        }
        let length = small(self.out.written)? - begin;
        let count =
            u16::try_from(self.entries.len()).map_err(|_| io::Error::other("a workbook has too many sheets"))?;
        let mut end = Vec::new();
        end.extend(0x0605_4b50_u32.to_le_bytes());
        end.extend([0; 4]);
        end.extend(count.to_le_bytes());
        end.extend(count.to_le_bytes());
        end.extend(length.to_le_bytes());
        end.extend(begin.to_le_bytes());
        end.extend([0; 2]);
        self.out.write_all(&end)?;
        self.out.flush()?;
        Ok(self.out.inner)
    }
}

/// Deflates what `fill` writes; its checksum and its size.
fn deflated<W: Write, E: From<io::Error>>(
    out: &mut Counted<W>,
    fill: impl FnOnce(&mut Body<'_, W>) -> Result<(), E>,
) -> Result<(u32, u64), E> {
    let mut body = Body { encoder: DeflateEncoder::new(out, Compression::new(6)), crc: Crc::new() };
    fill(&mut body)?;
    let size = body.encoder.total_in();
    body.encoder.try_finish()?;
    Ok((body.crc.sum(), size))
}

/// Version needed, flags, method, time, date: the same in both headers.
fn common() -> Vec<u8> {
    [20_u16, FLAGS, 8, 0, DATE].iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn local(entry: &Entry) -> Vec<u8> {
    let name = entry.path();
    let mut header = 0x0403_4b50_u32.to_le_bytes().to_vec();
    header.extend(common());
    header.extend([0; 12]);
    header.extend((name.len() as u16).to_le_bytes());
    header.extend([0; 2]);
    header.extend(name.as_bytes());
    header
}

fn central(entry: &Entry) -> Vec<u8> {
    let name = entry.path();
    let mut header = 0x0201_4b50_u32.to_le_bytes().to_vec();
    header.extend(20_u16.to_le_bytes());
    header.extend(common());
    for number in [entry.crc, entry.packed, entry.size] {
        header.extend(number.to_le_bytes());
    }
    header.extend((name.len() as u16).to_le_bytes());
    header.extend([0; 12]);
    header.extend(entry.offset.to_le_bytes());
    header.extend(name.as_bytes());
    header
}
