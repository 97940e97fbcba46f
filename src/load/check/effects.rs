//! The effects that events may have, and the keys that each needs.

/// What the word behind an effect's name is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Operands {
    /// An id of one of these tables.
    Id(&'static [&'static str], &'static str),
    /// `true`, or the value of this key in short.
    Short(&'static str),
    /// Checked by its shape alone.
    Any,
}

/// An effect with the keys it needs; `nation` of some may be a `group` instead.
#[derive(Debug)]
pub struct Needs {
    /// Its name.
    pub effect: &'static str,
    /// What is written behind it.
    pub operand: Operands,
    /// The keys it cannot do without.
    pub keys: &'static [&'static str],
    /// How it is written.
    pub example: &'static str,
}

const RULE: Operands = Operands::Id(&["rules"], "rule");
const VENDOR: Operands = Operands::Id(&["vendors"], "vendor");
const MISSION: Operands = Operands::Id(&["missions"], "mission");
const CLUB: Operands = Operands::Id(&["agreements", "groups"], "agreement or group");

const fn needs(effect: &'static str, operand: Operands, keys: &'static [&'static str], example: &'static str) -> Needs {
    Needs { effect, operand, keys, example }
}

/// What each effect needs, in the order of the format.
pub const NEEDS: &[Needs] = &[
    needs("announce", RULE, &[], "announce = \"no-flagged-core\""),
    needs("lift", RULE, &[], "lift = \"no-flagged-core\""),
    needs("flag", VENDOR, &["by"], "flag = \"huawei\", by = \"USA\""),
    needs("unflag", VENDOR, &["by"], "unflag = \"huawei\", by = \"USA\""),
    needs("embargo", VENDOR, &["by", "strength_share"], "embargo = \"huawei\", by = \"USA\", strength_share = 0.8"),
    needs("ease", VENDOR, &["by"], "ease = \"huawei\", by = \"USA\""),
    needs("contradict", RULE, &["by"], "contradict = \"no-flagged-core\", by = \"USA\""),
    needs("deny", VENDOR, &[], "deny = \"huawei\""),
    needs("advocate", VENDOR, &["by", "strength_share"], "advocate = \"huawei\", by = \"USA\", strength_share = 0.5"),
    needs("disclose", VENDOR, &["nation"], "disclose = \"huawei\", nation = \"DEU\""),
    needs(
        "retaliate",
        Operands::Short("nation"),
        &["by", "nation", "strength_share"],
        "retaliate = \"AUS\", by = \"CHN\", strength_share = 0.5",
    ),
    needs(
        "compensate",
        Operands::Short("nation"),
        &["nation", "amount_musd", "by"],
        "compensate = \"DEU\", amount_musd = 500, by = \"USA\"",
    ),
    needs("stance", Operands::Any, &["nation"], "stance = \"banned\", nation = \"GBR\""),
    needs("join", CLUB, &["nation"], "join = \"nato\", nation = \"FIN\""),
    needs("leave", CLUB, &["nation"], "leave = \"nato\", nation = \"FIN\""),
    needs("open", MISSION, &[], "open = \"usa-deu-embassy\""),
    needs("close", MISSION, &[], "close = \"usa-deu-embassy\""),
    needs("waive", RULE, &["nation"], "waive = \"no-flagged-core\", nation = \"GBR\""),
    needs(
        "set_fact",
        Operands::Id(&["facts"], "fact"),
        &["nation", "value"],
        "set_fact = \"bans_nuclear_ships\", nation = \"NZL\", value = true",
    ),
    needs("clean_path", Operands::Short("by"), &["by"], "clean_path = \"USA\""),
    needs("note", Operands::Any, &[], "note = \"what happened\""),
];

/// The keys that go with effects.
pub const KEYS: [&str; 6] = ["by", "nation", "group", "strength_share", "amount_musd", "value"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::format::EFFECTS;

    #[test]
    fn every_effect_of_the_format_has_its_needs() {
        let listed: Vec<&str> = NEEDS.iter().map(|needs| needs.effect).collect();
        assert_eq!(listed, EFFECTS);
        assert!(NEEDS.iter().all(|needs| needs.keys.iter().all(|key| KEYS.contains(key))));
    }
}
