//! Changes of a scenario in memory: what depends on what is changed is made again.
use super::super::equipment::Part;
use super::super::past::Past;
use noforn::access::reading::Compared;
use noforn::scenario::format::{AgreementEntry, EventEntry, RuleEntry};
use noforn::scenario::{Dated, Scenario};
use noforn::world::clock::Quarter;
use noforn::world::ids::Roster;
use noforn::world::levels::{AgreementKind, Level};

/// A rule, to change.
pub fn rule<'s>(scenario: &'s mut Scenario, id: &str) -> &'s mut RuleEntry {
    scenario.file.rules.get_mut(id).expect("the rule was told, so it is there")
}

/// An event that spares a nation a rule.
#[derive(Clone, Debug)]
pub struct Waiver {
    id: String,
    rule: String,
    nation: String,
    /// The quarter it is applied in.
    pub on: Quarter,
}

/// An event that spares a nation a rule from a quarter on.
pub fn waiver(scenario: &Scenario, rule: &str, nation: &str, on: Quarter) -> Waiver {
    let mut id = format!("waiver-{}", nation.to_lowercase());
    while scenario.file.events.contains_key(&id) {
        id.push_str("-2");
    }
    Waiver { id, rule: rule.to_owned(), nation: nation.to_owned(), on }
}

impl Waiver {
    /// What `--set` would be given.
    pub fn set(&self) -> String {
        let Waiver { id, rule, nation, on } = self;
        format!("events.{id}={{ on = \"{on}\", waive = \"{rule}\", nation = \"{nation}\" }}")
    }

    /// Adds it to a scenario, before the other events of its quarter, as an event without a day is.
    pub fn add(&self, scenario: &mut Scenario) {
        let entry = serde_json::json!({ "on": self.on.to_string(), "waive": self.rule, "nation": self.nation });
        let entry: EventEntry = serde_json::from_value(entry).expect("an event has these keys");
        scenario.file.events.insert(self.id.clone(), entry);
        let at = scenario.timeline.partition_point(|event| event.quarter < self.on);
        let event = Dated::new(self.on, self.id.clone(), &scenario.file, &scenario.rosters);
        scenario.timeline.insert(at, event);
    }
}

/// Whether nothing but events names a rule, so that it can be taken out.
pub fn stands_alone(scenario: &Scenario, id: &str) -> bool {
    let named = format!("\"{id}\"");
    let other = |(own, rule): (&String, &RuleEntry)| {
        own != id && (rule.when.contains(&named) || rule.unless.as_ref().is_some_and(|text| text.contains(&named)))
    };
    !scenario.file.rules.iter().any(other) && !scenario.cedar.iter().any(|file| file.text.contains(&named))
}

/// Takes a rule out, with the events that are about it.
pub fn without_rule(scenario: &mut Scenario, id: &str) {
    scenario.file.rules.remove(id);
    let about = |event: &EventEntry| {
        [&event.announce, &event.lift, &event.contradict, &event.waive].into_iter().flatten().any(|rule| rule == id)
    };
    scenario.file.events.retain(|_, event| !about(event));
    let events = &scenario.file.events;
    scenario.timeline.retain(|event| events.contains_key(&event.id));
    scenario.rosters.rules = Roster::new(scenario.file.rules.keys().cloned());
    scenario.resolve_effects();
}

/// Adds a bilateral agreement.
pub fn agreement(scenario: &mut Scenario, id: &str, members: [String; 2], ceiling: Level) {
    let entry = AgreementEntry {
        title: None,
        kind: AgreementKind::Bilateral,
        members: members.into(),
        ceiling,
        source: None,
        assumed: Vec::new(),
        remark: None,
    };
    scenario.file.agreements.insert(id.to_owned(), entry);
    scenario.rosters.agreements = Roster::new(scenario.file.agreements.keys().cloned());
    scenario.resolve_effects();
}

/// Takes the vendors that a nation lists at the time out of a layer at the start, the others in their proportions;
/// returns what `--set` would be given.
pub fn clean(scenario: &mut Scenario, part: &Part, lister: &str) -> String {
    let network = scenario.file.networks.get_mut(&part.network).expect("the network was told, so it is there");
    let mix = match part.layer {
        "core" => &mut network.core,
        "access_4g" => &mut network.access_4g,
        _ => &mut network.access_5g,
    };
    let vendors = &scenario.file.vendors;
    let listed = |id: &String| {
        part.vendors.contains(id)
            || vendors.get(id).is_some_and(|vendor| vendor.flagged_by.iter().any(|by| by == lister))
    };
    mix.retain(|id, _| !listed(id));
    let total: f64 = mix.values().sum();
    if total > 0.0 {
        mix.values_mut().for_each(|share| *share /= total);
    } else if let Some(other) = vendors.keys().find(|id| !listed(id)) {
        mix.clear();
        mix.insert(other.clone(), 1.0);
    }
    let shares: Vec<String> = mix.iter().map(|(vendor, share)| format!("{vendor} = {share:?}")).collect();
    format!("networks.{}.{}={{ {} }}", part.network, part.layer, shares.join(", "))
}

/// A text with another number at these bytes.
pub fn with_number(text: &str, (start, end): (usize, usize), number: i64) -> String {
    format!("{}{number}{}", &text[..start], &text[end..])
}

/// The value in a run's course that a comparison is hardest put to let pass; none for what is not seen of networks.
pub fn extreme(past: &Past, name: &str, compared: Option<&Compared>) -> Option<i64> {
    let column = |seen: &noforn::access::facts::Exposure| {
        Some(i64::from(match name {
            "core_flagged_percent" => seen.core,
            "access_flagged_percent" => seen.access,
            "government_flagged_percent" => seen.government,
            "access_4g_flagged_percent" => seen.access_4g,
            "access_5g_flagged_percent" => seen.access_5g,
            "mission_flagged_percent" => seen.mission,
            _ => return None,
        }))
    };
    let values = past.seen.iter().filter_map(|(_, seen)| column(seen));
    if compared?.operator.starts_with('>') { values.max() } else { values.min() }
}

#[cfg(test)]
mod tests {
    use super::with_number;

    #[test]
    fn a_number_is_replaced_where_it_stands() {
        assert_eq!(with_number("context.x > 0 && y", (12, 13), 35), "context.x > 35 && y");
    }
}
