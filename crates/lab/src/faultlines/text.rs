//! The answer as text.
use super::{Aggregation, Configuration};
use crate::words::{count, grouped, percent};

/// How many columns a list of nations fills.
const WIDTH: usize = 96;

/// The answer as text, without the suggested command.
pub fn text(answer: &Aggregation) -> String {
    let mut text = head(answer);
    for (rank, configuration) in answer.configurations.iter().enumerate() {
        text += &format!("\n{}", configuration_text(answer, rank, configuration));
    }
    let more = answer.stable - answer.configurations.len();
    if more > 0 {
        text += &format!("\nand {} that are less deep\n", count(more as u64, "stable configuration"));
    }
    if !answer.strained.is_empty() {
        text += "\nagainst their propensity in the first, by their part of all that is\n";
    }
    for pair in &answer.strained {
        let stand = if pair.together { "together" } else { "apart" };
        let part = percent(pair.part_share);
        text += &format!("  {} and {}  {stand}, propensity {:+.3}  {part}\n", pair.a, pair.b, pair.propensity);
    }
    if !answer.nearest.is_empty() {
        text += "\nnearest to changing sides in the first, by what keeps them of all that pulls at them\n";
    }
    for near in &answer.nearest {
        text += &format!("  {}  {}\n", near.iso3, percent(near.rise_share));
    }
    text
}

fn head(answer: &Aggregation) -> String {
    let within = answer.within.as_ref().map(|agreement| format!(" of `{agreement}`")).unwrap_or_default();
    let without = match answer.without_size {
        0 => String::new(),
        number => format!(" ({number} more produce no intelligence and have no weight)"),
    };
    let searched = match (answer.every, answer.starts) {
        (true, starts) => format!("searched from all {} configurations", grouped(starts as u64)),
        (false, starts) => format!("searched from {}", count(starts as u64, "starting point")),
    };
    format!(
        "end of {} (variant {}, run {}): {}{within}{without}\npropensity of a pair: mean trust less {:.3}; size: \
         intelligence; {searched}\n",
        answer.year,
        answer.variant,
        answer.rep,
        count(answer.nations as u64, "nation"),
        answer.centre_share,
    )
}

fn configuration_text(answer: &Aggregation, rank: usize, configuration: &Configuration) -> String {
    let starts = configuration.starts as f64 / answer.starts as f64;
    let mut text = format!(
        "{}. energy {:.1}; {} of the weight stands against its propensity; reached from {} of the starts\n",
        rank + 1,
        // Adding 0 turns a negative zero into 0.
        configuration.energy + 0.0,
        percent(configuration.strained_share),
        percent(starts),
    );
    if configuration.sides[1].is_empty() {
        text += "   no split: all stand together\n";
        return text;
    }
    for side in &configuration.sides {
        text += &wrapped(&format!("   {:>3}  ", side.len()), side);
    }
    text
}

/// Words after a margin, broken into lines of `WIDTH` columns.
fn wrapped(margin: &str, words: &[String]) -> String {
    let mut lines = vec![margin.to_owned()];
    for word in words {
        let line = lines.last_mut().expect("the first line is there");
        if line.len() + word.len() > WIDTH {
            *line = line.trim_end().to_owned();
            lines.push(" ".repeat(margin.len()));
        }
        let line = lines.last_mut().expect("the first line is there");
        line.push_str(word);
        line.push(' ');
    }
    lines.iter().map(|line| line.trim_end().to_owned() + "\n").collect()
}
