//! The closing lines of `noforn run`, as text and as JSON: what happened in the runs.
mod json;

use super::outcome::{MEASURES, Outcome};
use crate::tables::quantile::Spread;
use crate::words::{count, grouped, names, padded, percent, shell_word};
pub use json::to_json;

/// Outcomes of the runs of a variant.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantOutcome {
    /// The variant's name.
    pub variant: String,
    /// The outcome of its first run.
    pub first: Outcome,
    /// The spread of each of `MEASURES` over its runs.
    pub spreads: Vec<Spread>,
}

/// The values from which the closing lines are written.
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
    /// Number of nations.
    pub nations: usize,
    /// Number of values of the scenario that are assumptions.
    pub assumed: usize,
    /// Number of written tables, and of all their rows.
    pub tables: (usize, u64),
    /// Every variant, baseline first.
    pub variants: &'a [VariantOutcome],
}

/// Width of the labels in the lines of one run, in characters.
const LABEL: usize = 10;

/// The closing lines as text.
pub fn to_text(closing: &Closing) -> String {
    let mut lines = vec![heading(closing), String::new()];
    match closing.variants {
        [only] if closing.reps == 1 => lines.extend(one_run(closing, &only.first)),
        variants => lines.extend(variants_table(closing, variants)),
    }
    lines.push(String::new());
    lines.push(line("assumed", &assumed(closing.assumed)));
    let (tables, rows) = closing.tables;
    lines.push(line("tables", &format!("{} ({tables} tables, {} rows)", closing.folder, grouped(rows))));
    lines.push(line("report", &format!("noforn report {}", shell_word(closing.folder))));
    lines.push(String::new());
    lines.push(format!("next: {}", next_command(closing)));
    lines.join("\n") + "\n"
}

fn heading(closing: &Closing) -> String {
    let variants =
        if closing.variants.len() > 1 { format!("{} variants, ", closing.variants.len()) } else { String::new() };
    let runs = if closing.variants.len() > 1 { " each" } else { "" };
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

/// The nations with each stance; stances that nobody has are left out.
fn stances(run: &Outcome) -> Vec<String> {
    let verbs = [("open", "open"), ("restricted", "restrict"), ("banned", "ban"), ("removal", "remove")];
    let taken = verbs.iter().zip(&run.stances).rev().filter(|(_, who)| !who.is_empty());
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

/// A table of medians with 5 % and 95 % quantiles, one column per variant.
fn variants_table(closing: &Closing, variants: &[VariantOutcome]) -> Vec<String> {
    let header = std::iter::once(String::new()).chain(variants.iter().map(|variant| variant.variant.clone()));
    let mut rows: Vec<Vec<String>> = vec![header.collect()];
    for (index, (_, words, share)) in MEASURES.iter().enumerate() {
        let cells = variants.iter().map(|variant| interval(&variant.spreads[index], *share, closing.reps));
        rows.push(std::iter::once((*words).to_owned()).chain(cells).collect());
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..=variants.len()).map(width).collect();
    let mut lines: Vec<String> = rows.iter().map(|row| padded(row, &widths)).collect();
    if closing.reps > 1 {
        lines.push(format!("median (5 % to 95 %) of {}", count(closing.reps.into(), "run")));
    }
    lines
}

fn interval(spread: &Spread, share: bool, reps: u32) -> String {
    match spread.quantiles {
        None => "-".to_owned(),
        Some([_, _, median, ..]) if reps == 1 => number(median, share),
        Some([low, _, median, _, high]) => {
            let low = number(low, share);
            // The unit is written once.
            let low = low.strip_suffix(" %").unwrap_or(&low);
            format!("{} ({low} to {})", number(median, share), number(high, share))
        }
    }
}

/// A share in percent, or another number with at most one decimal.
fn number(value: f64, share: bool) -> String {
    let text = format!("{value:.1}");
    if share { percent(value) } else { text.strip_suffix(".0").unwrap_or(&text).to_owned() }
}

/// The next command to type.
pub fn next_command(closing: &Closing) -> String {
    let folder = shell_word(closing.folder);
    let first = closing.variants.first().map(|variant| &variant.first);
    match first.and_then(|first| first.pair_to_explain.as_ref()) {
        Some((sender, receiver, year)) => format!("noforn why {folder} {sender} {receiver} --in {year}"),
        None => format!("noforn verify {folder}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_hand;
    use crate::tables::quantile;

    fn outcomes(variant: &str, reps: u32) -> VariantOutcome {
        let outcomes: Vec<Outcome> = (0..reps).map(|rep| Outcome::from_history(&by_hand::history(rep))).collect();
        let spread = |index: usize| quantile::spread(&mut outcomes.iter().map(|run| run.measures()[index]).collect());
        VariantOutcome {
            variant: variant.to_owned(),
            first: outcomes[0].clone(),
            spreads: (0..MEASURES.len()).map(spread).collect(),
        }
    }

    fn closing(variants: &[VariantOutcome], reps: u32) -> Closing<'_> {
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
            variants,
        }
    }

    #[test]
    fn one_run_is_written_as_sentences() {
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
        assert_eq!(to_text(&closing(&[outcomes("baseline", 1)], 1)), expected);
    }

    #[test]
    fn variants_are_written_as_columns() {
        let variants = [outcomes("baseline", 3), outcomes("as-spoken", 3)];
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
        assert_eq!(to_text(&closing(&variants, 3)), expected);
    }

    #[test]
    fn a_run_in_which_nothing_happens_says_so() {
        let quiet = Outcome { blocs_at_start: 1, blocs_at_end: 1, largest_bloc_share: 1.0, ..Outcome::default() };
        let variant = VariantOutcome { first: quiet, ..outcomes("baseline", 1) };
        let text = to_text(&closing(&[variant], 1));
        for said in
            ["nobody left", "rules stopped nothing", "no rule is due", "0 reports leaked", "next: noforn verify"]
        {
            assert!(text.contains(said), "{said}: {text}");
        }
    }

    #[test]
    fn the_json_has_the_same_values() {
        let variants = [outcomes("baseline", 3)];
        let json = to_json(&closing(&variants, 3));
        assert_eq!(json["variants"][0]["measures"]["worst_withheld_share"]["q50"], 0.35);
        assert_eq!(json["variants"][0]["first_run"]["left_largest_bloc"][0], "Germany");
        assert_eq!(json["next"], "noforn why output/three USA DEU --in 2020");
    }
}
