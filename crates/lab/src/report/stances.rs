//! Stances: nations by years, the chance of each stance, and what happened where there is a record.
mod record;

use super::census::{Census, Nation, STANCES};
use super::numbers::{count, percent};
use super::picture::{Numbers, Picture};
use super::svg::axis::{Scale, years};
use super::svg::{Anchor, Canvas, Look, Type, WIDTH, colour, number, text_width};
use noforn::world::levels::Stance;
pub use record::Record;

/// Fills by rank: the darker, the stricter.
const FILLS: [&str; STANCES] = ["#e6e6e6", "#9dbfdb", "#0072B2", "#111111"];
/// Variants side by side.
const ACROSS: usize = 3;
/// Nations in one drawing: about a page.
const DOWN: usize = 60;
/// Height of a band.
const BAND: f64 = 13.0;
/// Room for names.
const NAMES: f64 = 168.0;

/// A variant with its census.
pub type Counted<'a> = (&'a str, &'a Census);

/// Draws the stances of all variants.
pub fn picture(variants: &[Counted<'_>], nations: &[Nation], record: &Record) -> Picture {
    let finding = finding(variants, nations);
    let order = order(variants[0].1);
    let recorded = if record.is_empty() {
        "No record is in the folder: `--record FILE.csv` draws what happened beneath.".to_owned()
    } else {
        format!("The strip beneath a band is what happened, after {}.", record.source)
    };
    // As many in each drawing, so that none is left with a few.
    let down = order.len().div_ceil(order.len().div_ceil(DOWN).max(1)).max(1);
    let mut drawings = Vec::new();
    for chunk in variants.chunks(ACROSS) {
        for part in order.chunks(down) {
            drawings.push(drawn(chunk, nations, part, record, &finding));
        }
    }
    let runs = variants.iter().map(|(_, census)| census.runs).max().unwrap_or_default();
    Picture {
        id: "stances".to_owned(),
        description: format!(
            "A band for each of {} in {}. {finding}.",
            count(nations.len(), "nation"),
            count(variants.len(), "variant")
        ),
        reading: format!(
            "Each band is filled by the part of {} in which the nation has each stance at the end of the year, the strictest \
             at the bottom; nations are ordered by it. {recorded}",
            count(runs as usize, "run")
        ),
        drawings,
        numbers: variants.iter().map(|variant| numbers(variant, nations, record)).collect(),
        finding,
    }
}

/// The expected stance of a nation at the end, as a rank.
fn strictness(census: &Census, nation: usize) -> f64 {
    let chances = census.chances(census.years.len() - 1, nation);
    chances.iter().zip([0.0, 1.0, 2.0, 3.0]).map(|(chance, rank)| chance * rank).sum()
}

fn order(census: &Census) -> Vec<usize> {
    let mut order: Vec<usize> = (0..census.nations).collect();
    order.sort_by(|a, b| strictness(census, *b).total_cmp(&strictness(census, *a)).then(a.cmp(b)));
    order
}

/// How many nations are expected to have each stance at the end.
pub fn expected(census: &Census) -> [f64; STANCES] {
    let last = census.years.len() - 1;
    (0..census.nations).map(|nation| census.chances(last, nation)).fold([0.0; STANCES], |mut sum, chances| {
        sum.iter_mut().zip(chances).for_each(|(sum, chance)| *sum += chance);
        sum
    })
}

/// What the stances of the first variant come to, and who is least certain.
pub fn finding(variants: &[Counted<'_>], nations: &[Nation]) -> String {
    let (name, census) = variants[0];
    let [_, restricted, banned, removal] = expected(census);
    // What is left stays open, so that the numbers add up to the nations there are.
    let (strict, restricted) = ((banned + removal).round(), restricted.round());
    let open = (census.nations as f64 - strict - restricted).max(0.0);
    let whole = |number: f64| format!("{number:.0}");
    let year = census.years[census.years.len() - 1];
    let mean = if census.runs > 1 { "on average " } else { "" };
    let all = format!(
        "At the end of {year} of {name}, {mean}{} of {} ban or remove flagged equipment, {} restrict it, {} stay open",
        whole(strict),
        count(census.nations, "nation"),
        whole(restricted),
        whole(open)
    );
    let last = census.years.len() - 1;
    let surest = |nation: &usize| census.chances(last, *nation).into_iter().fold(0.0, f64::max);
    let least = (0..census.nations).min_by(|a, b| surest(a).total_cmp(&surest(b)));
    match least.filter(|nation| census.runs > 1 && surest(nation) < 0.9) {
        Some(nation) => format!("{all}; {} is the least certain", nations[nation].name),
        None => all,
    }
}

fn drawn(chunk: &[Counted<'_>], nations: &[Nation], part: &[usize], record: &Record, finding: &str) -> Canvas {
    let told = |nation: &usize| record.has(&nations[*nation].iso3);
    let row = if record.is_empty() { BAND + 2.0 } else { BAND + 11.0 };
    let top = 62.0;
    let height = top + part.len() as f64 * row + 24.0;
    let mut canvas = Canvas::new(WIDTH, height, finding);
    legend(&mut canvas, record);
    let single = chunk.len() == 1;
    let right = if single { 110.0 } else { 6.0 };
    let width = (WIDTH - NAMES - right) / chunk.len() as f64;
    for (at, (name, census)) in chunk.iter().enumerate() {
        let all = &census.years;
        let range = (NAMES + at as f64 * width, NAMES + (at + 1) as f64 * width - 10.0);
        let x = Scale::new((f64::from(all[0]), f64::from(all[all.len() - 1] + 1)), range);
        canvas.short_text((range.0, 34.0), name, width - 12.0, Type::plain().bold());
        scale(&mut canvas, &x, all, (top, height - 20.0));
        for (rank, nation) in part.iter().enumerate() {
            let y = top + rank as f64 * row;
            band(&mut canvas, census, *nation, &x, y);
            if told(nation) {
                strip(&mut canvas, record, &nations[*nation].iso3, &x, all, y + BAND + 2.0);
            }
            if single {
                surest(&mut canvas, census, *nation, (range.1 + 8.0, y + BAND - 3.0));
            }
        }
    }
    for (rank, nation) in part.iter().enumerate() {
        let y = top + rank as f64 * row + BAND - 2.5;
        canvas.short_text(
            (NAMES - 8.0, y),
            &nations[*nation].name,
            NAMES - 10.0,
            Type::plain().size(11.5).at(Anchor::End),
        );
    }
    canvas
}

fn legend(canvas: &mut Canvas, record: &Record) {
    let mut x = NAMES;
    for (stance, fill) in Stance::ALL.iter().zip(FILLS) {
        canvas.rectangle(
            (x, 3.0),
            (13.0, 11.0),
            Look { fill, stroke: colour::GREY, width: 0.6, dashes: "", opacity: 1.0 },
        );
        canvas.text((x + 18.0, 13.0), stance.as_str(), Type::plain().size(11.0));
        x += 36.0 + text_width(stance.as_str(), 11.0);
    }
    if !record.is_empty() {
        canvas.text((x, 13.0), "thin strip: what happened", Type::plain().size(11.0));
    }
}

fn scale(canvas: &mut Canvas, x: &Scale, all: &[u32], (top, bottom): (f64, f64)) {
    let most = ((x.range.1 - x.range.0) / 40.0) as usize;
    for year in years(all[0], all[all.len() - 1], most.max(1)) {
        // At the edges text is held within, or it would run into the next variant's.
        let (place, anchor) = match (year == all[0], year == all[all.len() - 1]) {
            (true, false) => (x.range.0, Anchor::Start),
            (false, true) => (x.range.1, Anchor::End),
            _ => (x.at(f64::from(year) + 0.5), Anchor::Middle),
        };
        let kind = Type::plain().size(10.5).fill(colour::GREY).at(anchor);
        canvas.text((place, top - 8.0), &year.to_string(), kind);
        canvas.text((place, bottom + 13.0), &year.to_string(), kind);
    }
}

fn band(canvas: &mut Canvas, census: &Census, nation: usize, x: &Scale, y: f64) {
    let mut paths: [String; STANCES] = Default::default();
    for (at, year) in census.years.iter().enumerate() {
        let (left, right) = (x.at(f64::from(*year)), x.at(f64::from(*year + 1)));
        let mut top = y;
        for (rank, chance) in census.chances(at, nation).iter().enumerate() {
            let height = chance * BAND;
            if height > 0.0 {
                let (w, h) = (number(right - left), number(height));
                paths[rank] += &format!("M{} {}h{w}v{h}h-{w}z", number(left), number(top));
            }
            top += height;
        }
    }
    for (path, fill) in paths.iter().zip(FILLS) {
        // A white edge parts stances whose greys are near each other.
        canvas.path(path, Look { fill, stroke: "#fff", width: 0.5, dashes: "", opacity: 1.0 });
    }
}

fn strip(canvas: &mut Canvas, record: &Record, iso3: &str, x: &Scale, all: &[u32], y: f64) {
    for year in all {
        let Some(rank) = record.at_end_of(iso3, *year) else { continue };
        let (left, right) = (x.at(f64::from(*year)), x.at(f64::from(*year + 1)));
        let look = Look { fill: FILLS[rank], stroke: colour::GREY, width: 0.4, dashes: "", opacity: 1.0 };
        canvas.rectangle((left + 0.3, y), (right - left - 0.6, 4.0), look);
    }
}

fn surest(canvas: &mut Canvas, census: &Census, nation: usize, at: (f64, f64)) {
    let chances = census.chances(census.years.len() - 1, nation);
    let rank = (0..STANCES).max_by(|a, b| chances[*a].total_cmp(&chances[*b])).unwrap_or_default();
    let chance = if census.runs > 1 { format!(" {}", percent(chances[rank])) } else { String::new() };
    canvas.text(at, &format!("{}{chance}", Stance::ALL[rank].as_str()), Type::plain().size(11.0).fill(colour::GREY));
}

fn numbers((name, census): &Counted<'_>, nations: &[Nation], record: &Record) -> Numbers {
    let mut heads = vec!["nation".to_owned()];
    heads.extend(census.years.iter().map(u32::to_string));
    if !record.is_empty() {
        heads.push("record".to_owned());
    }
    let cell = |year: usize, nation: usize| {
        let chances = census.chances(year, nation);
        let told = Stance::ALL.iter().zip(chances).filter(|(_, chance)| *chance > 0.0);
        let told: Vec<String> = told
            .map(|(stance, chance)| match census.runs {
                1 => stance.as_str().to_owned(),
                _ => format!("{} {:.0} %", stance.as_str(), chance * 100.0),
            })
            .collect();
        told.join(", ")
    };
    let row = |nation: usize| {
        let mut row = vec![nations[nation].name.clone()];
        row.extend((0..census.years.len()).map(|year| cell(year, nation)));
        if !record.is_empty() {
            row.push(record.told(&nations[nation].iso3));
        }
        row
    };
    Numbers {
        caption: format!(
            "{name}: the chance of each stance at the end of each year, over {}",
            count(census.runs as usize, "run")
        ),
        heads,
        rows: (0..nations.len()).map(row).collect(),
        source: "nations.csv",
    }
}
