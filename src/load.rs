//! Loads a scenario: reads its files, merges them, and checks the result.
mod builder;
mod check;
mod faults;
pub mod files;
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
use crate::scenario::source::{SETTINGS, SourceText, Sources};
use crate::scenario::words::{instead, shown};
use crate::scenario::{BASELINE, CedarText, Scenario, resolve};
use crate::world::clock::Quarter;
use builder::TreeBuilder;
pub use faults::Faults;
use files::{Files, folder, scenario_name};
use std::collections::BTreeMap;
use std::sync::Arc;
use tree::{ConfigNode, ConfigValue, parse_value};

/// Which scenario of a file to load, with values from the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The id of a variant, or several in order, joined by `+`; none for `baseline`.
    pub variant: Option<String>,
    /// Dotted paths and their values as TOML, from the command line. They override the variants.
    pub set: Vec<(String, String)>,
    /// The master seed that replaces the file's, at most [`GREATEST_SEED`].
    pub seed: Option<u64>,
    /// True if every run has the scenario's own parameters; false if runs draw them from `[posterior]` and from the ranges
    /// of nations.
    pub fixed_parameters: bool,
}

/// The greatest seed, 2^53 - 1: spreadsheets and R read whole numbers up to it exactly.
pub const GREATEST_SEED: u64 = (1 << 53) - 1;

/// Loads one scenario of the file at `path`.
///
/// # Errors
/// If anything is wrong in the files: all faults at once.
pub fn load(files: &dyn Files, path: &str, choice: &Choice) -> Result<Scenario, Faults> {
    open(files, path)?.choose(choice)
}

/// Loads several scenarios of one file, in the order of `choices`.
///
/// # Errors
/// If anything is wrong in one of them: the faults of all, each once.
pub fn load_all(files: &dyn Files, path: &str, choices: &[Choice]) -> Result<Vec<Scenario>, Faults> {
    open(files, path)?.choose_all(choices)
}

/// Reads a file and all files that it extends. [`Opened::choose`] then gives its scenarios.
///
/// # Errors
/// If a file cannot be read or is not TOML.
pub fn open<'a>(files: &'a dyn Files, path: &str) -> Result<Opened<'a>, Faults> {
    let folder = folder(path).to_owned();
    let refused = |fault| Faults { faults: vec![fault], folder: folder.clone(), ..Faults::default() };
    let name = scenario_name(path).map_err(refused)?;
    let mut builder = TreeBuilder::new(files, &folder);
    let tree = builder.merged(&path[folder.len()..], None);
    match tree {
        Some(tree) if builder.sound => Ok(Opened { builder, tree, name, folder }),
        _ => Err(Faults::new(builder.faults, &builder.sources, &folder)),
    }
}

/// Parses a checked tree, with the posterior and the ranges that the choice leaves.
fn read_file(
    tree: &ConfigNode,
    origins: &BTreeMap<String, Place>,
    choice: &Choice,
) -> Result<ScenarioFile, serde_json::Error> {
    let mut file: ScenarioFile = serde_json::from_value(tree.json())?;
    check::drop_overridden(&mut file, origins);
    if choice.fixed_parameters {
        file.fix();
    }
    Ok(file)
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// A scenario file that was read and merged with the files that it extends.
pub struct Opened<'a> {
    builder: TreeBuilder<'a>,
    tree: ConfigNode,
    name: String,
    folder: String,
}

impl Opened<'_> {
    /// The ids of the file's variants, sorted.
    pub fn variants(&self) -> Vec<String> {
        let variants = self.tree.at(&["variants"]).and_then(ConfigNode::entries);
        variants.into_iter().flatten().map(|(id, _)| id.clone()).collect()
    }

    /// The variants that the file names in `run.variants`, as far as it has them.
    pub fn named_variants(&self) -> Vec<String> {
        let known = self.variants();
        let is_known = |id: &str| id == BASELINE || known.iter().any(|variant| variant == id);
        let named = self.tree.at(&["run", "variants"]).and_then(ConfigNode::items).unwrap_or_default();
        let names = named.iter().filter_map(ConfigNode::text);
        names.filter(|name| name.split('+').all(|id| is_known(id.trim()))).map(str::to_owned).collect()
    }

    /// The texts read so far.
    pub fn sources(&self) -> &Sources {
        &self.builder.sources
    }

    /// The scenarios of several choices, in their order.
    ///
    /// # Errors
    /// If anything is wrong in one of them: the faults of all, each once.
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

    /// The scenario of a choice.
    ///
    /// # Errors
    /// If anything is wrong in it: all faults at once.
    pub fn choose(&mut self, choice: &Choice) -> Result<Scenario, Faults> {
        let known = self.builder.faults.clone();
        let scenario = self.build(choice);
        let mut found = std::mem::replace(&mut self.builder.faults, known);
        match scenario {
            Some(scenario) if found.is_empty() => {
                found.extend(Policies::check(&scenario, &self.builder.sources));
                if found.is_empty() {
                    Ok(scenario)
                } else {
                    Err(Faults::new(found, &self.builder.sources, &self.folder))
                }
            }
            _ => Err(Faults::new(found, &self.builder.sources, &self.folder)),
        }
    }

    /// Builds a scenario and checks all but its Cedar; none, with faults recorded, if something is wrong.
    fn build(&mut self, choice: &Choice) -> Option<Scenario> {
        let mut tree = self.tree.clone();
        for id in choice.variant.iter().flat_map(|names| names.split('+')).filter(|id| *id != BASELINE) {
            self.apply_variant(&mut tree, id.trim());
        }
        self.apply_settings(&mut tree, &choice.set);
        self.apply_seed(&mut tree, choice.seed);
        let cedar = self.read_policies(&tree);
        let sound = std::mem::replace(&mut self.builder.sound, true);
        if !sound {
            return None;
        }
        let found = shape::check(&tree);
        let whole = found.paths.is_empty();
        self.builder.faults.extend(found.faults);
        let mut origins = Vec::new();
        tree.origins("", &mut origins);
        let origins: Arc<BTreeMap<String, Place>> = Arc::new(origins.into_iter().collect());
        let ids = check::Ids::in_tree(&tree);
        prune::prune(&mut tree, &found.paths);
        let file = match read_file(&tree, &origins, choice) {
            Ok(file) => file,
            Err(_) if !whole => return None,
            Err(why) => {
                self.builder.faults.push(Fault::new("unreadable", format!("the scenario cannot be understood: {why}")));
                return None;
            }
        };
        let origin = check::Origins { values: &origins, tree: &tree };
        let Some(checked) = check::check(file, &ids, &origin, whole, &mut self.builder.faults) else {
            // Check the conditions of rules although the scenario has other faults.
            let known = !found.paths.iter().any(|path| path.first().is_some_and(|table| table == "facts"));
            let file = read_file(&tree, &origins, choice).ok().filter(|_| known);
            let partial = file.map(|file| self.partial_scenario(file, &ids, &cedar, &origins));
            let conditions = partial.map(|partial| Policies::check(&partial, &self.builder.sources));
            // The checks above already reported duplicate ids.
            let further = conditions.into_iter().flatten().filter(|fault| fault.code != "duplicate-id");
            self.builder.faults.extend(further);
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

    /// A scenario with the ids and the readable rules of a faulty one, so that its Cedar can be checked.
    fn partial_scenario(
        &self,
        mut file: ScenarioFile,
        ids: &check::Ids,
        cedar: &[CedarText],
        origins: &Arc<BTreeMap<String, Place>>,
    ) -> Scenario {
        file.rules.retain(|_, rule| {
            let readable = !is_blank(&rule.when) && !rule.unless.as_deref().is_some_and(is_blank);
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

    /// Applies a variant: its tables, what it removes, what it sets.
    fn apply_variant(&mut self, tree: &mut ConfigNode, id: &str) {
        let Some(mut variant) = self.tree.at(&["variants", id]).cloned() else {
            let known = self.variants();
            let fault = Fault::new("unknown-variant", format!("there is no variant `{}`", shown(id)));
            let help = instead(id, known.iter().map(String::as_str), "the scenario has no variants");
            self.builder.faults.push(fault.help(help));
            return;
        };
        self.builder.overlay_tables(tree, &mut variant);
        self.builder.remove(tree, &mut variant);
        let Some(ConfigValue::Table(set)) = variant.entries_mut().and_then(|v| v.remove("set")).map(|set| set.value)
        else {
            return;
        };
        for (path, value) in set {
            let key = value.key.clone();
            if let Err(fault) = merge::set(tree, &path, value) {
                self.builder.faults.push(fault.at(key));
            }
        }
    }

    /// Applies `--set path=value`. The settings become a source text of one line each, so that faults have places.
    fn apply_settings(&mut self, tree: &mut ConfigNode, set: &[(String, String)]) {
        let lines: Vec<String> = set.iter().map(|(path, value)| format!("{path}={value}")).collect();
        let source = self.builder.sources.add(SourceText::new(SETTINGS, &lines.join("\n")));
        let mut at = 0;
        for ((path, value), line) in set.iter().zip(&lines) {
            let key = source.place(at, at + path.len());
            let start = at + path.len() + 1;
            at += line.len() + 1;
            let read = parse_value(value, &source, start, &mut self.builder.faults);
            // What is not a TOML value is text.
            let mut node = read.unwrap_or_else(|| {
                ConfigNode::new(ConfigValue::Text(value.clone()), source.place(start, start + value.len()))
            });
            node.key = key.clone();
            if let Err(fault) = merge::set(tree, path, node) {
                self.builder.faults.push(fault.at(key));
            }
        }
    }

    fn apply_seed(&mut self, tree: &mut ConfigNode, seed: Option<u64>) {
        let Some(seed) = seed else { return };
        let source = self.builder.sources.add(SourceText::new("--seed", &seed.to_string()));
        let value = i64::try_from(seed).unwrap_or(i64::MAX);
        // Every scenario has the key `run`, so this path always exists.
        if let Err(fault) = merge::set(tree, "run.seed", ConfigNode::new(ConfigValue::Integer(value), source.top())) {
            self.builder.faults.push(fault);
        }
    }

    /// Reads the complete policy files.
    fn read_policies(&mut self, tree: &ConfigNode) -> Vec<CedarText> {
        let Some(items) = tree.at(&["policies"]).and_then(ConfigNode::items) else { return Vec::new() };
        let named: Vec<(&str, &Place)> = items.iter().filter_map(|item| Some((item.text()?, &item.place))).collect();
        let mut texts = Vec::new();
        for (name, place) in named {
            if let Some(source) = self.builder.text(name, ".cedar", Some(place)) {
                texts.push(CedarText { file: source.name().clone(), text: source.text().clone() });
            }
        }
        texts
    }
}
