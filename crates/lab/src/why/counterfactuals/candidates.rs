//! Candidates: single changes of a scenario that might restore what is withheld between a pair.
use super::super::equipment::ListedLayer;
use super::super::pair_access::PairAccess;
use super::super::rules::{RuleExplanation, RuleStatus};
use super::super::{NationName, PairQuestion, nation_name};
use super::edit;
use noforn::scenario::Scenario;
use noforn::world::clock::Quarter;
use noforn::world::levels::{Binding, Enforcement};

/// The longest grace that is tried, in quarters.
const LONGEST_GRACE: u32 = 400;

/// A changed scenario, before it is run.
#[derive(Clone)]
pub struct Candidate {
    /// The change in words.
    pub what: String,
    /// The arguments for `--set`; empty if no `--set` makes this change.
    pub set: Vec<String>,
    /// The constraint that the change should remove.
    pub binding: Binding,
    /// The changed scenario.
    pub scenario: Scenario,
}

impl Candidate {
    /// A change against a rule: `edit` is made to a copy of the scenario.
    pub fn new(scenario: &Scenario, what: String, set: Vec<String>, edit: impl FnOnce(&mut Scenario)) -> Self {
        let mut scenario = scenario.clone();
        edit(&mut scenario);
        Self { what, set, binding: Binding::Rule, scenario }
    }
}

/// Changes of each rule of the scenario that binds.
pub fn rule_candidates(question: &PairQuestion<'_>, rules: &[RuleExplanation]) -> Vec<Candidate> {
    let binding = rules.iter().filter(|rule| rule.binds() && rule.when.is_some());
    binding.flat_map(|rule| candidates_of_rule(question, rule)).collect()
}

fn candidates_of_rule(question: &PairQuestion<'_>, rule: &RuleExplanation) -> Vec<Candidate> {
    let (scenario, id) = (question.scenario, rule.id.clone());
    let receiver = nation_name(scenario, question.pair.receiver);
    let mut candidates = Vec::new();
    let waiver = edit::waiver(scenario, &id, &receiver.iso3, binding_since(question, rule));
    let what = format!("an event spares {} rule `{id}` from {}", receiver.name, waiver.on);
    candidates.push(Candidate::new(scenario, what, vec![waiver.set()], |scenario| waiver.add(scenario)));
    if rule.enforcement == Some(Enforcement::Automatic) {
        let what = format!("rule `{id}` is left to its owner's discretion");
        let set = vec![format!("rules.{id}.enforcement=discretionary")];
        candidates.push(Candidate::new(scenario, what, set, |scenario| {
            edit::rule(scenario, &id).enforcement = Enforcement::Discretionary;
        }));
    }
    if let Some(grace) = grace_beyond(question, rule) {
        let what = format!("rule `{id}` has a grace of {grace} quarters, which end only after {}", question.until);
        let set = vec![format!("rules.{id}.grace_quarters={grace}")];
        candidates.push(Candidate::new(scenario, what, set, |scenario| {
            edit::rule(scenario, &id).grace_quarters = grace;
        }));
    }
    if rule.status == RuleStatus::Restoring {
        let what = "what a rule stopped is restored as soon as its condition clears".to_owned();
        candidates.push(Candidate::new(scenario, what, vec!["model.restore_years=0".to_owned()], |scenario| {
            scenario.file.model.restore_years = 0.0;
        }));
    }
    if edit::is_removable(scenario, &id) {
        let what = format!("there is no rule `{id}`");
        candidates.push(Candidate::new(scenario, what, Vec::new(), |scenario| edit::remove_rule(scenario, &id)));
    }
    candidates
}

/// The least grace of a rule that ends after the quarter of the question; none if the rule is not announced, or if this
/// grace is too long to try.
fn grace_beyond(question: &PairQuestion<'_>, rule: &RuleExplanation) -> Option<u32> {
    let announced = rule.announced.as_ref()?.parse::<Quarter>().ok()?;
    let grace = u32::try_from(question.until.since(announced) + 1).ok()?;
    (grace <= LONGEST_GRACE).then_some(grace)
}

/// The quarter from which on the rule has bound the pair, or the quarter of the question if that is not known.
fn binding_since(question: &PairQuestion<'_>, rule: &RuleExplanation) -> Quarter {
    let last = rule.choice.as_ref().and_then(|choice| choice.on.parse::<Quarter>().ok());
    let from = rule.in_force_from.as_ref().and_then(|quarter| quarter.parse::<Quarter>().ok());
    from.or(last).unwrap_or(question.until).max(question.scenario.start)
}

/// Networks of the receiver without the vendors that the sender lists: in each layer of one network, in each layer of all
/// networks, and in all layers.
pub fn equipment_candidates(question: &PairQuestion<'_>, equipment: &[ListedLayer]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    let receiver = nation_name(question.scenario, question.pair.receiver).name;
    for layer in ["core", "access_4g", "access_5g"] {
        let layers: Vec<&ListedLayer> = equipment.iter().filter(|listed| listed.layer == layer).collect();
        if layers.len() > 1 {
            for listed in &layers {
                let what = format!("`{}` of {receiver} has no listed vendor in its {layer}", listed.network);
                candidates.push(without_listed_vendors(question, what, &[listed]));
            }
        }
        if !layers.is_empty() {
            let what = format!("no network of {receiver} has a listed vendor in its {layer}");
            candidates.push(without_listed_vendors(question, what, &layers));
        }
    }
    let all: Vec<&ListedLayer> = equipment.iter().collect();
    if !all.is_empty() {
        let what = format!("no network of {receiver} has a listed vendor at the start");
        candidates.push(without_listed_vendors(question, what, &all));
    }
    candidates
}

fn without_listed_vendors(question: &PairQuestion<'_>, what: String, layers: &[&ListedLayer]) -> Candidate {
    let sender = nation_name(question.scenario, question.pair.sender).iso3;
    let mut candidate = Candidate::new(question.scenario, what, Vec::new(), |_| ());
    for layer in layers {
        candidate.set.push(edit::remove_listed_vendors(&mut candidate.scenario, layer, &sender));
    }
    candidate
}

/// An agreement if the two have none, and a higher clearance if the receiver's is too low.
pub fn tie_candidates(question: &PairQuestion<'_>, access: &PairAccess) -> Vec<Candidate> {
    let names = [question.pair.sender, question.pair.receiver].map(|nation| nation_name(question.scenario, nation));
    let mut candidates = Vec::new();
    if access.withheld_by(Binding::Agreement) {
        candidates.extend(new_agreement(question.scenario, &names, access));
    }
    if let Some(ceiling) = access.ceiling.filter(|_| access.withheld_by(Binding::Clearance)) {
        let [_, receiver] = &names;
        let what = format!("{} is cleared up to {}", receiver.name, ceiling.as_str());
        let set = vec![format!("nations.{}.clearance={}", receiver.iso3, ceiling.as_str())];
        let candidate = Candidate::new(question.scenario, what, set, |scenario| {
            if let Some(nation) = scenario.file.nations.get_mut(&receiver.iso3) {
                nation.clearance = ceiling;
            }
        });
        candidates.push(Candidate { binding: Binding::Clearance, ..candidate });
    }
    candidates
}

/// An agreement of the two up to the clearance of the receiver; none if one has its id.
fn new_agreement(scenario: &Scenario, [sender, receiver]: &[NationName; 2], access: &PairAccess) -> Option<Candidate> {
    let id = format!("{}-{}", sender.iso3.to_lowercase(), receiver.iso3.to_lowercase());
    if scenario.file.agreements.contains_key(&id) {
        return None;
    }
    let ceiling = access.clearance;
    let (members, level) = ([sender.iso3.clone(), receiver.iso3.clone()], ceiling.as_str());
    let set = format!(
        "agreements.{id}={{ kind = \"bilateral\", members = [\"{}\", \"{}\"], ceiling = \"{level}\" }}",
        members[0], members[1]
    );
    let what = format!("the two have an agreement to share up to {level}");
    let candidate =
        Candidate::new(scenario, what, vec![set], |scenario| edit::add_agreement(scenario, &id, members, ceiling));
    Some(Candidate { binding: Binding::Agreement, ..candidate })
}
