//! The choice of tables to write, and for which runs: `metrics,nations:all,dyads`.
use crate::tables::catalogue::{RunScope, TABLES};
use std::fmt;
use std::str::FromStr;

/// The runs that a table records. Each value includes the runs of those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordedRuns {
    /// No runs: the table is not written.
    None,
    /// Replicate 0 of each variant.
    First,
    /// Every run.
    All,
}

impl RecordedRuns {
    /// True if the table records this replicate.
    pub fn include(self, rep: u32) -> bool {
        match self {
            RecordedRuns::None => false,
            RecordedRuns::First => rep == 0,
            RecordedRuns::All => true,
        }
    }
}

/// The recorded runs of every table, by rank in `TABLES`. `runs`, `summary`, `codebook` and `origins` are always written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableChoice([RecordedRuns; TABLES.len()]);

impl Default for TableChoice {
    /// Every table; big tables record only the first run of each variant.
    fn default() -> Self {
        Self(std::array::from_fn(|rank| default_runs(TABLES[rank].scope)))
    }
}

fn default_runs(scope: RunScope) -> RecordedRuns {
    if scope == RunScope::First { RecordedRuns::First } else { RecordedRuns::All }
}

impl TableChoice {
    /// The runs that a table records.
    pub fn runs(&self, rank: usize) -> RecordedRuns {
        self.0[rank]
    }
    /// True if a replicate must record a big table.
    pub fn needs_detail(&self, rep: u32) -> bool {
        self.0.iter().zip(&TABLES).any(|(runs, table)| table.scope == RunScope::First && runs.include(rep))
    }
}

impl fmt::Display for TableChoice {
    /// The shortest text that parses to this choice.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> =
            self.0.iter().zip(&TABLES).filter_map(|(runs, table)| item(*runs, table.name, table.scope)).collect();
        f.write_str(if names.is_empty() { "runs" } else { "" })?;
        f.write_str(&names.join(","))
    }
}

/// One item of the list; `None` if the table is always written or never.
fn item(runs: RecordedRuns, table: &str, scope: RunScope) -> Option<String> {
    match (scope, runs) {
        (RunScope::Fixed, _) | (_, RecordedRuns::None) => None,
        (RunScope::Every, RecordedRuns::All) | (RunScope::First, RecordedRuns::First) => Some(table.to_owned()),
        (_, RecordedRuns::All) => Some(format!("{table}:all")),
        (_, RecordedRuns::First) => Some(format!("{table}:first")),
    }
}

impl FromStr for TableChoice {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let mut choice = Self(std::array::from_fn(|rank| {
            if TABLES[rank].scope == RunScope::Fixed { RecordedRuns::All } else { RecordedRuns::None }
        }));
        let mut named = Vec::new();
        for item in text.split(',').map(str::trim) {
            let (rank, runs) = parse_item(item)?;
            if named.contains(&rank) {
                return Err(format!("`{}` is named twice", TABLES[rank].name));
            }
            named.push(rank);
            choice.0[rank] = runs;
        }
        Ok(choice)
    }
}

fn parse_item(item: &str) -> Result<(usize, RecordedRuns), String> {
    let (name, runs) = item.split_once(':').map_or((item, None), |(name, runs)| (name, Some(runs)));
    let rank = TABLES.iter().position(|table| table.name == name).ok_or_else(|| unknown_table(name))?;
    let scope = TABLES[rank].scope;
    match runs {
        None => Ok((rank, default_runs(scope))),
        Some("all") => Ok((rank, RecordedRuns::All)),
        Some("first") if scope == RunScope::Fixed => Err(format!("`{name}` is always written whole")),
        Some("first") => Ok((rank, RecordedRuns::First)),
        Some(other) => Err(format!("`{other}` is neither `all` nor `first`, as in `{name}:all`")),
    }
}

fn unknown_table(name: &str) -> String {
    let near = |table: &&str| strsim::jaro_winkler(name, table);
    let names = || TABLES.iter().map(|table| table.name);
    let best = names().max_by(|a, b| near(a).total_cmp(&near(b))).filter(|table| near(table) > 0.75);
    match best {
        Some(table) => format!("there is no table `{name}`; did you mean `{table}`?"),
        None => format!("there is no table `{name}`; there are {}", names().collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs_of(choice: &TableChoice, table: &str) -> RecordedRuns {
        choice.runs(TABLES.iter().position(|known| known.name == table).unwrap())
    }

    #[test]
    fn a_choice_names_tables_and_their_runs() {
        let choice: TableChoice = "metrics, nations:first,dyads,missions:all".parse().unwrap();
        let expected = [
            ("runs", RecordedRuns::All),
            ("summary", RecordedRuns::All),
            ("metrics", RecordedRuns::All),
            ("nations", RecordedRuns::First),
            ("dyads", RecordedRuns::First),
            ("missions", RecordedRuns::All),
            ("decisions", RecordedRuns::None),
        ];
        for (table, runs) in expected {
            assert_eq!(runs_of(&choice, table), runs, "{table}");
        }
        assert!(choice.needs_detail(7), "`missions:all` wants detail in every run");
        assert!(!"metrics".parse::<TableChoice>().unwrap().needs_detail(0));
    }

    #[test]
    fn a_choice_parses_from_its_text() {
        for text in ["metrics,nations:first,dyads", "dyads:all", "runs"] {
            let choice: TableChoice = text.parse().unwrap();
            assert_eq!(choice.to_string(), text);
        }
        assert_eq!(TableChoice::default().to_string().parse(), Ok(TableChoice::default()));
    }

    #[test]
    fn errors_say_what_would_be_right() {
        let cases = [
            ("metric", "there is no table `metric`; did you mean `metrics`?"),
            ("dyads:every", "`every` is neither `all` nor `first`, as in `dyads:all`"),
            ("dyads,dyads:all", "`dyads` is named twice"),
            ("runs:first", "`runs` is always written whole"),
        ];
        for (text, message) in cases {
            assert_eq!(text.parse::<TableChoice>(), Err(message.to_owned()));
        }
        assert!("".parse::<TableChoice>().unwrap_err().starts_with("there is no table ``; there are runs, metrics"));
    }
}
