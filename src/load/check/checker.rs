//! The state of the semantic checks: the file, its ids, their places, and the faults found.
use crate::load::tree::ConfigNode;
use crate::scenario::Rosters;
use crate::scenario::countries;
use crate::scenario::fault::{Fault, Place};
use crate::scenario::format::ScenarioFile;
use crate::scenario::words::{joined, list, nearest, shown};
use crate::world::ids::Roster;
use std::collections::{BTreeMap, BTreeSet};

/// The ids of every table. They include rows whose shape is wrong, because a reference to those is no fault.
#[derive(Clone, Debug, Default)]
pub struct Ids(BTreeMap<String, BTreeSet<String>>);

impl Ids {
    /// The ids of all tables in a tree.
    pub fn in_tree(tree: &ConfigNode) -> Self {
        let tables = tree.entries().into_iter().flatten();
        Self(tables.map(|(table, rows)| (table.clone(), row_ids(rows))).collect())
    }
    /// Whether a table has an id.
    pub fn has(&self, table: &str, id: &str) -> bool {
        self.0.get(table).is_some_and(|ids| ids.contains(id))
    }
    /// Whether a table is given but has no rows.
    pub fn is_empty_table(&self, table: &str) -> bool {
        self.0.get(table).is_some_and(BTreeSet::is_empty)
    }
    /// The ids as rosters.
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
    /// The ids of a table, sorted.
    pub fn all(&self, table: &str) -> impl Iterator<Item = &str> + Clone {
        self.0.get(table).into_iter().flatten().map(String::as_str)
    }
}

fn row_ids(table: &ConfigNode) -> BTreeSet<String> {
    table.entries().into_iter().flatten().map(|(id, _)| id.clone()).collect()
}

/// The places of values and keys.
#[derive(Clone, Copy, Debug)]
pub struct Origins<'a> {
    /// The places of values, by dotted path.
    pub values: &'a BTreeMap<String, Place>,
    /// The tree, which has the places of keys.
    pub tree: &'a ConfigNode,
}

/// What the semantic checks share: each reads the file and adds faults.
pub struct SemanticChecker<'a> {
    /// The file that is checked.
    pub file: &'a ScenarioFile,
    /// The ids of its tables.
    pub ids: &'a Ids,
    origins: &'a Origins<'a>,
    /// The faults found so far.
    pub faults: Vec<Fault>,
}

impl<'a> SemanticChecker<'a> {
    /// A checker without faults.
    pub fn new(file: &'a ScenarioFile, ids: &'a Ids, origins: &'a Origins<'a>) -> Self {
        Self { file, ids, origins, faults: Vec::new() }
    }

    /// The place of the value at a path; where it has none, the place of the nearest table above it.
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

    /// Whether the files give a value at a path, be it right or wrong.
    pub fn is_given(&self, path: &str) -> bool {
        self.origins.values.contains_key(path)
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

    /// Checks that one of `tables` has an id; `what` names such an id in messages.
    pub fn check_reference(&mut self, path: &str, tables: &[&str], what: &str, id: &str) -> bool {
        let known = tables.iter().any(|table| self.ids.has(table, id));
        if !known {
            let fault = self.unknown(tables, what, id);
            self.fault(path, fault);
        }
        known
    }

    /// Checks the id of a nation.
    pub fn check_nation(&mut self, path: &str, id: &str) -> bool {
        self.check_reference(path, &["nations"], "nation", id)
    }

    /// Checks a list of nations, which must not contain one twice.
    pub fn check_nations(&mut self, path: &str, list: &[String]) {
        let mut seen = BTreeSet::new();
        for (at, id) in list.iter().enumerate() {
            let here = joined(path, &at.to_string());
            if self.check_nation(&here, id) && !seen.insert(id) {
                self.fault(&here, Fault::new("duplicate-id", format!("`{id}` is in this list twice")));
            }
        }
    }

    /// The fault of an id that none of these tables has.
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

    /// Checks a table of numbers by state: the ids, and that each number is between 0 and `most`.
    pub fn check_by_state(&mut self, path: &str, values: &BTreeMap<String, f64>, most: f64, unit: &str) {
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
