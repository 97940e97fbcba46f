//! Parts of a work that were made apart, joined: what one program would have written.
use crate::folder::{Draft, Placing, Refusal};
use crate::growth::Growth;
use crate::on_disk::{DiskFolder, regular};
use crate::reopen::{AnyStudy, reopen};
use crate::verify::VerifyError;
use crate::write::{WriteError, begin, conclude};
use noforn_lab::study::copies::safe_name;
use noforn_lab::study::work::{Extent, Mark, Shard, Work};
use noforn_lab::study::{Append, Study, inside};
use noforn_lab::tables::package::digest;
use noforn_lab::workers::OneByOne;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// The file that says what part a folder holds, and how long and what its files are.
pub const MARK: &str = "shard.json";
/// The greatest such file that is read, in bytes.
const GREATEST: u64 = 16 << 20;

/// A part, read and found whole.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Its folder.
    pub folder: PathBuf,
    /// What it holds.
    pub mark: Mark,
}

/// Says in the folder of a part what part it is.
pub fn write_mark(folder: &Path, mark: &Mark) -> io::Result<()> {
    let mut told = Mark { files: BTreeMap::new(), ..mark.clone() };
    for (name, extent) in &mark.files {
        let Some(name) = name.strip_prefix(&inside("")) else { continue };
        let (bytes, sha256) = digest(&DiskFolder::new(folder), name)?;
        debug_assert_eq!(bytes, extent.bytes, "a file that is closed is as long as it was made");
        told.files.insert(name.to_owned(), Extent { sha256: Some(sha256), ..extent.clone() });
    }
    let text = serde_json::to_string_pretty(&told).expect("a mark can be written as JSON");
    std::fs::write(folder.join(MARK), text + "\n")
}

/// Reads the parts in these folders: all of one work, each whole, none missing, none twice. They come in their order.
pub fn pieces(folders: &[PathBuf]) -> Result<Vec<Piece>, String> {
    let mut pieces: Vec<Piece> = folders.iter().map(|folder| piece(folder)).collect::<Result<_, _>>()?;
    let shown = |piece: &Piece| format!("`{}`", piece.folder.display());
    let Some(first) = pieces.first() else { return Err("no folder is named".to_owned()) };
    for other in &pieces[1..] {
        if let Some((what, a, b)) = first.mark.work.difference(&other.mark.work) {
            return Err(format!(
                "{} and {} are parts of two works: their {what} is `{a}` and `{b}`",
                shown(first),
                shown(other)
            ));
        }
    }
    let of = shard(first).of;
    if let Some(other) = pieces.iter().find(|piece| shard(piece).of != of) {
        let (a, b) = (shown(first), shown(other));
        return Err(format!("{a} is one of {of} parts and {b} one of {}", shard(other).of));
    }
    pieces.sort_by_key(|piece| shard(piece).part);
    if let Some([a, b]) = pieces.array_windows().find(|[a, b]| shard(a) == shard(b)) {
        return Err(format!("part {} is there twice: {} and {}", shard(a), shown(a), shown(b)));
    }
    let there = |part: u32| pieces.binary_search_by_key(&part, |piece| shard(piece).part).is_ok();
    let missing: Vec<u32> = (1..=of).filter(|part| !there(*part)).collect();
    match missing.as_slice() {
        [] => Ok(pieces),
        [one] => Err(format!("part {one}/{of} is missing")),
        [first, ..] => Err(format!("{} of {of} parts are missing, the first of them {first}/{of}", missing.len())),
    }
}

/// The part of a folder that was read as one.
fn shard(piece: &Piece) -> Shard {
    piece.mark.work.request.shard.expect("a folder is read as a part only if it says which")
}

fn piece(folder: &Path) -> Result<Piece, String> {
    let path = folder.join(MARK);
    let wrong = |what: String| format!("`{}` {what}", path.display());
    let file = regular(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("`{}` holds no part: it has no `{MARK}`", folder.display()),
        _ => wrong(format!("cannot be read: {error}")),
    })?;
    let mut text = String::new();
    file.take(GREATEST).read_to_string(&mut text).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    let mark: Mark =
        serde_json::from_str(&text).map_err(|error| wrong(format!("is not one that this noforn reads: {error}")))?;
    let request = &mark.work.request;
    let shard = request.shard.ok_or_else(|| wrong("does not say which part it is".to_owned()))?;
    shard.to_string().parse::<Shard>().map_err(&wrong)?;
    if request.engine_version != env!("CARGO_PKG_VERSION") {
        let (made, this) = (&request.engine_version, env!("CARGO_PKG_VERSION"));
        return Err(format!("`{}` was made by noforn {made}, this is {this}", folder.display()));
    }
    for (name, extent) in &mark.files {
        let found = safe_name(name).is_ok().then(|| digest(&DiskFolder::new(folder), name));
        let same = matches!(found, Some(Ok((bytes, sha256)))
            if bytes == extent.bytes && Some(&sha256) == extent.sha256.as_ref());
        if !same {
            return Err(format!("`{}` is missing or was changed", folder.join(name).display()));
        }
    }
    Ok(Piece { folder: folder.to_owned(), mark })
}

/// What the parts are parts of.
pub fn whole(pieces: &[Piece]) -> Work {
    let mut work = pieces[0].mark.work.clone();
    work.request.shard = None;
    work
}

/// The study whose parts these are, from what the first of them keeps. Refuses parts that do not hold all their items.
pub fn study(pieces: &[Piece]) -> Result<AnyStudy, VerifyError> {
    let (work, folder) = (whole(pieces), &pieces[0].folder);
    let any = reopen(&DiskFolder::new(folder), &work.request)?;
    crate::with_study!(&any, study => {
        if let Some((what, now, then)) = study.work().difference(&work) {
            return Err(VerifyError::Folder(format!(
                "the scenario that `{}` keeps is not the one that was run: its {what} is `{now}` and was `{then}`",
                folder.display()
            )));
        }
    });
    for piece in pieces {
        let part = reopen(&DiskFolder::new(folder), &piece.mark.work.request)?;
        let items = crate::with_study!(&part, study => study.part().len());
        if piece.mark.done != items as u64 {
            return Err(VerifyError::Folder(format!(
                "`{}` holds {} runs of the {items} of its part",
                piece.folder.display(),
                piece.mark.done
            )));
        }
    }
    Ok(any)
}

/// Appends what the parts hold, one after the other.
pub fn join(growth: &mut Growth, pieces: &[Piece]) -> io::Result<()> {
    for piece in pieces {
        for (name, extent) in &piece.mark.files {
            let mut reader = BufReader::new(File::open(piece.folder.join(name))?);
            let table = name.ends_with(".csv");
            if table {
                reader.skip_until(b'\n')?;
            }
            let to = if table { inside(name) } else { name.clone() };
            growth.append(&to, &[], extent.rows)?;
            loop {
                let bytes = reader.fill_buf()?;
                if bytes.is_empty() {
                    break;
                }
                growth.append(&to, bytes, 0)?;
                let read = bytes.len();
                reader.consume(read);
            }
        }
    }
    Ok(())
}

/// Joins the parts of a study into one folder. They must have been read by `pieces`, and `study` from them.
pub fn merge<S: Study>(
    target: &Path,
    pieces: &[Piece],
    study: &S,
    replace: bool,
) -> Result<(PathBuf, S::Findings), WriteError> {
    let draft = Draft::of(target, Placing { replace, resume: false }, study.work())?;
    let site = draft.site();
    let failed = |error| Refusal::Io(site.folder(), error);
    let mut growth = begin(study, site).map_err(failed)?;
    join(&mut growth, pieces).map_err(failed)?;
    let findings = conclude(study, site, &growth.close(), S::Memory::default(), &OneByOne)?;
    Ok((draft.finish()?, findings))
}
