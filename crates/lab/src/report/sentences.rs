//! Five sentences in plain words, made from the numbers.
use super::Findings;
use super::course::{Course, WITHHELD};
use super::fan::Named;
use super::numbers::{count, percent};
use super::{stances, storyline, tradeoff};

/// The sentences, for those who read nothing else.
pub fn five(findings: &Findings<'_>) -> Vec<String> {
    let first = &findings.scenarios()[0];
    let runs = count(findings.folder.request.reps as usize, "run");
    let variants = match findings.scenarios().len() {
        1 => String::new(),
        many => format!(" under {many} rule designs"),
    };
    let what = format!(
        "{}: {} from {} to {}{variants}, {runs} each, all of them simulated and none of them a forecast.",
        first.file.title.trim_end_matches('.'),
        count(first.file.nations.len(), "nation"),
        first.start,
        first.end
    );
    vec![what, blocs(findings), withheld(findings), costs(findings), stance(findings)]
}

fn sentence(text: String) -> String {
    if text.ends_with('.') { text } else { text + "." }
}

fn missing(table: &str, about: &str) -> String {
    format!("What became of {about} cannot be told: the folder has no `{table}.csv`.")
}

fn blocs(findings: &Findings<'_>) -> String {
    let Some(all) = &findings.census else { return missing("nations", "the alliance") };
    let told = |at: usize| storyline::finding(&findings.scenarios()[at].variant, &all[at], &findings.nations[at]);
    // Beside the reference the variant in which most left, else in which most move.
    let weight = |at: &usize| {
        let census = &all[*at];
        (storyline::left(census).len(), storyline::moved(census))
    };
    let other = (1..all.len()).rev().max_by_key(weight).filter(|at| weight(at) > weight(&0));
    match other {
        Some(at) => sentence(format!("{}; {}", told(0), lower(&told(at)))),
        None => sentence(told(0)),
    }
}

/// A sentence that goes on within another.
fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

fn worst(course: &Course) -> Option<f64> {
    let told = course.series.get(WITHHELD)?.spreads.iter().filter_map(|spread| spread.quantiles).map(|q| q[2]);
    told.max_by(f64::total_cmp)
}

fn withheld(findings: &Findings<'_>) -> String {
    let named = findings.named();
    let Some((name, first)) = named.first() else { return missing("metrics", "what rules withhold") };
    let base = worst(first).unwrap_or_default();
    let lead = match base > 0.0 {
        true => format!(
            "In the worst year rules keep {} of what agreements allow from its readers in {name}",
            percent(base)
        ),
        false => format!("In {name} rules keep nothing from anybody that agreements allow"),
    };
    let most = named[1..].iter().map(|(other, course)| (*other, worst(course).unwrap_or_default()));
    match most.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, share)| *share > 0.0) {
        Some((other, share)) if (share - base).abs() < 0.0005 => {
            sentence(format!("{lead}, and no more in any variant, {other} among them"))
        }
        Some((other, share)) if base > 0.0 => sentence(format!("{lead}; in {other} it is {}", percent(share))),
        Some((other, share)) => sentence(format!("{lead}; in the worst year of {other} they keep {}", percent(share))),
        None => sentence(lead),
    }
}

fn costs(findings: &Findings<'_>) -> String {
    let named: Vec<Named<'_>> = findings.named();
    if named.is_empty() { missing("metrics", "leaks and warnings") } else { sentence(tradeoff::finding(&named)) }
}

fn stance(findings: &Findings<'_>) -> String {
    let counted = findings.counted();
    if counted.is_empty() {
        missing("nations", "governments' stances")
    } else {
        sentence(stances::finding(&counted, &findings.nations[0]))
    }
}
