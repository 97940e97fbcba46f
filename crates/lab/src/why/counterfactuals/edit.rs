//! Edits of a scenario in memory; each keeps the parts of the scenario consistent with one another.
use super::super::equipment::ListedLayer;
use super::super::replay::Replay;
use noforn::access::condition::Compared;
use noforn::access::facts::Exposure;
use noforn::scenario::format::{AgreementEntry, EventEntry, RuleEntry};
use noforn::scenario::{Dated, Scenario};
use noforn::world::clock::Quarter;
use noforn::world::ids::Roster;
use noforn::world::levels::{AgreementKind, Level, Product};

/// A rule, for editing.
pub fn rule<'s>(scenario: &'s mut Scenario, id: &str) -> &'s mut RuleEntry {
    scenario.file.rules.get_mut(id).expect("the rule was told, so it is there")
}

/// An event after which a rule is not applied to a nation.
#[derive(Clone, Debug)]
pub struct Waiver {
    id: String,
    rule: String,
    nation: String,
    /// The quarter of the event.
    pub on: Quarter,
}

/// A waiver from a quarter on, with an id that no event has.
pub fn waiver(scenario: &Scenario, rule: &str, nation: &str, on: Quarter) -> Waiver {
    let mut id = format!("waiver-{}", nation.to_lowercase());
    while scenario.file.events.contains_key(&id) {
        id.push_str("-2");
    }
    Waiver { id, rule: rule.to_owned(), nation: nation.to_owned(), on }
}

impl Waiver {
    /// The argument for `--set`.
    pub fn set(&self) -> String {
        let Waiver { id, rule, nation, on } = self;
        format!("events.{id}={{ on = \"{on}\", waive = \"{rule}\", nation = \"{nation}\" }}")
    }

    /// Adds it to a scenario, before the other events of its quarter, where the loader puts an event without a day.
    pub fn add(&self, scenario: &mut Scenario) {
        let entry = serde_json::json!({ "on": self.on.to_string(), "waive": self.rule, "nation": self.nation });
        let entry: EventEntry = serde_json::from_value(entry).expect("an event has these keys");
        scenario.file.events.insert(self.id.clone(), entry);
        let at = scenario.timeline.partition_point(|event| event.quarter < self.on);
        let event = Dated::new(self.on, self.id.clone(), &scenario.file, &scenario.rosters);
        scenario.timeline.insert(at, event);
    }
}

/// True if no other rule and no policy in Cedar names a rule, so that it can be removed.
pub fn is_removable(scenario: &Scenario, id: &str) -> bool {
    let named = format!("\"{id}\"");
    let names_it = |text: &String| text.contains(&named);
    let mut others = scenario.file.rules.iter().filter(|(other, _)| *other != id).map(|(_, rule)| rule);
    !others.any(|rule| names_it(&rule.when) || rule.unless.as_ref().is_some_and(names_it))
        && !scenario.cedar.iter().any(|file| file.text.contains(&named))
}

/// Removes a rule and the events that name it.
pub fn remove_rule(scenario: &mut Scenario, id: &str) {
    scenario.file.rules.remove(id);
    scenario.file.events.retain(|_, event| {
        ![&event.announce, &event.lift, &event.contradict, &event.waive].into_iter().flatten().any(|rule| rule == id)
    });
    let events = &scenario.file.events;
    scenario.timeline.retain(|event| events.contains_key(&event.id));
    scenario.rosters.rules = Roster::new(scenario.file.rules.keys().cloned());
    scenario.resolve_effects();
}

/// Adds a bilateral agreement.
pub fn add_agreement(scenario: &mut Scenario, id: &str, members: [String; 2], ceiling: Level) {
    let entry = AgreementEntry {
        title: None,
        kind: AgreementKind::Bilateral,
        members: members.into(),
        ceiling,
        carries: Product::ALL.to_vec(),
        contribution_share: 1.0,
        since: None,
        source: None,
        assumed: Vec::new(),
        remark: None,
    };
    scenario.file.agreements.insert(id.to_owned(), entry);
    scenario.rosters.agreements = Roster::new(scenario.file.agreements.keys().cloned());
    scenario.resolve_effects();
}

/// Removes the vendors that `lister` lists from a layer at the start; the other vendors keep their proportions. Returns the
/// argument for `--set`.
pub fn remove_listed_vendors(scenario: &mut Scenario, layer: &ListedLayer, lister: &str) -> String {
    let network = scenario.file.networks.get_mut(&layer.network).expect("the network was told, so it is there");
    let mix = match layer.layer {
        "core" => &mut network.core,
        "access_4g" => &mut network.access_4g,
        _ => &mut network.access_5g,
    };
    let vendors = &scenario.file.vendors;
    let flagged = |id: &String| vendors.get(id).is_some_and(|vendor| vendor.flagged_by.iter().any(|by| by == lister));
    let listed = |id: &String| layer.vendors.contains(id) || flagged(id);
    mix.retain(|id, _| !listed(id));
    let total: f64 = mix.values().sum();
    if total > 0.0 {
        mix.values_mut().for_each(|share| *share /= total);
    } else if let Some(other) = vendors.keys().find(|id| !listed(id)) {
        mix.clear();
        mix.insert(other.clone(), 1.0);
    }
    let shares: Vec<String> = mix.iter().map(|(vendor, share)| format!("{vendor} = {share:?}")).collect();
    format!("networks.{}.{}={{ {} }}", layer.network, layer.layer, shares.join(", "))
}

/// Replaces the number at these bytes of a text.
pub fn with_number(text: &str, (start, end): (usize, usize), number: i64) -> String {
    format!("{}{number}{}", &text[..start], &text[end..])
}

/// The extreme value over the run of a number that a condition reads: the greatest for a comparison with `>` or `>=`, else
/// the least. None for numbers other than exposures of networks.
pub fn extreme(replay: &Replay, name: &str, compared: Option<&Compared>) -> Option<i64> {
    let values = replay.exposures.iter().filter_map(|(_, exposure)| exposure_named(exposure, name));
    if compared?.operator.starts_with('>') { values.max() } else { values.min() }
}

/// The number of an exposure that a condition reads under this name, in percent.
fn exposure_named(exposure: &Exposure, name: &str) -> Option<i64> {
    Some(i64::from(match name {
        "core_flagged_percent" => exposure.core,
        "access_flagged_percent" => exposure.access,
        "government_flagged_percent" => exposure.government,
        "access_4g_flagged_percent" => exposure.access_4g,
        "access_5g_flagged_percent" => exposure.access_5g,
        "mission_flagged_percent" => exposure.mission,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::with_number;

    #[test]
    fn a_number_is_replaced_in_its_place() {
        assert_eq!(with_number("context.x > 0 && y", (12, 13), 35), "context.x > 35 && y");
    }
}
