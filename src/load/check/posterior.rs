//! Checks what runs draw: the sets of parameters in `[posterior]`, and the ranges of nations' intelligence.
use super::checker::SemanticChecker;
use crate::scenario::fault::{Fault, Place};
use crate::scenario::format::{NationEntry, ScenarioFile};
use crate::scenario::source::SETTINGS;
use crate::scenario::words::{instead, shown};
use crate::world::model::{PARAMETERS, Parameter};
use std::collections::BTreeMap;

/// The scalar parameters of the model.
fn single() -> impl Iterator<Item = &'static Parameter> + Clone {
    PARAMETERS.iter().filter(|parameter| parameter.length == 1)
}

/// Checks names and ranges of parameters, the weights, and the ranges of nations.
pub fn check(checker: &mut SemanticChecker<'_>) {
    let file = checker.file;
    for (id, nation) in &file.nations {
        check_range(checker, id, nation);
    }
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

/// Checks that the range of a nation's intelligence has both ends, and that its value lies between them.
fn check_range(checker: &mut SemanticChecker<'_>, id: &str, nation: &NationEntry) {
    let ends = [("intelligence_low", nation.intelligence_low), ("intelligence_high", nation.intelligence_high)];
    if let [(given, Some(_)), (missing, None)] | [(missing, None), (given, Some(_))] = ends
        && !checker.is_given(&format!("nations.{id}.{missing}"))
    {
        let fault = Fault::new("bad-range", format!("`{id}` has `{given}` and no `{missing}`"));
        let help =
            format!("give both, and every run but the first draws between them; without `{given}` the value is fixed");
        checker.key_fault(&format!("nations.{id}.{given}"), fault.help(help));
    }
    let Some((low, high)) = nation.range() else { return };
    let wrong = [
        ("intelligence_low", low, "above", low > nation.intelligence),
        ("intelligence_high", high, "below", high < nation.intelligence),
    ];
    for (key, end, side, _) in wrong.into_iter().filter(|(.., wrong)| *wrong) {
        let message = format!("`{key}` of `{id}` is {end}, {side} its `intelligence` {}", nation.intelligence);
        let help = "`intelligence` lies between `intelligence_low` and `intelligence_high`: change one of the three";
        checker.fault(&format!("nations.{id}.{key}"), Fault::new("bad-range", message).help(help));
    }
}

/// Whether a place is in the settings of the command line.
fn is_setting(origins: &BTreeMap<String, Place>, path: &str) -> bool {
    origins.get(path).is_some_and(|place| &*place.file == SETTINGS)
}

fn is_overridden(origins: &BTreeMap<String, Place>, id: &str, name: &str) -> bool {
    let value = origins.get(&format!("model.{name}"));
    let drawn = origins.get(&format!("posterior.{id}.model.{name}"));
    value.is_some_and(|value| drawn.is_none_or(|drawn| drawn.file != value.file))
}

/// Removes from every set the parameters that the scenario, a variant or the command line sets in `[model]`: an explicit
/// value overrides the posterior. If one file has both (a resolved scenario), `[model]` is the best point and does not.
/// Likewise `--set nations.ID.intelligence=X` removes the range of that nation unless the command line sets an end of it, too.
pub fn drop_overridden(file: &mut ScenarioFile, origins: &BTreeMap<String, Place>) {
    for (id, entry) in &mut file.posterior {
        entry.model.retain(|name, _| !is_overridden(origins, id, name));
    }
    for (id, nation) in &mut file.nations {
        let is_set = |key: &str| is_setting(origins, &format!("nations.{id}.{key}"));
        if is_set("intelligence") && !is_set("intelligence_low") && !is_set("intelligence_high") {
            nation.fix();
        }
    }
}
