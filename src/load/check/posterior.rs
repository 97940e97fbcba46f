//! Checks `[posterior]`: the sets of parameters that runs draw from after calibration.
use super::checker::SemanticChecker;
use crate::scenario::fault::{Fault, Place};
use crate::scenario::format::ScenarioFile;
use crate::scenario::words::{instead, shown};
use crate::world::model::{PARAMETERS, Parameter};
use std::collections::BTreeMap;

/// The scalar parameters of the model.
fn single() -> impl Iterator<Item = &'static Parameter> + Clone {
    PARAMETERS.iter().filter(|parameter| parameter.length == 1)
}

/// Checks names and ranges of parameters, and the weights.
pub fn check(checker: &mut SemanticChecker<'_>) {
    let file = checker.file;
    for (id, entry) in &file.posterior {
        for (name, value) in &entry.model {
            let path = format!("posterior.{id}.model.{name}");
            let Some(parameter) = single().find(|parameter| parameter.name == name) else {
                let fault = Fault::new("unknown-key", format!("`{}` is no parameter that is one number", shown(name)));
                checker.fault(&path, fault.help(instead(name, single().map(|p| p.name), "see docs/MODEL.md")));
                continue;
            };
            if !(parameter.min..=parameter.max).contains(value) {
                let fault = Fault::new("out-of-range", format!("`{value}` lies outside the range of `{name}`"));
                checker.fault(&path, fault.help(format!("it is {} to {}", parameter.min, parameter.max)));
            }
        }
    }
    if !file.posterior.is_empty() && file.posterior.values().all(|entry| entry.weight <= 0.0) {
        let fault = Fault::new("bad-model", "every weight of `posterior` is 0, so no run can draw a set");
        checker.fault("posterior", fault.help("give at least one set a weight above 0"));
    }
}

fn is_overridden(origins: &BTreeMap<String, Place>, id: &str, name: &str) -> bool {
    let value = origins.get(&format!("model.{name}"));
    let drawn = origins.get(&format!("posterior.{id}.model.{name}"));
    value.is_some_and(|value| drawn.is_none_or(|drawn| drawn.file != value.file))
}

/// Removes from every set the parameters that the scenario, a variant or the command line sets in `[model]`: an explicit
/// value overrides the posterior. If one file has both (a resolved scenario), `[model]` is the best point and does not.
pub fn drop_overridden(file: &mut ScenarioFile, origins: &BTreeMap<String, Place>) {
    for (id, entry) in &mut file.posterior {
        entry.model.retain(|name, _| !is_overridden(origins, id, name));
    }
}
