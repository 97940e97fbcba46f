//! The closing lines of `noforn run`: what happened, for a person; the same as JSON, for a program.
mod json;

use super::outcome::{MEASURES, Outcome};
use crate::tables::quantile::Spread;
use crate::words::{count, grouped, names, percent, shell_word};
pub use json::json;

/// What a variant came to.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantOutcome {
    /// The variant's name.
    pub variant: String,
    /// Its first run.
    pub first: Outcome,
    /// The spread over its runs of every one of `MEASURES`.
    pub spreads: Vec<Spread>,
}

/// What the closing lines are written from.
#[derive(Clone, Debug, PartialEq)]
pub struct Closing<'a> {
    /// The scenario's title.
    pub title: &'a str,
    /// The scenario, as typed.
    pub scenario: &'a str,
    /// The folder of the results, as typed.
    pub folder: &'a str,
    /// First and last quarter.
    pub span: (String, String),
    /// Master seed.
    pub seed: u64,
    /// Runs of each variant.
    pub reps: u32,
    /// How many nations there are.
    pub nations: usize,
    /// How many values of the scenario are assumptions.
    pub assumed: usize,
    /// How many tables were written, and their rows.
    pub tables: (usize, u64),
    /// Every variant, the scenario as it stands first.
    pub accounts: &'a [VariantOutcome],
}

/// Width of the labels in the account of one run.
const LABEL: usize = 10;

/// The closing lines.
pub fn text(closing: &Closing) -> String {
    let mut lines = vec![heading(closing), String::new()];
    match closing.accounts {
        [only] if closing.reps == 1 => lines.extend(one_run(closing, &only.first)),
        accounts => lines.extend(side_by_side(closing, accounts)),
    }
    lines.push(String::new());
    lines.push(line("assumed", &assumed(closing.assumed)));
    let (tables, rows) = closing.tables;
    lines.push(line("tables", &format!("{} ({tables} tables, {} rows)", closing.folder, grouped(rows))));
    lines.push(line("report", &format!("noforn report {}", shell_word(closing.folder))));
    lines.push(String::new());
    lines.push(format!("next: {}", next(closing)));
    lines.join("\n") + "\n"
}

fn heading(closing: &Closing) -> String {
    let variants =
        if closing.accounts.len() > 1 { format!("{} variants, ", closing.accounts.len()) } else { String::new() };
    let runs = if closing.accounts.len() > 1 { " each" } else { "" };
    let (start, end) = &closing.span;
    format!(
        "{}\n{start} to {end}, {variants}{}{runs}, seed {}",
        closing.title,
        count(closing.reps.into(), "run"),
        closing.seed
    )
}

fn line(label: &str, text: &str) -> String {
    format!("{label:LABEL$}{text}")
}

fn one_run(closing: &Closing, run: &Outcome) -> Vec<String> {
    let mut lines = vec![line("blocs", &blocs(closing.nations, run))];
    lines.push(match run.left.as_slice() {
        [] => line("left", "nobody left the largest bloc"),
        left => line("left", &format!("{} left the largest bloc: {}", grouped(left.len() as u64), names(left))),
    });
    lines.extend(stances(run));
    lines.push(line("withheld", &withheld(run)));
    lines.push(line("rules", &rules(run)));
    lines.push(line("missions", &format!("{} withdrawn", grouped(run.withdrawn.into()))));
    lines.push(line("leaks", &format!("{} leaked", count(run.leaked, "report"))));
    lines
}

fn blocs(nations: usize, run: &Outcome) -> String {
    let members = (run.largest_bloc_share * nations as f64).round();
    format!(
        "{} at the start, {} at the end; the largest holds {members} of {nations} nations",
        run.blocs_at_start, run.blocs_at_end
    )
}

/// Who bans, who restricts, who stays open; what nobody does is left out.
fn stances(run: &Outcome) -> Vec<String> {
    let said = [("open", "open"), ("restricted", "restrict"), ("banned", "ban"), ("removal", "remove")];
    let taken = said.iter().zip(&run.stances).rev().filter(|(_, who)| !who.is_empty());
    taken.map(|((_, verb), who)| line(verb, &format!("{}: {}", grouped(who.len() as u64), names(who)))).collect()
}

fn withheld(run: &Outcome) -> String {
    match run.worst_withheld {
        None => "rules stopped nothing that agreements allow".to_owned(),
        Some((share, (year, quarter))) => {
            format!("at worst {} of what agreements allow, in {year}Q{quarter}", percent(share))
        }
    }
}

fn rules(run: &Outcome) -> String {
    let (declared, applied) = (grouped(run.declared.into()), grouped(run.applied.into()));
    match run.declared {
        0 if run.applied == 0 => "at the end no rule is due on anybody".to_owned(),
        _ => format!("at the end they are due on {declared} pairs and actions, and applied to {applied}"),
    }
}

fn assumed(count: usize) -> String {
    match count {
        0 => "no value of the scenario is marked as an assumption".to_owned(),
        1 => "1 value of the scenario is an assumption".to_owned(),
        _ => format!("{} values of the scenario are assumptions", grouped(count as u64)),
    }
}

/// Medians with the interval that holds nine runs in ten, one column a variant.
fn side_by_side(closing: &Closing, accounts: &[VariantOutcome]) -> Vec<String> {
    let header = std::iter::once(String::new()).chain(accounts.iter().map(|account| account.variant.clone()));
    let mut rows: Vec<Vec<String>> = vec![header.collect()];
    for (index, (_, words, share)) in MEASURES.iter().enumerate() {
        let cells = accounts.iter().map(|account| interval(&account.spreads[index], *share, closing.reps));
        rows.push(std::iter::once((*words).to_owned()).chain(cells).collect());
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..=accounts.len()).map(width).collect();
    let padded = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines: Vec<String> = rows.iter().map(padded).collect();
    if closing.reps > 1 {
        lines.push(format!("median (5 % to 95 %) of {}", count(closing.reps.into(), "run")));
    }
    lines
}

fn interval(spread: &Spread, share: bool, reps: u32) -> String {
    let number = |value: f64| {
        let text = format!("{value:.1}");
        if share { percent(value) } else { text.strip_suffix(".0").unwrap_or(&text).to_owned() }
    };
    match spread.quantiles {
        None => "-".to_owned(),
        Some([_, _, median, ..]) if reps == 1 => number(median),
        Some([low, _, median, _, high]) => {
            let low = number(low);
            // The unit is told once.
            let low = low.strip_suffix(" %").unwrap_or(&low);
            format!("{} ({low} to {})", number(median), number(high))
        }
    }
}

/// The next command to type.
pub fn next(closing: &Closing) -> String {
    let folder = shell_word(closing.folder);
    let first = closing.accounts.first().map(|account| &account.first);
    match first.and_then(|first| first.ask.as_ref()) {
        Some((sender, receiver, year)) => format!("noforn why {folder} {sender} {receiver} --in {year}"),
        None => format!("noforn verify {folder}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_hand;
    use crate::tables::quantile;

    fn account(variant: &str, reps: u32) -> VariantOutcome {
        let outcomes: Vec<Outcome> = (0..reps).map(|rep| Outcome::of(&by_hand::history(rep))).collect();
        let spread = |index: usize| quantile::spread(&mut outcomes.iter().map(|run| run.measures()[index]).collect());
        VariantOutcome {
            variant: variant.to_owned(),
            first: outcomes[0].clone(),
            spreads: (0..MEASURES.len()).map(spread).collect(),
        }
    }

    fn told(accounts: &[VariantOutcome], reps: u32) -> Closing<'_> {
        Closing {
            title: "Three nations",
            scenario: "three.toml",
            folder: "output/three",
            span: ("2019Q1".to_owned(), "2020Q4".to_owned()),
            seed: 7,
            reps,
            nations: 3,
            assumed: 2,
            tables: (12, 1234),
            accounts,
        }
    }

    #[test]
    fn one_run_is_told_in_sentences() {
        let expected = "\
Three nations
2019Q1 to 2020Q4, 1 run, seed 7

blocs     1 at the start, 2 at the end; the largest holds 2 of 3 nations
left      1 left the largest bloc: Germany
remove    1: United States
restrict  1: United Kingdom
open      1: Germany
withheld  at worst 25 % of what agreements allow, in 2020Q1
rules     at the end they are due on 4 pairs and actions, and applied to 2
missions  1 withdrawn
leaks     8 reports leaked

assumed   2 values of the scenario are assumptions
tables    output/three (12 tables, 1,234 rows)
report    noforn report output/three

next: noforn why output/three USA DEU --in 2020
";
        assert_eq!(text(&told(&[account("baseline", 1)], 1)), expected);
    }

    #[test]
    fn many_runs_are_told_side_by_side() {
        let accounts = [account("baseline", 3), account("as-spoken", 3)];
        let expected = "\
Three nations
2019Q1 to 2020Q4, 2 variants, 3 runs each, seed 7

                               baseline                 as-spoken
blocs at the end               2 (2 to 2)               2 (2 to 2)
nations in the largest bloc    66.7 % (66.7 to 66.7 %)  66.7 % (66.7 to 66.7 %)
left the largest bloc          1 (1 to 1)               1 (1 to 1)
ban the flagged vendors        1 (1 to 1)               1 (1 to 1)
restrict them                  1 (1 to 1)               1 (1 to 1)
stay open                      1 (1 to 1)               1 (1 to 1)
withheld in the worst quarter  35 % (26 to 44 %)        35 % (26 to 44 %)
pairs and actions: announced   4 (4 to 4)               4 (4 to 4)
pairs and actions: applied     2 (2 to 2)               2 (2 to 2)
missions withdrawn             1 (1 to 1)               1 (1 to 1)
reports leaked                 8 (8 to 8)               8 (8 to 8)
median (5 % to 95 %) of 3 runs

assumed   2 values of the scenario are assumptions
tables    output/three (12 tables, 1,234 rows)
report    noforn report output/three

next: noforn why output/three USA DEU --in 2020
";
        assert_eq!(text(&told(&accounts, 3)), expected);
    }

    #[test]
    fn a_run_in_which_nothing_happens_says_so() {
        let quiet = Outcome { blocs_at_start: 1, blocs_at_end: 1, largest_bloc_share: 1.0, ..Outcome::default() };
        let account = VariantOutcome { first: quiet, ..account("baseline", 1) };
        let text = text(&told(&[account], 1));
        for said in
            ["nobody left", "rules stopped nothing", "no rule is due", "0 reports leaked", "next: noforn verify"]
        {
            assert!(text.contains(said), "{said}: {text}");
        }
    }

    #[test]
    fn a_program_reads_the_same() {
        let accounts = [account("baseline", 3)];
        let json = json(&told(&accounts, 3));
        assert_eq!(json["variants"][0]["measures"]["worst_withheld_share"]["q50"], 0.35);
        assert_eq!(json["variants"][0]["first_run"]["left_largest_bloc"][0], "Germany");
        assert_eq!(json["next"], "noforn why output/three USA DEU --in 2020");
    }
}
