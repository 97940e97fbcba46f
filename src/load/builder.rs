//! Builds the tree of a scenario from its files: what it extends, its CSV tables, its own entries.
use super::files::{Files, check_name, named_by, path_of};
use super::tree::{self, ConfigNode, ConfigValue};
use super::{merge, shape, tables};
use crate::scenario::fault::{Fault, Place};
use crate::scenario::source::{SourceText, Sources};
use crate::scenario::words::{list, shown};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The longest chain of files that extend one another.
const DEEPEST: usize = 32;
/// The most files of a scenario.
const MOST_FILES: usize = 256;
/// The most bytes in the files of a scenario (64 MiB).
const MOST_BYTES: usize = 64 << 20;
/// The most bytes in a TOML file (4 MiB). Parsing it takes about a hundred times as much memory.
const MOST_TOML: usize = 4 << 20;
/// The most values in all TOML files of a scenario together.
const MOST_VALUES: usize = 1_500_000;

const RELATIVE: &str = "files are named relative to the file that names them";

/// Reads files, each once, merges them, and collects their texts and faults.
pub struct TreeBuilder<'a> {
    files: &'a dyn Files,
    folder: String,
    /// The texts of all files read.
    pub sources: Sources,
    /// The faults found in the files.
    pub faults: Vec<Fault>,
    /// False after a syntax error or a file that cannot be read: the trees are then incomplete.
    pub sound: bool,
    merged: BTreeMap<Arc<str>, Option<ConfigNode>>,
    read_before: BTreeMap<String, Option<Arc<SourceText>>>,
    trail: Vec<String>,
    bytes: usize,
    values: usize,
}

impl<'a> TreeBuilder<'a> {
    /// A builder that reads file names relative to a scenario's folder.
    pub fn new(files: &'a dyn Files, folder: &str) -> Self {
        Self {
            files,
            folder: folder.to_owned(),
            sources: Sources::default(),
            faults: Vec::new(),
            sound: true,
            merged: BTreeMap::new(),
            read_before: BTreeMap::new(),
            trail: Vec::new(),
            bytes: 0,
            values: 0,
        }
    }

    /// Records a fault that makes the trees incomplete.
    fn fatal(&mut self, fault: Fault) {
        self.sound = false;
        self.faults.push(fault);
    }

    /// The text of a file whose name must have an ending; `asked` is the place that names it.
    pub fn text(&mut self, name: &str, ending: &str, asked: Option<&Place>) -> Option<Arc<SourceText>> {
        if let Some(known) = self.read_before.get(name) {
            return known.clone();
        }
        let text = match check_name(name, ending) {
            Err(fault) => Err(fault),
            Ok(()) if self.read_before.len() >= MOST_FILES => {
                Err(Fault::new("too-many-files", format!("a scenario is read from at most {MOST_FILES} files")))
            }
            Ok(()) => self
                .files
                .read(&path_of(&self.folder, name))
                .map_err(|why| Fault::new("cannot-read", format!("cannot read `{}`: {why}", shown(name))))
                .map_err(|fault| if asked.is_some() { fault.help(RELATIVE) } else { fault }),
        };
        self.bytes += text.as_ref().map_or(0, String::len);
        let text = match text {
            Ok(_) if self.bytes > MOST_BYTES => {
                let most = MOST_BYTES >> 20;
                Err(Fault::new("too-large", format!("a scenario is read from at most {most} MiB")))
            }
            Ok(text) if ending == ".toml" && text.len() > MOST_TOML => {
                let fault = Fault::new("too-large", format!("`{}` has more than {} MiB", shown(name), MOST_TOML >> 20));
                Err(fault.help("bulk data stand in CSV files that `[tables]` names"))
            }
            text => text,
        };
        let source = match text {
            Ok(text) => Some(self.sources.add(SourceText::new(name, &text))),
            Err(fault) => {
                self.fatal(fault.at(asked.cloned()));
                None
            }
        };
        self.read_before.insert(name.to_owned(), source.clone());
        source
    }

    /// The tree of a file, merged with its CSV tables and all that it extends; `extends`, `tables` and `remove` are gone.
    pub fn merged(&mut self, name: &str, asked: Option<&Place>) -> Option<ConfigNode> {
        if let Some(known) = self.merged.get(name) {
            return known.clone();
        }
        if let Some(first) = self.trail.iter().position(|open| open == name) {
            self.cycle(first, name, asked);
            return None;
        }
        if self.trail.len() >= DEEPEST {
            self.fatal(
                Fault::new("deep-extends", format!("files extend one another more than {DEEPEST} deep"))
                    .at(asked.cloned()),
            );
            return None;
        }
        self.trail.push(name.to_owned());
        let mut node = self.text(name, ".toml", asked).map(|source| self.combine(name, &source));
        self.trail.pop();
        // The scenario's own file needs no cache: a second use would be a cycle.
        if !self.trail.is_empty() {
            // What `noforn run` takes if nothing is said counts for the file that is run.
            let run = node.as_mut().and_then(|node| node.entries_mut()?.get_mut("run")?.entries_mut());
            run.into_iter().for_each(|run| run.retain(|key, _| key != "variants" && key != "reps"));
            self.merged.insert(name.into(), node.clone());
        }
        node
    }

    fn cycle(&mut self, first: usize, name: &str, asked: Option<&Place>) {
        let through: Vec<&str> = self.trail[first + 1..].iter().map(String::as_str).collect();
        let message = match through.as_slice() {
            [] => format!("`{}` extends itself", shown(name)),
            through => format!("`{}` extends itself through {}", shown(name), list(through.iter().copied())),
        };
        self.fatal(Fault::new("cycle", message).at(asked.cloned()).help("take one of the files out of `extends`"));
    }

    fn combine(&mut self, name: &str, source: &SourceText) -> ConfigNode {
        let (mut own, sound) = tree::parse(source, &mut self.faults);
        self.sound &= sound;
        self.values += own.count();
        if self.values > MOST_VALUES {
            let fault = Fault::new("too-large", format!("a scenario has at most {MOST_VALUES} values"));
            self.fatal(fault.at(source.top()));
            return ConfigNode::empty_table(source.top());
        }
        own.place = source.top();
        own.key = source.top();
        resolve_names(&mut own, name);
        let mut base = ConfigNode::empty_table(source.top());
        let extends = take_list(&mut own, "extends");
        for item in self.named_once(&extends) {
            let inherited = item.text().and_then(|named| self.merged(named, Some(&item.place)));
            if let Some(inherited) = inherited {
                merge::overlay(&mut base, inherited);
            }
        }
        self.overlay_tables(&mut base, &mut own);
        self.remove(&mut base, &mut own);
        base.place = own.place.clone();
        base.key = own.key.clone();
        merge::overlay(&mut base, own);
        base
    }

    /// Overlays a tree with the CSV tables that a file or a variant names.
    pub fn overlay_tables(&mut self, base: &mut ConfigNode, own: &mut ConfigNode) {
        let named = own.entries_mut().filter(|branch| branch.get("tables").is_some_and(|t| t.entries().is_some()));
        let Some(ConfigValue::Table(named)) = named.and_then(|branch| branch.remove("tables")).map(|node| node.value)
        else {
            return;
        };
        for (table, file) in named {
            if !tables::TABLES.contains(&table.as_str()) {
                let help = shape::tables_help(&table, &tables::TABLES);
                self.faults.push(
                    Fault::new("unknown-table", format!("`{}` is no table that CSV can fill", shown(&table)))
                        .at(file.key)
                        .help(help),
                );
                continue;
            }
            for (name, place) in self.table_files(&table, &file) {
                let Some(source) = self.text(name, ".csv", Some(place)) else { continue };
                let (rows, sound) = tables::read(&table, &source, &mut self.faults);
                self.sound &= sound;
                merge::overlay(base, rows);
            }
        }
    }

    /// The items of a list of files without duplicates, which are faults.
    fn named_once<'n>(&mut self, items: &'n [ConfigNode]) -> Vec<&'n ConfigNode> {
        let mut seen = BTreeSet::new();
        let mut once = Vec::new();
        for item in items {
            if item.text().is_none_or(|name| seen.insert(name)) {
                once.push(item);
                continue;
            }
            let message = format!("`{}` is in this list twice", shown(item.text().unwrap_or_default()));
            self.fatal(Fault::new("duplicate-file", message).at(item.place.clone()));
        }
        once
    }

    /// The names of the CSV files of a table, each with its place.
    fn table_files<'n>(&mut self, table: &str, file: &'n ConfigNode) -> Vec<(&'n str, &'n Place)> {
        let items = match &file.value {
            ConfigValue::List(items) => items.as_slice(),
            _ => std::slice::from_ref(file),
        };
        let mut named = Vec::new();
        for item in self.named_once(items) {
            match item.text() {
                Some(name) => named.push((name, &item.place)),
                None => {
                    let what = item.value.kind();
                    let message = format!("`tables.{table}` must be the name of a file or a list of names, not {what}");
                    self.faults.push(Fault::new("wrong-type", message).at(item.place.clone()));
                }
            }
        }
        named
    }

    /// Deletes from a tree the paths in the `remove` list of a file or a variant.
    pub fn remove(&mut self, base: &mut ConfigNode, own: &mut ConfigNode) {
        for item in take_list(own, "remove") {
            if let Some(Err(fault)) = item.text().map(|path| merge::remove(base, path)) {
                self.faults.push(fault.at(item.place));
            }
        }
    }
}

/// Takes a list of texts out of a table. Another value stays, so that the shape check reports it.
fn take_list(own: &mut ConfigNode, key: &str) -> Vec<ConfigNode> {
    let Some(branch) = own.entries_mut() else { return Vec::new() };
    let is_list = |node: &ConfigNode| matches!(&node.value, ConfigValue::List(items) if items.iter().all(|item| item.text().is_some()));
    if !branch.get(key).is_some_and(is_list) {
        return Vec::new();
    }
    match branch.remove(key).map(|node| node.value) {
        Some(ConfigValue::List(items)) => items,
        _ => Vec::new(),
    }
}

/// Makes every file name in a file relative to the scenario's folder.
fn resolve_names(own: &mut ConfigNode, naming: &str) {
    let Some(branch) = own.entries_mut() else { return };
    for key in ["extends", "policies"] {
        if let Some(ConfigValue::List(items)) = branch.get_mut(key).map(|node| &mut node.value) {
            items.iter_mut().for_each(|item| resolve_name(item, naming));
        }
    }
    resolve_tables(branch.get_mut("tables"), naming);
    for variant in
        branch.get_mut("variants").and_then(ConfigNode::entries_mut).into_iter().flat_map(|all| all.values_mut())
    {
        resolve_tables(variant.entries_mut().and_then(|variant| variant.get_mut("tables")), naming);
    }
}

fn resolve_tables(tables: Option<&mut ConfigNode>, naming: &str) {
    for item in tables.and_then(ConfigNode::entries_mut).into_iter().flat_map(|named| named.values_mut()) {
        match &mut item.value {
            ConfigValue::List(items) => items.iter_mut().for_each(|item| resolve_name(item, naming)),
            _ => resolve_name(item, naming),
        }
    }
}

fn resolve_name(item: &mut ConfigNode, naming: &str) {
    if let ConfigValue::Text(name) = &mut item.value
        && !name.is_empty()
    {
        *name = named_by(naming, name);
    }
}
