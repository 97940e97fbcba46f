//! The files of a folder of results that this program wrote: its data package, and what that lists.
use crate::disk_folder::DiskFolder;
use crate::inputs;
use crate::names::find;
use crate::shard_file::{SHARD_FILE, read_checkpoint};
use noforn_lab::ensemble::Ensemble;
use noforn_lab::study::copies::{self, file_name, safe_name};
use noforn_lab::study::kept;
use noforn_lab::study::request::{Kept, Request};
use noforn_lab::sweep::DESIGN_FILE;
use noforn_lab::tables::catalogue::TABLES;
use noforn_lab::tables::memory::MemoryTables;
use noforn_lab::tables::package::{self, digest, sha256};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The files of a folder that this program wrote.
#[derive(Clone, Debug)]
pub struct OwnFiles {
    folder: DiskFolder,
    request: Request,
    /// Their names, and their SHA-256 where it is recorded.
    names: BTreeMap<String, Option<String>>,
}

impl OwnFiles {
    /// The files that the folder lists. Returns an error, in words, if this program did not write the folder.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let folder = DiskFolder::unnoted(folder);
        let (package, request) = (kept::package(&folder)?, kept::request(&folder)?);
        let mut names = BTreeMap::from([(package::FILE.to_owned(), None)]);
        names.extend(package["resources"].as_array().into_iter().flatten().filter_map(resource));
        let copies = request.variants.iter().flat_map(copies_of);
        names.extend(copies.map(|name| (name.clone(), None)));
        names.extend(request.records.iter().map(|(name, hash)| (name.clone(), Some(hash.clone()))));
        let design = request.sweep.as_ref().map(|sweep| &sweep.design_sha256);
        let design = design.or(request.robustness.as_ref().map(|robust| &robust.design_sha256));
        names.extend(design.map(|hash| (DESIGN_FILE.to_owned(), Some(hash.clone()))));
        if request.shard.is_some() {
            names.insert(SHARD_FILE.to_owned(), None);
            let files = read_checkpoint(&folder.path).map(|checkpoint| checkpoint.files).unwrap_or_default();
            names.extend(files.into_iter().map(|(name, extent)| (name, extent.sha256)));
        }
        names.retain(|name, _| safe_name(name).is_ok());
        Ok(Self { folder, request, names })
    }

    /// The request of the folder.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The names of the files.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.names.keys()
    }

    /// The first file that this process has read.
    pub fn input(&self) -> Option<PathBuf> {
        self.names().map(|name| self.folder.path.join(name)).find(|path| inputs::was_read(path))
    }

    /// The names of everything else in the folder.
    pub fn others(&self) -> io::Result<Vec<OsString>> {
        let mut others = Vec::new();
        for entry in fs::read_dir(&self.folder.path)? {
            let entry = entry?;
            let listed = entry.file_name().to_str().is_some_and(|name| self.names.contains_key(name));
            if !listed || entry.file_type()?.is_dir() {
                others.push(entry.file_name());
            }
        }
        others.sort();
        Ok(others)
    }

    /// Something else in the folder that has the name of a table.
    pub fn taken(&self) -> io::Result<Option<OsString>> {
        let is_table = |name: &str| name == SHARD_FILE || TABLES.iter().any(|table| table.file() == name);
        Ok(self.others()?.into_iter().find(|name| name.to_str().is_some_and(is_table)))
    }

    /// The files that were changed since they were written, as far as that can be known.
    pub fn changed(&self) -> io::Result<Vec<String>> {
        let copies = self.copies();
        let mut changed = Vec::new();
        for (name, hash) in &self.names {
            let Some(expected) = copies.get(name).or(hash.as_ref()) else { continue };
            if find(&self.folder.path.join(name))?.is_some() && digest(&self.folder, name)?.1 != *expected {
                changed.push(name.clone());
            }
        }
        Ok(changed)
    }

    /// True if every file is there.
    pub fn is_whole(&self) -> bool {
        self.names().all(|name| self.folder.path.join(name).is_file())
    }

    /// The SHA-256 of the scenarios and policies as this program writes them, and an empty one for those that no longer say
    /// what was run.
    fn copies(&self) -> BTreeMap<String, String> {
        let memory = MemoryTables::default();
        let scenarios = kept::scenarios(&self.folder, &self.request).unwrap_or_default();
        let sha256s: Vec<String> = scenarios.iter().map(|scenario| scenario.sha256.clone()).collect();
        if !scenarios.is_empty() {
            let written = copies::write(&memory, &Ensemble::new(scenarios, self.request.reps), &self.request);
            written.expect("memory takes every file");
        }
        let hashed = |(name, bytes): (String, Vec<u8>)| (name, sha256(&String::from_utf8_lossy(&bytes)));
        let mut hashes: BTreeMap<String, String> = memory.into_files().into_iter().map(hashed).collect();
        for (at, kept) in self.request.variants.iter().enumerate() {
            if sha256s.get(at) != Some(&kept.scenario_sha256) {
                hashes.extend(copies_of(kept).map(|name| (name.clone(), String::new())));
            }
        }
        hashes
    }
}

/// The files of a variant: its scenario and its policies. Other names than those that this program gives are not its files.
fn copies_of(kept: &Kept) -> impl Iterator<Item = &String> {
    let policies = kept.policies.iter().map(|policy| &policy.file);
    let policies = policies.filter(|name| name.starts_with("policies-") && name.ends_with(".cedar"));
    let scenario = Some(&kept.file).filter(|name| file_name(&kept.variant).is_ok_and(|own| own == **name));
    scenario.into_iter().chain(policies)
}

/// The file of a resource, and its SHA-256. Without one, nothing shows that this program wrote the file.
fn resource(resource: &Value) -> Option<(String, Option<String>)> {
    let hash = resource["hash"].as_str()?.strip_prefix("sha256:")?;
    Some((resource["path"].as_str()?.to_owned(), Some(hash.to_owned())))
}
