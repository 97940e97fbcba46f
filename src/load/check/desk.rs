//! What every check needs: the file, the ids there are, the places, the faults found.
use crate::load::tree::Node;
use crate::scenario::Rosters;
use crate::scenario::countries;
use crate::scenario::fault::{Fault, Place};
use crate::scenario::format::ScenarioFile;
use crate::scenario::words::{joined, list, nearest, shown};
use crate::world::ids::Roster;
use std::collections::{BTreeMap, BTreeSet};

/// The ids of every table, also of rows whose shape is wrong: a reference to them is right.
#[derive(Clone, Debug, Default)]
pub struct Ids(BTreeMap<String, BTreeSet<String>>);

impl Ids {
    /// The ids in a tree.
    pub fn of(tree: &Node) -> Self {
        let tables = tree.branch().into_iter().flatten();
        let ids = |node: &Node| node.branch().into_iter().flatten().map(|(id, _)| id.clone()).collect();
        Self(tables.map(|(table, rows)| (table.clone(), ids(rows))).collect())
    }
    /// Whether a table has an id.
    pub fn has(&self, table: &str, id: &str) -> bool {
        self.0.get(table).is_some_and(|ids| ids.contains(id))
    }
    /// Whether a table is there and has no rows.
    pub fn is_empty_table(&self, table: &str) -> bool {
        self.0.get(table).is_some_and(BTreeSet::is_empty)
    }
    /// The same as rosters.
    pub fn rosters(&self) -> Rosters {
        let roster = |table: &str| Roster::new(self.all(table).map(str::to_owned));
        Rosters {
            nations: roster("nations"),
            vendors: roster("vendors"),
            networks: roster("networks"),
            missions: roster("missions"),
            agreements: roster("agreements"),
            groups: roster("groups"),
            rules: roster("rules"),
            facts: roster("facts"),
        }
    }
    /// The ids of a table.
    pub fn all(&self, table: &str) -> impl Iterator<Item = &str> + Clone {
        self.0.get(table).into_iter().flatten().map(String::as_str)
    }
}

/// Where values and keys were written.
#[derive(Clone, Copy, Debug)]
pub struct Origins<'a> {
    /// Values by dotted path.
    pub values: &'a BTreeMap<String, Place>,
    /// The tree, for the places of keys.
    pub tree: &'a Node,
}

/// A check's desk.
pub struct Desk<'a> {
    /// The file under check.
    pub file: &'a ScenarioFile,
    /// The ids there are.
    pub ids: &'a Ids,
    origins: &'a Origins<'a>,
    /// What was found.
    pub faults: Vec<Fault>,
}

impl<'a> Desk<'a> {
    /// A desk with nothing found yet.
    pub fn new(file: &'a ScenarioFile, ids: &'a Ids, origins: &'a Origins<'a>) -> Self {
        Self { file, ids, origins, faults: Vec::new() }
    }

    /// The place of the value at a path, or of the nearest table above it.
    pub fn place(&self, path: &str) -> Option<Place> {
        let mut path = path;
        loop {
            if let Some(place) = self.origins.values.get(path) {
                return Some(place.clone());
            }
            let Some(dot) = path.rfind('.') else { return Some(self.origins.tree.place.clone()) };
            path = &path[..dot];
        }
    }

    /// The place of the key at a path.
    pub fn key(&self, path: &str) -> Option<Place> {
        let keys: Vec<&str> = path.split('.').collect();
        self.origins.tree.at(&keys).map(|node| node.key.clone()).or_else(|| self.place(path))
    }

    /// Records a fault of the value at a path.
    pub fn fault(&mut self, path: &str, fault: Fault) {
        let place = self.place(path);
        self.faults.push(fault.at(place));
    }

    /// Records a fault of the key at a path.
    pub fn key_fault(&mut self, path: &str, fault: Fault) {
        let place = self.key(path);
        self.faults.push(fault.at(place));
    }

    /// Holds a reference against the tables that may have it; `what` says what it should be.
    pub fn refer(&mut self, path: &str, tables: &[&str], what: &str, id: &str) -> bool {
        let known = tables.iter().any(|table| self.ids.has(table, id));
        if !known {
            let fault = self.unknown(tables, what, id);
            self.fault(path, fault);
        }
        known
    }

    /// The same for a nation.
    pub fn nation(&mut self, path: &str, id: &str) -> bool {
        self.refer(path, &["nations"], "nation", id)
    }

    /// The same for a list of nations, none of them twice.
    pub fn nations(&mut self, path: &str, list: &[String]) {
        let mut seen = BTreeSet::new();
        for (at, id) in list.iter().enumerate() {
            let here = joined(path, &at.to_string());
            if self.nation(&here, id) && !seen.insert(id) {
                self.fault(&here, Fault::new("duplicate-id", format!("`{id}` is in this list twice")));
            }
        }
    }

    /// The fault of an id that is in none of these tables.
    pub fn unknown(&self, tables: &[&str], what: &str, id: &str) -> Fault {
        const SEARCHED: usize = 5000;
        let fault = Fault::new("unknown-id", format!("there is no {what} `{}`", shown(id)));
        let known = tables.iter().flat_map(|table| self.ids.all(table).take(SEARCHED));
        let countries = tables.contains(&"nations") || tables.contains(&"rivals");
        let help = match countries.then(|| countries::meant(id)).flatten() {
            Some((code, name)) => {
                let missing =
                    if known.clone().any(|id| id == code) { "" } else { ", which this scenario does not have" };
                format!("{name} is `{code}`{missing}")
            }
            None => match nearest(id, known.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.clone().next().is_none() => format!("this scenario has no {what}"),
                None => format!("there is {}", list(known)),
            },
        };
        fault.help(help)
    }

    /// Holds every share of a table of shares against the ids and bounds; used for km as well.
    pub fn by_state(&mut self, path: &str, values: &BTreeMap<String, f64>, most: f64, unit: &str) {
        for (id, value) in values {
            let here = joined(path, id);
            if !["rivals", "nations"].iter().any(|table| self.ids.has(table, id)) {
                let fault = self.unknown(&["rivals", "nations"], "rival or nation", id);
                self.key_fault(&here, fault);
            }
            if !(0.0..=most).contains(value) {
                let fault = Fault::new("out-of-range", format!("`{here}` is {value}"));
                self.fault(&here, fault.help(format!("it lies between 0 and {most}{unit}")));
            }
        }
    }
}
