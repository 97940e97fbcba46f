//! Events: the effects there are, how each is written, and what it does to the world.
use super::fact::FactValue;
use super::group::GroupEntry;
use crate::scenario::rosters::Rosters;
use crate::world::effect::{Club, Effect};
use crate::world::ids::{AgreementId, FactId, GroupId, MissionId, NationId, RuleId, VendorId};
use crate::world::levels::Stance;
use crate::world::sets::NationSet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The operand of an effect that needs none (`clean_path = true`), or a short form of its target (`clean_path = "USA"`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Operand {
    /// The effect takes place; its keys say on whom.
    Yes(bool),
    /// The nation (or group) it is about.
    Id(String),
}

/// The form of an effect's operand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OperandForm {
    /// An id of one of these tables, and the word for such an id in messages.
    Id(&'static [&'static str], &'static str),
    /// `true`, or the value of this key as a short form.
    Short(&'static str),
    /// A value that the schema alone checks.
    Any,
}

/// How an effect is written.
#[derive(Debug)]
pub struct EffectForm {
    /// Its name.
    pub effect: &'static str,
    /// The form of its operand.
    pub operand: OperandForm,
    /// The keys that it requires; `compensate` may have `group` instead of `nation`.
    pub keys: &'static [&'static str],
    /// An example, as TOML.
    pub example: &'static str,
}

/// The keys that effects may require.
pub const KEYS: [&str; 6] = ["by", "nation", "group", "strength_share", "amount_musd", "value"];

const RULE: OperandForm = OperandForm::Id(&["rules"], "rule");
const VENDOR: OperandForm = OperandForm::Id(&["vendors"], "vendor");
const MISSION: OperandForm = OperandForm::Id(&["missions"], "mission");
const FACT: OperandForm = OperandForm::Id(&["facts"], "fact");
const CLUB: OperandForm = OperandForm::Id(&["agreements", "groups"], "agreement or group");
const NATION: OperandForm = OperandForm::Short("nation");
const BY: OperandForm = OperandForm::Short("by");

/// Each effect: name and type of its operand; form of the operand; required keys; example; the effect on the world.
macro_rules! event {
    ($($(#[$doc:meta])* $effect:ident: $type:ty = $operand:expr, $keys:expr, $example:literal, $resolve:expr;)+) => {
        entry!(
            /// Something that happens: a date and one effect with its keys.
            EventEntry {
                /// A quarter (`2019Q1`) or a date (`2019-02-21`).
                #[schemars(regex(pattern = r"^(19|2[0-9])[0-9]{2}(Q[1-4]|-[0-9]{2}-[0-9]{2})$"))]
                on: String,
                $($(#[$doc])* #[serde(default, skip_serializing_if = "Option::is_none")] $effect: Option<$type>,)+
                /// Who does it.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                by: Option<String>,
                /// To whom it happens.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                nation: Option<String>,
                /// To which group it happens.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                group: Option<String>,
                /// How strong it is, from 0 to 1.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                #[schemars(range(min = 0.0, max = 1.0))]
                strength_share: Option<f64>,
                /// Money, in million US dollars.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                #[schemars(range(min = 0.0, max = 1e7))]
                amount_musd: Option<f64>,
                /// The value a fact takes.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                value: Option<FactValue>,
            }
        );

        /// The effects an event may have.
        pub const EFFECTS: &[&str] = &[$(stringify!($effect)),+];

        /// How each effect is written, in the order of the format.
        pub const FORMS: &[EffectForm] = &[
            $(EffectForm { effect: stringify!($effect), operand: $operand, keys: &$keys, example: $example }),+
        ];

        impl EventEntry {
            /// The names of the effects that the event has. A checked event has one.
            pub fn effects(&self) -> Vec<&'static str> {
                let mut given = Vec::new();
                $(if self.$effect.is_some() { given.push(stringify!($effect)); })+
                given
            }

            /// The event's effect on the world, after short forms are expanded. None if a key is missing or an id does
            /// not exist.
            pub fn resolve(&self, rosters: &Rosters, groups: &BTreeMap<String, GroupEntry>) -> Option<Effect> {
                let keys = EventKeys { event: self, rosters, groups };
                $(if let Some(operand) = &self.$effect {
                    let resolve: fn(&EventKeys<'_>, &$type) -> Option<Effect> = $resolve;
                    return resolve(&keys, operand);
                })+
                None
            }
        }
    };
}

event!(
    /// A rule comes into the world; its grace begins.
    announce: String = RULE, [], "announce = \"no-flagged-core\"",
        |keys, id| Some(Effect::Announce(keys.rule(id)?));
    /// A rule ends.
    lift: String = RULE, [], "lift = \"no-flagged-core\"",
        |keys, id| Some(Effect::Lift(keys.rule(id)?));
    /// A nation (`by`) lists a vendor as a risk.
    flag: String = VENDOR, ["by"], "flag = \"huawei\", by = \"USA\"",
        |keys, id| Some(Effect::Flag { vendor: keys.vendor(id)?, by: keys.by()? });
    /// A nation (`by`) takes a vendor off its list.
    unflag: String = VENDOR, ["by"], "unflag = \"huawei\", by = \"USA\"",
        |keys, id| Some(Effect::Unflag { vendor: keys.vendor(id)?, by: keys.by()? });
    /// A nation (`by`) cuts a vendor's chip supply by `strength_share`.
    embargo: String = VENDOR, ["by", "strength_share"], "embargo = \"huawei\", by = \"USA\", strength_share = 0.8",
        |keys, id| Some(Effect::Embargo { vendor: keys.vendor(id)?, by: keys.by()?, strength: keys.strength()? });
    /// A nation (`by`) eases the cut.
    ease: String = VENDOR, ["by"], "ease = \"huawei\", by = \"USA\"",
        |keys, id| Some(Effect::Ease { vendor: keys.vendor(id)? });
    /// A nation (`by`) contradicts its threat about a rule.
    contradict: String = RULE, ["by"], "contradict = \"no-flagged-core\", by = \"USA\"",
        |keys, _| Some(Effect::Contradict { by: keys.by()? });
    /// A vendor denies what is said of it.
    deny: String = VENDOR, [], "deny = \"huawei\"",
        |keys, id| Some(Effect::Deny(keys.vendor(id)?));
    /// A nation (`by`) campaigns against a vendor, with `strength_share`.
    advocate: String = VENDOR, ["by", "strength_share"], "advocate = \"huawei\", by = \"USA\", strength_share = 0.5",
        |keys, _| Some(Effect::Advocate { by: keys.by()?, strength: keys.strength()? });
    /// A compromise of a vendor in a `nation` becomes public.
    disclose: String = VENDOR, ["nation"], "disclose = \"huawei\", nation = \"DEU\"",
        |keys, _| Some(Effect::Disclose(keys.nation()?));
    /// A state (`by`) punishes a `nation` for its stance, with `strength_share`.
    retaliate: Operand = NATION, ["by", "nation", "strength_share"],
        "retaliate = \"AUS\", by = \"CHN\", strength_share = 0.5",
        |keys, _| Some(Effect::Retaliate { nation: keys.nation()?, strength: keys.strength()? });
    /// A nation (`by`) pays a `nation` or a `group` for replacing equipment, `amount_musd`.
    compensate: Operand = NATION, ["nation", "amount_musd", "by"],
        "compensate = \"DEU\", amount_musd = 500, by = \"USA\"",
        |keys, _| Some(Effect::Compensate { nations: keys.nations()?, amount_musd: keys.event.amount_musd? });
    /// A `nation` takes a stance (history).
    stance: Stance = OperandForm::Any, ["nation"], "stance = \"banned\", nation = \"GBR\"",
        |keys, stance| Some(Effect::Stance { nation: keys.nation()?, stance: *stance });
    /// A `nation` joins an agreement or a group.
    join: String = CLUB, ["nation"], "join = \"nato\", nation = \"FIN\"",
        |keys, id| Some(Effect::Join { club: keys.club(id)?, nation: keys.nation()? });
    /// A `nation` leaves an agreement or a group.
    leave: String = CLUB, ["nation"], "leave = \"nato\", nation = \"FIN\"",
        |keys, id| Some(Effect::Leave { club: keys.club(id)?, nation: keys.nation()? });
    /// A mission opens.
    open: String = MISSION, [], "open = \"usa-deu-embassy\"",
        |keys, id| Some(Effect::Open(keys.mission(id)?));
    /// A mission closes.
    close: String = MISSION, [], "close = \"usa-deu-embassy\"",
        |keys, id| Some(Effect::Close(keys.mission(id)?));
    /// An owner spares a `nation` its rule.
    waive: String = RULE, ["nation"], "waive = \"no-flagged-core\", nation = \"GBR\"",
        |keys, id| Some(Effect::Waive { rule: keys.rule(id)?, nation: keys.nation()? });
    /// A fact of a `nation` takes a `value`.
    set_fact: String = FACT, ["nation", "value"], "set_fact = \"bans_nuclear_ships\", nation = \"NZL\", value = true",
        |keys, id| {
            Some(Effect::SetFact { fact: keys.fact(id)?, nation: keys.nation()?, value: keys.event.value?.number() })
        };
    /// The missions of a nation (`by`) get a path without flagged equipment.
    clean_path: Operand = BY, ["by"], "clean_path = \"USA\"",
        |keys, _| Some(Effect::CleanPath(keys.by()?));
    /// A remark on the timeline; changes nothing.
    note: String = OperandForm::Any, [], "note = \"what happened\"",
        |_, _| Some(Effect::Note);
);

impl EventEntry {
    /// The name of the one effect of a checked event.
    pub fn effect(&self) -> &'static str {
        self.effects().first().copied().unwrap_or("note")
    }
}

/// Resolves the ids in an event's keys.
struct EventKeys<'a> {
    event: &'a EventEntry,
    rosters: &'a Rosters,
    groups: &'a BTreeMap<String, GroupEntry>,
}

impl EventKeys<'_> {
    fn nation_id(&self, id: &str) -> Option<NationId> {
        self.rosters.nations.rank(id).map(NationId::new)
    }
    fn nation(&self) -> Option<NationId> {
        self.nation_id(self.event.nation.as_ref()?)
    }
    fn by(&self) -> Option<NationId> {
        self.nation_id(self.event.by.as_ref()?)
    }
    fn strength(&self) -> Option<f64> {
        self.event.strength_share
    }
    fn rule(&self, id: &str) -> Option<RuleId> {
        self.rosters.rules.rank(id).map(RuleId::new)
    }
    fn vendor(&self, id: &str) -> Option<VendorId> {
        self.rosters.vendors.rank(id).map(VendorId::new)
    }
    fn mission(&self, id: &str) -> Option<MissionId> {
        self.rosters.missions.rank(id).map(MissionId::new)
    }
    fn fact(&self, id: &str) -> Option<FactId> {
        self.rosters.facts.rank(id).map(FactId::new)
    }
    fn club(&self, id: &str) -> Option<Club> {
        let agreement = self.rosters.agreements.rank(id).map(|rank| Club::Agreement(AgreementId::new(rank)));
        agreement.or_else(|| self.rosters.groups.rank(id).map(|rank| Club::Group(GroupId::new(rank))))
    }

    /// The nation, or the members of the group at the start.
    fn nations(&self) -> Option<NationSet> {
        let count = self.rosters.nations.len();
        let Some(group) = &self.event.group else { return Some(NationSet::from_members(count, [self.nation()?])) };
        let members = self.groups.get(group)?.members.iter().map(|id| self.nation_id(id));
        Some(NationSet::from_members(count, members.collect::<Option<Vec<_>>>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::ids::Roster;

    #[test]
    fn every_effect_of_the_format_has_its_form() {
        let listed: Vec<&str> = FORMS.iter().map(|form| form.effect).collect();
        assert_eq!(listed, EFFECTS);
        assert!(FORMS.iter().all(|form| form.keys.iter().all(|key| KEYS.contains(key))));
    }

    #[test]
    fn every_example_resolves_to_an_effect_and_without_a_key_to_none() {
        let roster = |ids: &[&str]| Roster::new(ids.iter().map(|id| (*id).to_owned()));
        let rosters = Rosters {
            nations: roster(&["AUS", "DEU", "FIN", "GBR", "NZL", "USA"]),
            vendors: roster(&["huawei"]),
            missions: roster(&["usa-deu-embassy"]),
            agreements: roster(&["nato"]),
            rules: roster(&["no-flagged-core"]),
            facts: roster(&["bans_nuclear_ships"]),
            ..Rosters::default()
        };
        for form in FORMS {
            let short = |key: &str| format!("{} = true, {key} =", form.effect);
            let example = match form.operand {
                OperandForm::Short(key) => form.example.replace(&format!("{} =", form.effect), &short(key)),
                _ => form.example.to_owned(),
            };
            let mut given: toml::Table =
                toml::from_str(&format!("event = {{ on = \"2019Q1\", {example} }}")).expect("is TOML");
            let given = given.remove("event").and_then(|event| event.as_table().cloned()).expect("is a table");
            let entry: EventEntry = given.clone().try_into().expect("has the shape of an event");
            assert_eq!(entry.effect(), form.effect, "{example}");
            assert!(entry.resolve(&rosters, &BTreeMap::new()).is_some(), "{example}");
            assert_eq!(
                entry.resolve(&Rosters::default(), &BTreeMap::new()).is_some(),
                form.effect == "note",
                "{example}"
            );
        }
    }
}
