//! The closing lines of `noforn run`, as text and as JSON: what changed in the runs, and when.
mod json;

use super::outcome::{CutOff, Outcome};
use crate::measures::{MeasureDefinition, TimeSeries, all, moment};
use crate::words::{count, grouped, interval, names, padded, shell_word, value};
pub use json::to_json;
use noforn::scenario::BASELINE;

/// Outcomes of the runs of a variant.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantOutcome {
    /// The variant's name.
    pub variant: String,
    /// The outcome of its first run.
    pub first: Outcome,
    /// Every measure over time, in the order of `measures::all`.
    pub measures: Vec<TimeSeries>,
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
    /// English name of the hub.
    pub hub: &'a str,
    /// Number of values of the scenario that are assumptions.
    pub assumed: usize,
    /// Number of written tables, and of all their rows.
    pub tables: (usize, u64),
    /// Every variant, baseline first.
    pub variants: &'a [VariantOutcome],
}

/// Width of the labels of single lines, in characters.
const LABEL: usize = 10;

/// The closing lines as text.
pub fn to_text(closing: &Closing) -> String {
    let mut lines = vec![heading(closing), String::new()];
    lines.extend(measures_table(closing));
    lines.push(String::new());
    lines.extend(closing.variants.iter().flat_map(|variant| cut_off_lines(closing, variant)));
    if let [only] = closing.variants {
        lines.extend(stances(closing, &only.first));
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

/// A table with a row for each measure and variant: its value at the start, at its worst and at the end. Measures that are
/// zero in every run share a line.
fn measures_table(closing: &Closing) -> Vec<String> {
    let several = closing.variants.len() > 1;
    let mut rows = vec![["", "", "at the start", "at its worst", "at the end"].map(str::to_owned).to_vec()];
    let (mut zero, mut still) = (Vec::new(), Vec::new());
    for (at, measure) in all().enumerate() {
        let series = |variant: &'_ VariantOutcome| variant.measures.get(at).cloned().unwrap_or_default();
        match only_value(closing, at) {
            Some(0.0) => zero.push(measure.name.to_owned()),
            Some(only) => still.push(format!("{} {}", measure.name, value(only, measure.unit))),
            None => {}
        }
        if only_value(closing, at).is_some() {
            continue;
        }
        // Variants whose values read alike share a row.
        let mut told: Vec<(Vec<&str>, [String; 3])> = Vec::new();
        for variant in closing.variants {
            let cells = moments(measure, &series(variant));
            match told.iter_mut().find(|(_, known)| *known == cells) {
                Some((names, _)) => names.push(&variant.variant),
                None => told.push((vec![&variant.variant], cells)),
            }
        }
        for (rank, (names, cells)) in told.into_iter().enumerate() {
            let name = if rank == 0 { measure.name } else { "" };
            rows.push([name.to_owned(), names.join(", ")].into_iter().chain(cells).collect());
        }
    }
    if !several {
        rows.iter_mut().for_each(|row| drop(row.remove(1)));
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    let mut lines: Vec<String> = rows.iter().map(|row| padded(row, &widths)).collect();
    for (words, names) in [("zero in every run", zero), ("the same in every run", still)] {
        if !names.is_empty() {
            lines.push(format!("{words}: {}", names.join(", ")));
        }
    }
    lines.push(match closing.reps {
        1 => "what is given for a year is its mean, its sum (cost) or its end (nations); for a quarter, its end".to_owned(),
        reps => format!(
            "median (5 % to 95 %) of {}; for a year its mean, its sum (cost) or its end (nations), for a quarter its end",
            count(reps.into(), "run")
        ),
    });
    lines
}

/// The value that a measure has at all times of all runs, if it has one; 0 for one without values.
fn only_value(closing: &Closing, measure: usize) -> Option<f64> {
    let all = || closing.variants.iter().filter_map(|variant| variant.measures.get(measure));
    let first = all().find_map(TimeSeries::last).unwrap_or(0.0);
    all().all(|series| series.is_flat() && series.last().is_none_or(|last| last == first)).then_some(first)
}

/// The values of a measure at the start, at its worst and at the end, each with its time.
fn moments(measure: &MeasureDefinition, series: &TimeSeries) -> [String; 3] {
    let Some(found) = series.moments(measure.worst) else { return ["-", "-", "-"].map(str::to_owned) };
    let cell = |at: usize| {
        format!("{} in {}", interval(&series.spreads[at], measure.unit), moment(series.times[at], measure.is_yearly()))
    };
    // The start and the end are the same time in a run of one quarter or year.
    [found.start, found.worst, found.end].map(cell)
}

/// Whom the hub's rules cut off in the first run of a variant, at the worst year's end and at the last.
fn cut_off_lines(closing: &Closing, variant: &VariantOutcome) -> Vec<String> {
    let of = if closing.variants.len() > 1 { format!("{}: ", variant.variant) } else { String::new() };
    let lead = format!("{of}first run: {}", closing.hub);
    let Some([worst, last]) = &variant.first.cut_off else {
        return vec![format!("{lead} cuts nobody off by a rule at any year's end")];
    };
    let at = |cut: &CutOff| {
        format!("{} at the end of {}: {}", count(cut.names.len() as u64, "nation"), cut.year, names(&cut.names))
    };
    let mut lines = vec![format!("{lead} cuts off by a rule {}", at(worst))];
    if worst.year != last.year {
        lines.push(match last.names.len() {
            0 => format!("  and nobody at the end of {}", last.year),
            _ => format!("  and {}", at(last)),
        });
    }
    lines
}

/// The nations with each stance at the end of the first run; stances that nobody has are left out.
fn stances(closing: &Closing, run: &Outcome) -> Vec<String> {
    let verbs = ["stay open", "restrict", "ban", "remove"];
    let taken = verbs.iter().zip(&run.stances).rev().filter(|(_, who)| !who.is_empty());
    let when = &closing.span.1;
    taken
        .map(|(verb, who)| format!("in {when} of the first run {} {verb}: {}", grouped(who.len() as u64), names(who)))
        .collect()
}

fn assumed(count: usize) -> String {
    match count {
        0 => "no value of the scenario is marked as an assumption".to_owned(),
        1 => "1 value of the scenario is an assumption".to_owned(),
        _ => format!("{} values of the scenario are assumptions", grouped(count as u64)),
    }
}

/// The next command to type: it explains the first variant in which a rule withholds something.
pub fn next_command(closing: &Closing) -> String {
    let folder = shell_word(closing.folder);
    let explained =
        closing.variants.iter().find_map(|variant| Some((variant, variant.first.pair_to_explain.as_ref()?)));
    match explained {
        Some((variant, (sender, receiver, year))) => {
            let named = match variant.variant.as_str() {
                BASELINE => String::new(),
                other => format!(" --variant {}", shell_word(other)),
            };
            format!("noforn why {folder} {sender} {receiver} --in {year}{named}")
        }
        None => format!("noforn verify {folder}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_hand;
    use crate::measures::{RecordLayout, of_run};
    use crate::tables::quantile;
    use noforn::world::clock::Quarter;

    fn outcomes(variant: &str, reps: u32) -> VariantOutcome {
        let layout = RecordLayout::new(Quarter::new(2019, 1), Quarter::new(2020, 4));
        let records: Vec<Vec<f64>> = (0..reps).map(|rep| of_run(&layout, &by_hand::history(rep))).collect();
        let spread = |at: usize| quantile::spread(&mut records.iter().map(|record| record[at]).collect());
        let spreads: Vec<_> = (0..layout.width()).map(spread).collect();
        VariantOutcome {
            variant: variant.to_owned(),
            first: Outcome::from_history(&by_hand::history(0), "USA"),
            measures: layout.series(&spreads, all().count()),
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
            hub: "United States",
            assumed: 2,
            tables: (12, 1234),
            variants,
        }
    }

    #[test]
    fn every_row_names_its_moments_and_zeros_share_a_line() {
        let text = to_text(&closing(&[outcomes("baseline", 1)], 1));
        for said in [
            "withheld by rules             0 % in 2019",
            "25 % in 2020",
            "missions withdrawn            0 in 2019Q1",
            "1 in 2020Q1",
            "zero in every run: read among the others, flagged equipment in cores, flagged equipment in 5G\n",
            "first run: United States cuts off by a rule 1 nation at the end of 2020: Germany\n",
            "in 2020Q4 of the first run 1 remove: United States\n",
            "assumed   2 values of the scenario are assumptions\n",
            "tables    output/three (12 tables, 1,234 rows)\n",
            "\nnext: noforn why output/three USA DEU --in 2020\n",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
    }

    #[test]
    fn variants_that_read_alike_share_a_row() {
        let variants = [outcomes("baseline", 3), outcomes("as-spoken", 3)];
        let text = to_text(&closing(&variants, 3));
        assert!(text.contains("2019Q1 to 2020Q4, 2 variants, 3 runs each, seed 7\n"), "{text}");
        let withheld = text.lines().find(|line| line.starts_with("withheld by rules")).expect("a measure");
        assert!(
            withheld.contains("baseline, as-spoken  0 % in 2019") && withheld.contains("35 % (26 to 44 %) in 2020"),
            "{text}"
        );
        assert!(text.contains("median (5 % to 95 %) of 3 runs;"), "{text}");
    }

    #[test]
    fn a_run_in_which_nothing_happens_says_so() {
        let quiet = VariantOutcome { first: Outcome::default(), ..outcomes("baseline", 1) };
        let text = to_text(&closing(&[quiet], 1));
        for said in ["cuts nobody off by a rule at any year's end", "next: noforn verify"] {
            assert!(text.contains(said), "{said}: {text}");
        }
    }

    #[test]
    fn the_json_has_the_same_values() {
        let variants = [outcomes("baseline", 3)];
        let json = to_json(&closing(&variants, 3));
        let withheld = &json["variants"][0]["measures"]["reports_withheld_share"];
        assert_eq!((&withheld["worst"]["q50"], &withheld["worst"]["in"]), (&0.35.into(), &"2020".into()));
        assert_eq!(json["variants"][0]["first_run"]["cut_off"][0]["nations"][0], "Germany");
        assert_eq!(json["next"], "noforn why output/three USA DEU --in 2020");
    }
}
