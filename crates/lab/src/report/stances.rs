//! The stances figure: the share of runs with each stance, by nation and year, and what really happened.
mod historical;

use super::figure::{Figure, HtmlTable};
use super::nations::{NationLabel, NationStatistics, STANCE_COUNT};
use super::numbers::{count, percent};
use super::svg::axis::{Scale, years};
use super::svg::{Anchor, Canvas, ShapeStyle, TextStyle, WIDTH, colour, number, text_width};
use crate::words::whole;
pub use historical::HistoricalStances;
use noforn::world::levels::Stance;

/// Fills by rank: the darker, the stricter.
const FILLS: [&str; STANCE_COUNT] = ["#e6e6e6", "#9dbfdb", "#0072B2", "#111111"];
/// Greatest number of variants in one drawing.
const ACROSS: usize = 3;
/// Greatest number of nations in one drawing: about a page.
const DOWN: usize = 60;
/// Height of a band.
const BAND: f64 = 13.0;
/// Width for the names.
const NAMES: f64 = 168.0;

/// A variant's name and the statistics of its nations.
pub type VariantNations<'a> = (&'a str, &'a NationStatistics);

/// Makes the figure of all variants.
pub fn figure(variants: &[VariantNations<'_>], nations: &[NationLabel], historical: &HistoricalStances) -> Figure {
    let finding = finding(variants, nations);
    let order = order(variants[0].1);
    let recorded = if historical.is_empty() {
        "No record is in the folder: `--record FILE.csv` draws what happened beneath.".to_owned()
    } else {
        format!("The strip beneath a band is what happened, after {}.", historical.source)
    };
    // Split the nations evenly, so that no drawing has only a few.
    let down = order.len().div_ceil(order.len().div_ceil(DOWN).max(1)).max(1);
    let mut drawings = Vec::new();
    for chunk in variants.chunks(ACROSS) {
        for part in order.chunks(down) {
            drawings.push(draw(chunk, nations, part, historical, &finding));
        }
    }
    let runs = variants.iter().map(|(_, statistics)| statistics.runs).max().unwrap_or_default();
    Figure {
        id: "stances".to_owned(),
        description: format!(
            "A band for each of {} in {}. {finding}.",
            count(nations.len(), "nation"),
            count(variants.len(), "variant")
        ),
        how_to_read: format!(
            "Each band is filled by the part of {} in which the nation has each stance at the end of the year, the strictest \
             at the bottom; nations are ordered by it. {recorded}",
            count(runs as usize, "run")
        ),
        drawings,
        tables: variants.iter().map(|variant| number_table(variant, nations, historical)).collect(),
        finding,
    }
}

/// The mean rank (0 to 3) of a nation's stance at the end of the run.
fn strictness(statistics: &NationStatistics, nation: usize) -> f64 {
    let shares = statistics.stance_shares(statistics.years.len() - 1, nation);
    shares.iter().zip([0.0, 1.0, 2.0, 3.0]).map(|(share, rank)| share * rank).sum()
}

/// The nations, the strictest at the end of the run first.
fn order(statistics: &NationStatistics) -> Vec<usize> {
    let mut order: Vec<usize> = (0..statistics.nations).collect();
    order.sort_by(|a, b| strictness(statistics, *b).total_cmp(&strictness(statistics, *a)).then(a.cmp(b)));
    order
}

/// How many nations of the first variant have which stance at the end, and whose stance is least certain: a sentence
/// without a full stop.
pub fn finding(variants: &[VariantNations<'_>], nations: &[NationLabel]) -> String {
    let (name, statistics) = variants[0];
    let numbers: Vec<String> =
        statistics.stance_counts.iter().map(|series| whole(series.last().unwrap_or_default())).collect();
    let year = statistics.years[statistics.years.len() - 1];
    let runs = if statistics.runs > 1 { " in the median run" } else { "" };
    let all = format!(
        "At the end of {year} of {name}, {} of {} ban or remove flagged equipment{runs}, {} restrict it, {} stay open",
        numbers[0],
        count(statistics.nations, "nation"),
        numbers[1],
        numbers[2]
    );
    let last = statistics.years.len() - 1;
    let certainties: Vec<f64> = (0..statistics.nations)
        .map(|nation| statistics.stance_shares(last, nation).into_iter().fold(0.0, f64::max))
        .collect();
    let least = (0..statistics.nations).min_by(|a, b| certainties[*a].total_cmp(&certainties[*b]));
    match least.filter(|nation| statistics.runs > 1 && certainties[*nation] < 0.9) {
        Some(nation) => format!("{all}; {} is the least certain", nations[nation].name),
        None => all,
    }
}

fn draw(
    chunk: &[VariantNations<'_>],
    nations: &[NationLabel],
    part: &[usize],
    historical: &HistoricalStances,
    finding: &str,
) -> Canvas {
    let row = if historical.is_empty() { BAND + 2.0 } else { BAND + 11.0 };
    let top = 62.0;
    let height = top + part.len() as f64 * row + 24.0;
    let mut canvas = Canvas::new(WIDTH, height, finding);
    draw_legend(&mut canvas, historical);
    let single = chunk.len() == 1;
    let right = if single { 110.0 } else { 6.0 };
    let width = (WIDTH - NAMES - right) / chunk.len() as f64;
    for (at, (name, statistics)) in chunk.iter().enumerate() {
        let all = &statistics.years;
        let range = (NAMES + at as f64 * width, NAMES + (at + 1) as f64 * width - 10.0);
        let x = Scale::new((f64::from(all[0]), f64::from(all[all.len() - 1] + 1)), range);
        canvas.short_text((range.0, 34.0), name, width - 12.0, TextStyle::plain().bold());
        draw_year_labels(&mut canvas, &x, all, (top, height - 20.0));
        for (rank, nation) in part.iter().enumerate() {
            let y = top + rank as f64 * row;
            draw_stance_band(&mut canvas, statistics, *nation, &x, y);
            if historical.has(&nations[*nation].iso3) {
                draw_historical_strip(&mut canvas, historical, &nations[*nation].iso3, &x, all, y + BAND + 2.0);
            }
            if single {
                draw_most_likely_stance(&mut canvas, statistics, *nation, (range.1 + 8.0, y + BAND - 3.0));
            }
        }
    }
    for (rank, nation) in part.iter().enumerate() {
        let y = top + rank as f64 * row + BAND - 2.5;
        canvas.short_text(
            (NAMES - 8.0, y),
            &nations[*nation].name,
            NAMES - 10.0,
            TextStyle::plain().size(11.5).anchored(Anchor::End),
        );
    }
    canvas
}

fn draw_legend(canvas: &mut Canvas, historical: &HistoricalStances) {
    let mut x = NAMES;
    for (stance, fill) in Stance::ALL.iter().zip(FILLS) {
        canvas.rectangle(
            (x, 3.0),
            (13.0, 11.0),
            ShapeStyle { fill, stroke: colour::GREY, width: 0.6, dashes: "", opacity: 1.0 },
        );
        canvas.text((x + 18.0, 13.0), stance.as_str(), TextStyle::plain().size(11.0));
        x += 36.0 + text_width(stance.as_str(), 11.0);
    }
    if !historical.is_empty() {
        canvas.text((x, 13.0), "thin strip: what happened", TextStyle::plain().size(11.0));
    }
}

fn draw_year_labels(canvas: &mut Canvas, x: &Scale, all: &[u32], (top, bottom): (f64, f64)) {
    let most = ((x.range.1 - x.range.0) / 40.0) as usize;
    for year in years(all[0], all[all.len() - 1], most.max(1)) {
        // Labels at the ends stay inside the panel, so that they do not touch those of the next variant.
        let (place, anchor) = match (year == all[0], year == all[all.len() - 1]) {
            (true, false) => (x.range.0, Anchor::Start),
            (false, true) => (x.range.1, Anchor::End),
            _ => (x.at(f64::from(year) + 0.5), Anchor::Middle),
        };
        let style = TextStyle::plain().size(10.5).fill(colour::GREY).anchored(anchor);
        canvas.text((place, top - 8.0), &year.to_string(), style);
        canvas.text((place, bottom + 13.0), &year.to_string(), style);
    }
}

fn draw_stance_band(canvas: &mut Canvas, statistics: &NationStatistics, nation: usize, x: &Scale, y: f64) {
    let mut paths: [String; STANCE_COUNT] = Default::default();
    for (at, year) in statistics.years.iter().enumerate() {
        let (left, right) = (x.at(f64::from(*year)), x.at(f64::from(*year + 1)));
        let mut top = y;
        for (rank, share) in statistics.stance_shares(at, nation).iter().enumerate() {
            let height = share * BAND;
            if height > 0.0 {
                let (w, h) = (number(right - left), number(height));
                paths[rank] += &format!("M{} {}h{w}v{h}h-{w}z", number(left), number(top));
            }
            top += height;
        }
    }
    for (path, fill) in paths.iter().zip(FILLS) {
        // A white edge separates stances with similar fills.
        canvas.path(path, ShapeStyle { fill, stroke: "#fff", width: 0.5, dashes: "", opacity: 1.0 });
    }
}

fn draw_historical_strip(
    canvas: &mut Canvas,
    historical: &HistoricalStances,
    iso3: &str,
    x: &Scale,
    all: &[u32],
    y: f64,
) {
    for year in all {
        let Some(rank) = historical.at_end_of(iso3, *year) else { continue };
        let (left, right) = (x.at(f64::from(*year)), x.at(f64::from(*year + 1)));
        let style = ShapeStyle { fill: FILLS[rank], stroke: colour::GREY, width: 0.4, dashes: "", opacity: 1.0 };
        canvas.rectangle((left + 0.3, y), (right - left - 0.6, 4.0), style);
    }
}

fn draw_most_likely_stance(canvas: &mut Canvas, statistics: &NationStatistics, nation: usize, at: (f64, f64)) {
    let shares = statistics.stance_shares(statistics.years.len() - 1, nation);
    let rank = (0..STANCE_COUNT).max_by(|a, b| shares[*a].total_cmp(&shares[*b])).unwrap_or_default();
    let chance = if statistics.runs > 1 { format!(" {}", percent(shares[rank])) } else { String::new() };
    canvas.text(
        at,
        &format!("{}{chance}", Stance::ALL[rank].as_str()),
        TextStyle::plain().size(11.0).fill(colour::GREY),
    );
}

/// The stances of a nation at a year's end: the stance of the one run, or each stance with its share of the runs.
fn stances_text(statistics: &NationStatistics, year: usize, nation: usize) -> String {
    let shares = statistics.stance_shares(year, nation);
    let held = Stance::ALL.iter().zip(shares).filter(|(_, share)| *share > 0.0);
    let texts: Vec<String> = held
        .map(|(stance, share)| match statistics.runs {
            1 => stance.as_str().to_owned(),
            _ => format!("{} {:.0} %", stance.as_str(), share * 100.0),
        })
        .collect();
    texts.join(", ")
}

fn number_table(
    (name, statistics): &VariantNations<'_>,
    nations: &[NationLabel],
    historical: &HistoricalStances,
) -> HtmlTable {
    let mut heads = vec!["nation".to_owned()];
    heads.extend(statistics.years.iter().map(u32::to_string));
    if !historical.is_empty() {
        heads.push("record".to_owned());
    }
    let mut rows = Vec::new();
    for (rank, nation) in nations.iter().enumerate() {
        let mut row = vec![nation.name.clone()];
        row.extend((0..statistics.years.len()).map(|year| stances_text(statistics, year, rank)));
        if !historical.is_empty() {
            row.push(historical.to_text(&nation.iso3));
        }
        rows.push(row);
    }
    HtmlTable {
        caption: format!(
            "{name}: the chance of each stance at the end of each year, over {}",
            count(statistics.runs as usize, "run")
        ),
        heads,
        rows,
        source: "nations.csv",
    }
}
