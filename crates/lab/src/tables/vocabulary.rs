//! Closed vocabularies, bounds and foreign keys of columns.
use noforn::history::cell::Kind;
use noforn::history::row::Column;
use noforn::scenario::format::EFFECTS;
use noforn::world::levels::{Binding, Level, MissionKind, MissionStatus, Stance};

/// The layers of a network.
pub const LAYERS: [&str; 3] = ["core", "access_4g", "access_5g"];
/// The kinds of decision.
pub const DECISION_KINDS: [&str; 10] =
    ["stance", "contract", "enforce", "waive", "mission", "agreement", "restrict", "restore", "leak", "disclosure"];

/// The words that a column may hold; `None` if it may hold any.
pub fn words(table: &str, column: &str) -> Option<Vec<&'static str>> {
    match (table, column) {
        ("nations", "stance") => Some(Stance::ALL.iter().map(|stance| stance.as_str()).collect()),
        ("dyads", "binding_reason") => Some(Binding::ALL.iter().map(|binding| binding.as_str()).collect()),
        ("networks", "layer") => Some(LAYERS.to_vec()),
        ("missions", "kind") => Some(MissionKind::ALL.iter().map(|kind| kind.as_str()).collect()),
        ("missions", "status") => Some(MissionStatus::ALL.iter().map(|status| status.as_str()).collect()),
        ("decisions", "kind") => Some(DECISION_KINDS.to_vec()),
        ("events", "effect") => Some(EFFECTS.to_vec()),
        ("summary" | "compare", "metric") => Some(super::metrics::names().collect()),
        ("codebook", "type") => Some(vec!["integer", "number", "boolean", "string"]),
        _ => None,
    }
}

/// The least and the greatest value of a column of numbers, where they are known.
pub fn bounds(column: &Column) -> (Option<f64>, Option<f64>) {
    match (column.name, column.unit, column.kind) {
        (_, _, Kind::String | Kind::Boolean) => (None, None),
        ("quarter", ..) => (Some(1.0), Some(4.0)),
        ("stance_rank", ..) => (Some(0.0), Some(Stance::ALL.len() as f64 - 1.0)),
        (_, "rank", _) => (Some(0.0), Some(Level::ALL.len() as f64 - 1.0)),
        ("effective_pictures", ..) => (Some(1.0), None),
        // It can exceed 1: reports of earlier quarters can leak too.
        ("reports_leaked_share", ..) => (Some(0.0), None),
        // It is negative where restrictions outlast the rules that caused them.
        ("declared_actual_gap", ..) => (None, Some(1.0)),
        (_, "share" | "index", _) => (Some(0.0), Some(1.0)),
        (_, "unit of the metric" | "unit of the path" | "part of the variance", _) => (None, None),
        _ => (Some(0.0), None),
    }
}

/// A foreign key without `scenario,variant,rep`: its columns, the table it refers to, the columns there.
pub type ForeignKey = (&'static [&'static str], &'static str, &'static [&'static str]);

/// The foreign keys of a table.
pub fn foreign_keys(table: &str) -> &'static [ForeignKey] {
    const NATION: &[&str] = &["year", "iso3"];
    match table {
        "dyads" => &[(&["year", "sender_iso3"], "nations", NATION), (&["year", "receiver_iso3"], "nations", NATION)],
        "blocs" => &[(&["year", "bloc_id"], "nations", NATION), (&["year", "leader_iso3"], "nations", NATION)],
        "missions" => &[(&["year", "sender_iso3"], "nations", NATION), (&["year", "host_iso3"], "nations", NATION)],
        _ => &[],
    }
}
