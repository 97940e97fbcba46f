//! The way in: scenario files read, merged and checked into one value that is right.
mod check;
pub mod files;
mod gather;
mod merge;
mod prune;
pub mod rows;
mod shape;
pub mod synthetic;
mod tables;
mod tree;

use crate::access::Policies;
use crate::scenario::fault::{Fault, Place};
use crate::scenario::format::ScenarioFile;
use crate::scenario::source::{Source, Sources};
use crate::scenario::words::{instead, shown};
use crate::scenario::{BASELINE, CedarText, Scenario, resolve};
use crate::world::clock::Quarter;
use files::{Files, folder, scenario_name};
use gather::Gather;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use tree::{Node, Value, parse_value};

/// Which of the scenarios in a file is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// A variant, or several in order, joined by `+`; none for the file as it stands (`baseline`).
    pub variant: Option<String>,
    /// Paths and their values, from the command line.
    pub set: Vec<(String, String)>,
    /// The master seed, instead of the file's.
    pub seed: Option<u64>,
    /// Whether every run has the scenario's own parameters, whatever calibration left possible.
    pub fixed_parameters: bool,
}

/// Everything that is wrong, and the texts it is wrong in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// The faults by place.
    pub faults: Vec<Fault>,
    /// The texts by the name that places give them.
    pub texts: BTreeMap<Arc<str>, Arc<str>>,
    /// The folder that names of files are relative to: the scenario's, with its slash, or empty.
    pub folder: String,
}

impl fmt::Display for Faults {
    /// A line for each fault.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.faults.iter().try_for_each(|fault| writeln!(f, "{fault}"))
    }
}

impl std::error::Error for Faults {}

/// The greatest seed: the greatest whole number that spreadsheets and R read exactly.
pub const GREATEST_SEED: u64 = (1 << 53) - 1;

/// Reads one scenario.
pub fn load(files: &dyn Files, path: &str, choice: &Choice) -> Result<Scenario, Faults> {
    open(files, path)?.choose(choice)
}

/// Reads several variants of one file; the faults of all together.
pub fn load_all(files: &dyn Files, path: &str, choices: &[Choice]) -> Result<Vec<Scenario>, Faults> {
    open(files, path)?.choose_all(choices)
}

/// Reads a file and what it extends; the variants are chosen from it.
pub fn open<'a>(files: &'a dyn Files, path: &str) -> Result<Opened<'a>, Faults> {
    let folder = folder(path).to_owned();
    let refused = |fault| Faults { faults: vec![fault], folder: folder.clone(), ..Faults::default() };
    let name = scenario_name(path).map_err(refused)?;
    let mut gather = Gather::new(files, &folder);
    let tree = gather.merged(&path[folder.len()..], None);
    match tree {
        Some(tree) if gather.sound => Ok(Opened { gather, tree, name, folder }),
        _ => Err(faults(gather.faults, &gather.sources, &folder)),
    }
}

fn faults(mut faults: Vec<Fault>, sources: &Sources, folder: &str) -> Faults {
    const MOST: usize = 1000;
    faults.sort_by(|a, b| (&a.place, a.code, &a.message).cmp(&(&b.place, b.code, &b.message)));
    faults.dedup();
    let more = faults.len().saturating_sub(MOST);
    faults.truncate(MOST);
    if more > 0 {
        faults.push(Fault::new("more", format!("there are {more} faults more")).help("mend these first"));
    }
    Faults { faults, texts: sources.texts(), folder: folder.to_owned() }
}

impl Faults {
    /// Adds the faults of another variant of the same file, each once.
    pub fn join(&mut self, more: Faults) {
        for fault in more.faults {
            if !self.faults.contains(&fault) {
                self.faults.push(fault);
            }
        }
        self.texts.extend(more.texts);
        self.folder = more.folder;
    }
}

/// A file that was read, with all that it extends.
pub struct Opened<'a> {
    gather: Gather<'a>,
    tree: Node,
    name: String,
    folder: String,
}

impl Opened<'_> {
    /// The variants that the file offers, by id.
    pub fn variants(&self) -> Vec<String> {
        let variants = self.tree.at(&["variants"]).and_then(Node::branch);
        variants.into_iter().flatten().map(|(id, _)| id.clone()).collect()
    }

    /// The texts read so far, to find places in.
    pub fn sources(&self) -> &Sources {
        &self.gather.sources
    }

    /// The scenarios of several choices; the faults of all together, each once.
    pub fn choose_all(&mut self, choices: &[Choice]) -> Result<Vec<Scenario>, Faults> {
        let mut scenarios = Vec::new();
        let mut wrong = Faults::default();
        for choice in choices {
            match self.choose(choice) {
                Ok(scenario) => scenarios.push(scenario),
                Err(more) => wrong.join(more),
            }
        }
        if wrong.faults.is_empty() { Ok(scenarios) } else { Err(wrong) }
    }

    /// The scenario of a choice, checked.
    pub fn choose(&mut self, choice: &Choice) -> Result<Scenario, Faults> {
        let known = self.gather.faults.clone();
        let scenario = self.chosen(choice);
        let mut found = std::mem::replace(&mut self.gather.faults, known);
        match scenario {
            Some(scenario) if found.is_empty() => {
                found.extend(Policies::check(&scenario, &self.gather.sources));
                if found.is_empty() { Ok(scenario) } else { Err(faults(found, &self.gather.sources, &self.folder)) }
            }
            _ => Err(faults(found, &self.gather.sources, &self.folder)),
        }
    }

    fn chosen(&mut self, choice: &Choice) -> Option<Scenario> {
        let mut tree = self.tree.clone();
        for id in choice.variant.iter().flat_map(|names| names.split('+')).filter(|id| *id != BASELINE) {
            self.apply(&mut tree, id.trim());
        }
        self.set(&mut tree, &choice.set);
        self.seed(&mut tree, choice.seed);
        let cedar = self.cedar(&tree);
        let sound = std::mem::replace(&mut self.gather.sound, true);
        if !sound {
            return None;
        }
        let found = shape::check(&tree);
        let whole = found.paths.is_empty();
        self.gather.faults.extend(found.faults);
        let mut origins = Vec::new();
        tree.origins("", &mut origins);
        let origins: Arc<BTreeMap<String, Place>> = Arc::new(origins.into_iter().collect());
        let ids = check::Ids::of(&tree);
        prune::prune(&mut tree, &found.paths);
        let read = || {
            let mut file: ScenarioFile = serde_json::from_value(tree.json())?;
            check::settle(&mut file, &origins);
            if choice.fixed_parameters {
                file.posterior.clear();
            }
            Ok::<_, serde_json::Error>(file)
        };
        let file = match read() {
            Ok(file) => file,
            Err(_) if !whole => return None,
            Err(why) => {
                self.gather.faults.push(Fault::new("unreadable", format!("the scenario cannot be understood: {why}")));
                return None;
            }
        };
        let origin = check::Origins { values: &origins, tree: &tree };
        let Some(checked) = check::check(file, &ids, &origin, whole, &mut self.gather.faults) else {
            // What else is wrong does not keep the conditions from being looked at.
            let known = !found.paths.iter().any(|path| path.first().is_some_and(|table| table == "facts"));
            let draft = read().ok().filter(|_| known).map(|file| self.draft(file, &ids, &cedar, &origins));
            let conditions = draft.map(|draft| Policies::check(&draft, &self.gather.sources));
            // Names that clash are told already.
            let further = conditions.into_iter().flatten().filter(|fault| fault.code != "duplicate-id");
            self.gather.faults.extend(further);
            return None;
        };
        let sha256 = resolve::fingerprint(&checked.file, &cedar);
        Some(Scenario {
            name: self.name.clone(),
            variant: choice.variant.clone().unwrap_or_else(|| BASELINE.to_owned()),
            rosters: checked.rosters,
            timeline: checked.timeline,
            start: checked.start,
            end: checked.end,
            file: checked.file,
            cedar,
            origins,
            sha256,
        })
    }

    /// What the rules of a faulty scenario may be held against: every id there is, and the rules that can be read.
    fn draft(
        &self,
        mut file: ScenarioFile,
        ids: &check::Ids,
        cedar: &[CedarText],
        origins: &Arc<BTreeMap<String, Place>>,
    ) -> Scenario {
        file.rules.retain(|_, rule| {
            let blank = |text: &String| text.trim().is_empty();
            let readable = !blank(&rule.when) && !rule.unless.as_ref().is_some_and(blank);
            readable && !rule.forbids.is_empty() && ids.has("nations", &rule.owner)
        });
        Scenario {
            name: self.name.clone(),
            variant: BASELINE.to_owned(),
            rosters: ids.rosters(),
            timeline: Vec::new(),
            start: Quarter::new(1900, 1),
            end: Quarter::new(1900, 1),
            file,
            cedar: cedar.to_vec(),
            origins: origins.clone(),
            sha256: String::new(),
        }
    }

    fn apply(&mut self, tree: &mut Node, id: &str) {
        let Some(mut variant) = self.tree.at(&["variants", id]).cloned() else {
            let known = self.variants();
            let fault = Fault::new("unknown-variant", format!("there is no variant `{}`", shown(id)));
            let help = instead(id, known.iter().map(String::as_str), "the scenario has no variants");
            self.gather.faults.push(fault.help(help));
            return;
        };
        self.gather.lay_tables(tree, &mut variant);
        self.gather.remove(tree, &mut variant);
        let Some(Value::Table(set)) = variant.branch_mut().and_then(|v| v.remove("set")).map(|set| set.value) else {
            return;
        };
        for (path, value) in set {
            let key = value.key.clone();
            if let Err(fault) = merge::set(tree, &path, value) {
                self.gather.faults.push(fault.at(key));
            }
        }
    }

    /// Applies `--set path=value`; the command line is a text too, one line a setting.
    fn set(&mut self, tree: &mut Node, set: &[(String, String)]) {
        let lines: Vec<String> = set.iter().map(|(path, value)| format!("{path}={value}")).collect();
        let source = self.gather.sources.add(Source::new("--set", &lines.join("\n")));
        let mut at = 0;
        for ((path, value), line) in set.iter().zip(&lines) {
            let key = source.place(at, at + path.len());
            let start = at + path.len() + 1;
            at += line.len() + 1;
            let read = parse_value(value, &source, start, &mut self.gather.faults);
            let bare = || Node::new(Value::Text(value.clone()), source.place(start, start + value.len()));
            let mut node = read.unwrap_or_else(bare);
            node.key = key.clone();
            if let Err(fault) = merge::set(tree, path, node) {
                self.gather.faults.push(fault.at(key));
            }
        }
    }

    fn seed(&mut self, tree: &mut Node, seed: Option<u64>) {
        let Some(seed) = seed else { return };
        let source = self.gather.sources.add(Source::new("--seed", &seed.to_string()));
        let value = i64::try_from(seed).unwrap_or(i64::MAX);
        // `run` is a key of every scenario, so that this path is always known.
        if let Err(fault) = merge::set(tree, "run.seed", Node::new(Value::Integer(value), source.top())) {
            self.gather.faults.push(fault);
        }
    }

    fn cedar(&mut self, tree: &Node) -> Vec<CedarText> {
        let Some(Value::List(items)) = tree.at(&["policies"]).map(|node| &node.value) else { return Vec::new() };
        let named: Vec<(&str, &Place)> = items.iter().filter_map(|item| Some((item.text()?, &item.place))).collect();
        let mut texts = Vec::new();
        for (name, place) in named {
            if let Some(source) = self.gather.text(name, ".cedar", Some(place)) {
                texts.push(CedarText { file: source.name().clone(), text: source.text().clone() });
            }
        }
        texts
    }
}
