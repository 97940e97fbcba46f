//! Which tables are written, and for which runs: `metrics,nations:all,dyads`.
use crate::tables::catalogue::{Scope, TABLES};
use std::fmt;
use std::str::FromStr;

/// The runs that a table tells; each tells all that those before it tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Runs {
    /// None: the table is not written.
    None,
    /// Replicate 0 of each variant.
    First,
    /// All.
    All,
}

impl Runs {
    /// Whether this replicate is among them.
    pub fn include(self, rep: u32) -> bool {
        match self {
            Runs::None => false,
            Runs::First => rep == 0,
            Runs::All => true,
        }
    }
}

/// For every table the runs it tells; `runs`, `summary`, `codebook` and `origins` are always written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice([Runs; TABLES.len()]);

impl Default for Choice {
    /// Every table; the big ones for the first run of each variant.
    fn default() -> Self {
        Self(std::array::from_fn(|rank| default_runs(TABLES[rank].scope)))
    }
}

fn default_runs(scope: Scope) -> Runs {
    if scope == Scope::First { Runs::First } else { Runs::All }
}

impl Choice {
    /// The runs that a table tells.
    pub fn runs(&self, rank: usize) -> Runs {
        self.0[rank]
    }
    /// Whether a replicate must record the big tables.
    pub fn needs_detail(&self, rep: u32) -> bool {
        self.0.iter().zip(&TABLES).any(|(runs, table)| table.scope == Scope::First && runs.include(rep))
    }
}

impl fmt::Display for Choice {
    /// The shortest text that reads back as this choice.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> =
            self.0.iter().zip(&TABLES).filter_map(|(runs, table)| name(*runs, table.name, table.scope)).collect();
        f.write_str(if names.is_empty() { "runs" } else { "" })?;
        f.write_str(&names.join(","))
    }
}

fn name(runs: Runs, table: &str, scope: Scope) -> Option<String> {
    match (scope, runs) {
        (Scope::Fixed, _) | (_, Runs::None) => None,
        (Scope::Every, Runs::All) | (Scope::First, Runs::First) => Some(table.to_owned()),
        (_, Runs::All) => Some(format!("{table}:all")),
        (_, Runs::First) => Some(format!("{table}:first")),
    }
}

impl FromStr for Choice {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let mut choice =
            Self(std::array::from_fn(|rank| if TABLES[rank].scope == Scope::Fixed { Runs::All } else { Runs::None }));
        let mut named = Vec::new();
        for item in text.split(',').map(str::trim) {
            let (rank, runs) = one(item)?;
            if named.contains(&rank) {
                return Err(format!("`{}` is named twice", TABLES[rank].name));
            }
            named.push(rank);
            choice.0[rank] = runs;
        }
        Ok(choice)
    }
}

fn one(item: &str) -> Result<(usize, Runs), String> {
    let (name, runs) = item.split_once(':').map_or((item, None), |(name, runs)| (name, Some(runs)));
    let rank = TABLES.iter().position(|table| table.name == name).ok_or_else(|| unknown(name))?;
    let scope = TABLES[rank].scope;
    match runs {
        None => Ok((rank, default_runs(scope))),
        Some("all") => Ok((rank, Runs::All)),
        Some("first") if scope == Scope::Fixed => Err(format!("`{name}` is always written whole")),
        Some("first") => Ok((rank, Runs::First)),
        Some(other) => Err(format!("`{other}` is neither `all` nor `first`, as in `{name}:all`")),
    }
}

fn unknown(name: &str) -> String {
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

    fn of(choice: &Choice, table: &str) -> Runs {
        choice.runs(TABLES.iter().position(|known| known.name == table).unwrap())
    }

    #[test]
    fn a_choice_names_tables_and_their_runs() {
        let choice: Choice = "metrics, nations:first,dyads,missions:all".parse().unwrap();
        let expected = [
            ("runs", Runs::All),
            ("summary", Runs::All),
            ("metrics", Runs::All),
            ("nations", Runs::First),
            ("dyads", Runs::First),
            ("missions", Runs::All),
            ("decisions", Runs::None),
        ];
        for (table, runs) in expected {
            assert_eq!(of(&choice, table), runs, "{table}");
        }
        assert!(choice.needs_detail(7), "`missions:all` wants detail in every run");
        assert!(!"metrics".parse::<Choice>().unwrap().needs_detail(0));
    }

    #[test]
    fn a_choice_reads_back_from_its_text() {
        for text in ["metrics,nations:first,dyads", "dyads:all", "runs"] {
            let choice: Choice = text.parse().unwrap();
            assert_eq!(choice.to_string(), text);
        }
        assert_eq!(Choice::default().to_string().parse(), Ok(Choice::default()));
    }

    #[test]
    fn a_wrong_choice_says_what_would_be_right() {
        let cases = [
            ("metric", "there is no table `metric`; did you mean `metrics`?"),
            ("dyads:every", "`every` is neither `all` nor `first`, as in `dyads:all`"),
            ("dyads,dyads:all", "`dyads` is named twice"),
            ("runs:first", "`runs` is always written whole"),
        ];
        for (text, message) in cases {
            assert_eq!(text.parse::<Choice>(), Err(message.to_owned()));
        }
        assert!("".parse::<Choice>().unwrap_err().starts_with("there is no table ``; there are runs, metrics"));
    }
}
