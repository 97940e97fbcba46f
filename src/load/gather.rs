//! From a file to one tree: what it extends, its CSV, and its own entries.
use super::files::{Files, check_name, named_by, path_of};
use super::tree::{self, Node, Value};
use super::{merge, shape, tables};
use crate::scenario::fault::{Fault, Place};
use crate::scenario::source::{Source, Sources};
use crate::scenario::words::{list, shown};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How deep files may extend one another.
const DEEPEST: usize = 32;
/// How many files a scenario may be read from.
const MOST_FILES: usize = 256;
/// How many bytes a scenario may be read from (64 MiB).
const MOST_BYTES: usize = 64 << 20;
/// How many bytes a file of TOML may have (4 MiB): reading it takes a hundred times as much.
const MOST_TOML: usize = 4 << 20;
/// How many values the files of TOML may have together.
const MOST_VALUES: usize = 1_500_000;

const RELATIVE: &str = "files are named relative to the file that names them";

/// Reads files, each once, and remembers their texts and faults.
pub struct Gather<'a> {
    files: &'a dyn Files,
    folder: String,
    /// Every text read.
    pub sources: Sources,
    /// What is wrong in the files.
    pub faults: Vec<Fault>,
    /// Whether the trees may be relied on; false after a syntax error or a file that cannot be read.
    pub sound: bool,
    merged: BTreeMap<Arc<str>, Option<Node>>,
    read_before: BTreeMap<String, Option<Arc<Source>>>,
    trail: Vec<String>,
    bytes: usize,
    values: usize,
}

impl<'a> Gather<'a> {
    /// Reads relative to a scenario's folder.
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

    fn fatal(&mut self, fault: Fault) {
        self.sound = false;
        self.faults.push(fault);
    }

    /// The text of a file that ends so, named at a place.
    pub fn text(&mut self, name: &str, ending: &str, asked: Option<&Place>) -> Option<Arc<Source>> {
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
            Ok(text) => Some(self.sources.add(Source::new(name, &text))),
            Err(fault) => {
                self.fatal(fault.at(asked.cloned()));
                None
            }
        };
        self.read_before.insert(name.to_owned(), source.clone());
        source
    }

    /// The tree of a file with all that it extends and its tables, without the keys that say so.
    pub fn merged(&mut self, name: &str, asked: Option<&Place>) -> Option<Node> {
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
        let node = self.text(name, ".toml", asked).map(|source| self.combine(name, &source));
        self.trail.pop();
        // Nothing can extend the scenario itself again: that would be a cycle.
        if !self.trail.is_empty() {
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

    fn combine(&mut self, name: &str, source: &Source) -> Node {
        let (mut own, sound) = tree::parse(source, &mut self.faults);
        self.sound &= sound;
        self.values += own.count();
        if self.values > MOST_VALUES {
            let fault = Fault::new("too-large", format!("a scenario has at most {MOST_VALUES} values"));
            self.fatal(fault.at(source.top()));
            return Node::table(source.top());
        }
        own.place = source.top();
        own.key = source.top();
        resolve_names(&mut own, name);
        let mut base = Node::table(source.top());
        let extends = take_list(&mut own, "extends");
        for item in self.named_once(&extends) {
            let inherited = item.text().and_then(|named| self.merged(named, Some(&item.place)));
            if let Some(inherited) = inherited {
                merge::lay(&mut base, inherited);
            }
        }
        self.lay_tables(&mut base, &mut own);
        self.remove(&mut base, &mut own);
        base.place = own.place.clone();
        base.key = own.key.clone();
        merge::lay(&mut base, own);
        base
    }

    /// Lays the CSV tables that a file or a variant names over a tree.
    pub fn lay_tables(&mut self, base: &mut Node, own: &mut Node) {
        let named = own.branch_mut().filter(|branch| branch.get("tables").is_some_and(|t| t.branch().is_some()));
        let Some(Value::Table(named)) = named.and_then(|branch| branch.remove("tables")).map(|node| node.value) else {
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
                merge::lay(base, rows);
            }
        }
    }

    /// The items of a list of files, without those named before, which are faults.
    fn named_once<'n>(&mut self, items: &'n [Node]) -> Vec<&'n Node> {
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

    /// The files that fill a table, each with the place that names it.
    fn table_files<'n>(&mut self, table: &str, file: &'n Node) -> Vec<(&'n str, &'n Place)> {
        let items = match &file.value {
            Value::List(items) => items.as_slice(),
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

    /// Deletes from a tree the paths that a file or a variant names.
    pub fn remove(&mut self, base: &mut Node, own: &mut Node) {
        for item in take_list(own, "remove") {
            if let Some(Err(fault)) = item.text().map(|path| merge::remove(base, path)) {
                self.faults.push(fault.at(item.place));
            }
        }
    }
}

/// Takes a list of texts out of a table; what is no such list stays, for the shape check to name.
fn take_list(own: &mut Node, key: &str) -> Vec<Node> {
    let Some(branch) = own.branch_mut() else { return Vec::new() };
    let is_list =
        |node: &Node| matches!(&node.value, Value::List(items) if items.iter().all(|item| item.text().is_some()));
    if !branch.get(key).is_some_and(is_list) {
        return Vec::new();
    }
    match branch.remove(key).map(|node| node.value) {
        Some(Value::List(items)) => items,
        _ => Vec::new(),
    }
}

/// Makes every file name in a file relative to the scenario.
fn resolve_names(own: &mut Node, naming: &str) {
    let Some(branch) = own.branch_mut() else { return };
    for key in ["extends", "policies"] {
        if let Some(Value::List(items)) = branch.get_mut(key).map(|node| &mut node.value) {
            items.iter_mut().for_each(|item| resolve_name(item, naming));
        }
    }
    resolve_tables(branch.get_mut("tables"), naming);
    for variant in branch.get_mut("variants").and_then(Node::branch_mut).into_iter().flat_map(|all| all.values_mut()) {
        resolve_tables(variant.branch_mut().and_then(|variant| variant.get_mut("tables")), naming);
    }
}

fn resolve_tables(tables: Option<&mut Node>, naming: &str) {
    for item in tables.and_then(Node::branch_mut).into_iter().flat_map(|named| named.values_mut()) {
        match &mut item.value {
            Value::List(items) => items.iter_mut().for_each(|item| resolve_name(item, naming)),
            _ => resolve_name(item, naming),
        }
    }
}

fn resolve_name(item: &mut Node, naming: &str) {
    if let Value::Text(name) = &mut item.value
        && !name.is_empty()
    {
        *name = named_by(naming, name);
    }
}
