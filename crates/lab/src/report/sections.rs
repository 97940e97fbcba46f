//! The parts of the page that hold pictures, each from what its tables say.
use super::exposure::{self, Asked, Facts};
use super::matrix::{self, Shown};
use super::numbers::listed;
use super::page::Section;
use super::pairs::{Picture as Moment, again};
use super::{Findings, fan, stances, storyline, tradeoff};
use crate::ensemble::Ended;
use crate::study::kept::KeptError;
use noforn::world::clock::Quarter;
use std::cmp::Reverse;

/// Every part, in the order of the page.
pub fn all(findings: &Findings<'_>) -> Result<Vec<Section>, KeptError> {
    Ok(vec![
        storylines(findings),
        matrices(findings),
        fans(findings),
        trade(findings),
        stances_part(findings),
        path(findings)?,
    ])
}

/// How to get a table that is missing.
fn missing(table: &str) -> String {
    format!(
        "The folder has no `{table}.csv`. Run the scenario again with `--tables` naming it, or without `--tables`, which \
         writes every table."
    )
}

fn storylines(findings: &Findings<'_>) -> Section {
    let mut section = Section {
        id: "storylines",
        head: "How the alliance comes apart, and who leaves",
        words: Vec::new(),
        pictures: Vec::new(),
    };
    let Some(all) = &findings.census else {
        section.words.push(missing("nations"));
        return section;
    };
    let mut same = Vec::new();
    for (at, (scenario, census)) in findings.scenarios().iter().zip(all).enumerate() {
        if census.runs == 0 {
            continue;
        }
        let alike = |other: &usize| all[*other].blocs == census.blocs && all[*other].years == census.years;
        if let Some(other) = (0..at).find(alike) {
            same.push((scenario.variant.as_str(), other));
            continue;
        }
        section.pictures.push(storyline::picture(
            scenario,
            census,
            &findings.nations[at],
            &format!("storyline-{}", at + 1),
        ));
    }
    section.words.extend(not_drawn(findings, &same));
    section
}

fn matrices(findings: &Findings<'_>) -> Section {
    let mut section =
        Section { id: "sharing", head: "Who still shares with whom", words: Vec::new(), pictures: Vec::new() };
    let mut seen: Vec<(usize, Shown)> = Vec::new();
    let mut same_as = Vec::new();
    for (at, scenario) in findings.scenarios().iter().enumerate() {
        let Some(shown) = shown(findings, at) else {
            section.words.push(missing("dyads"));
            break;
        };
        let same = |(other, earlier): &&(usize, Shown)| {
            let levels = |shown: &Shown| shown.times.iter().map(|(_, m)| m.levels.clone()).collect::<Vec<_>>();
            findings.nations[*other] == findings.nations[at] && levels(earlier) == levels(&shown)
        };
        if let Some((other, _)) = seen.iter().find(same) {
            same_as.push((scenario.variant.as_str(), *other));
            continue;
        }
        let census = findings.census.as_ref().map(|all| &all[at]).filter(|census| census.runs > 0);
        section.pictures.push(matrix::picture(
            scenario,
            &findings.nations[at],
            census,
            &shown,
            &format!("sharing-{}", at + 1),
        ));
        seen.push((at, shown));
    }
    section.words.extend(not_drawn(findings, &same_as));
    section
}

/// Variants whose first run looks like that of an earlier one, in a sentence for each of those.
fn not_drawn(findings: &Findings<'_>, same: &[(&str, usize)]) -> Vec<String> {
    let shown = |other: usize| {
        let names: Vec<&str> = same.iter().filter(|(_, at)| *at == other).map(|(name, _)| *name).collect();
        let other = &findings.scenarios()[other].variant;
        (!names.is_empty())
            .then(|| format!("Not drawn, because their first run looks like that of {other}: {}.", listed(&names, 9)))
    };
    (0..findings.scenarios().len()).filter_map(shown).collect()
}

/// The moments of a variant: from the run made again where this version made it, else from year ends.
fn shown(findings: &Findings<'_>, at: usize) -> Option<Shown> {
    let scenario = &findings.scenarios()[at];
    let years = findings.pairs.as_ref().map(|all| &all[at].years).filter(|years| !years.is_empty());
    let worst = findings.courses.as_ref().and_then(|all| all[at].worst);
    if !findings.folder.made_by_other()
        && let Some((share, year, number)) = worst
    {
        let quarter = Quarter::new(year, number);
        let moments = again(scenario, &[scenario.start, quarter, scenario.end])?;
        // What is made again must be what the folder tells.
        if years.is_none_or(|years| years.last().map(|last| &last.levels) == moments.last().map(|last| &last.levels)) {
            let chosen = format!(
                "The worst quarter is the one in which rules withheld most: {} of what agreements allow, in {quarter} of the first run.",
                super::numbers::percent(share)
            );
            return Some(named(moments, "worst quarter", chosen));
        }
    }
    let years = years?;
    let first = &years[0];
    let worst = years.iter().rev().max_by_key(|moment| moment.below(first)).unwrap_or(first);
    let chosen = match worst.below(first) {
        0 => "No year's end has less sharing than the first, so the worst is the first.".to_owned(),
        _ => "The worst is the year's end at which most pairs share less than at the first one.".to_owned(),
    };
    let moments = vec![first.clone(), worst.clone(), years[years.len() - 1].clone()];
    Some(named(moments, "worst year's end", chosen))
}

fn named(moments: Vec<Moment>, worst: &str, chosen: String) -> Shown {
    let words = ["start", worst, "end"];
    let times = words.iter().zip(moments).map(|(word, moment)| (format!("{word}: end of {}", moment.quarter), moment));
    Shown { times: times.collect(), chosen }
}

fn fans(findings: &Findings<'_>) -> Section {
    let named = findings.named();
    let mut section = Section {
        id: "measures",
        head: "What the runs have in common, and how variants differ",
        words: Vec::new(),
        pictures: Vec::new(),
    };
    if named.is_empty() {
        section.words.push(missing("metrics"));
        return section;
    }
    section.pictures = fan::pictures(&named);
    let still = fan::still(&named);
    if !still.is_empty() {
        section.words.push(format!("Not drawn, because no run moves them from zero: {}.", still.join(", ")));
    }
    section
}

fn trade(findings: &Findings<'_>) -> Section {
    let named = findings.named();
    let pictures: Vec<_> = if named.is_empty() { None } else { tradeoff::picture(&named) }.into_iter().collect();
    let mut section =
        Section { id: "tradeoffs", head: "What a rule protects, and what it costs", words: Vec::new(), pictures };
    if named.is_empty() {
        section.words.push(missing("metrics"));
    } else if section.pictures.is_empty() {
        section.words.push("No run has warnings or reports to weigh.".to_owned());
    }
    section
}

fn stances_part(findings: &Findings<'_>) -> Section {
    let counted = findings.counted();
    let mut section =
        Section { id: "governments", head: "What governments decide", words: Vec::new(), pictures: Vec::new() };
    // Variants with other nations have a picture of their own.
    let same = |at: &usize| findings.nations[*at] == findings.nations[0];
    let with_first: Vec<_> = counted.iter().enumerate().filter(|(at, _)| same(at)).map(|(_, one)| *one).collect();
    if with_first.is_empty() {
        section.words.push(missing("nations"));
        return section;
    }
    section.pictures.push(stances::picture(&with_first, &findings.nations[0], &findings.record));
    for (at, one) in counted.iter().enumerate().filter(|(at, _)| !same(at)) {
        let mut picture = stances::picture(&[*one], &findings.nations[at], &findings.record);
        picture.id = format!("stances-{}", at + 1);
        section.pictures.push(picture);
    }
    section
}

fn path(findings: &Findings<'_>) -> Result<Section, KeptError> {
    let mut section =
        Section { id: "exposures", head: "From an embassy to a rule", words: Vec::new(), pictures: Vec::new() };
    let mut shown: Option<Facts> = None;
    // The first candidate whose rule binds because its condition holds; else the first.
    for (at, asked) in candidates(findings) {
        let scenario = &findings.scenarios()[at];
        let facts = Facts::of(scenario, &asked).map_err(|why| Ended::halted(&scenario.variant, 0, why))?;
        let holds = facts.holds();
        if shown.is_none() || holds {
            shown = Some(facts);
        }
        if holds {
            break;
        }
    }
    match shown {
        Some(facts) => {
            section.pictures.push(exposure::picture(&facts));
            section.words.push("Another pair: noforn report FOLDER --pair SENDER RECEIVER --force".to_owned());
        }
        None => section
            .words
            .push("No rule of the scenario could restrict anybody, so there is no path to draw.".to_owned()),
    }
    if findings.pairs.is_none() {
        section.words.push(missing("dyads"));
    }
    Ok(section)
}

/// Candidates that are tried for the exposure path.
const TRIED: usize = 6;

/// Variants, pairs and times whose exposure may be drawn: what was asked for, else where most was withheld.
fn candidates(findings: &Findings<'_>) -> Vec<(usize, Asked)> {
    if let Some(pair) = &findings.pair {
        return asked_for(findings, pair).into_iter().collect();
    }
    let all = findings.pairs.iter().flatten().enumerate();
    let mut bound: Vec<_> = all
        .flat_map(|(at, pairs)| pairs.most_withheld(TRIED).into_iter().map(move |(pair, bound)| (at, pair, bound)))
        .collect();
    bound.sort_by_key(|(at, pair, bound)| (Reverse(bound.withheld), *at, *pair));
    let moments = bound.iter().take(TRIED / 2).flat_map(|(at, (sender, receiver), bound)| {
        let asked = |year| (*at, Asked { sender: *sender, receiver: *receiver, quarter: end_of(findings, *at, year) });
        if bound.first == bound.year { vec![asked(bound.year)] } else { vec![asked(bound.year), asked(bound.first)] }
    });
    let moments: Vec<_> = moments.collect();
    if moments.is_empty() { at_the_end(findings).into_iter().collect() } else { moments }
}

fn rank(findings: &Findings<'_>, at: usize, code: &str) -> Option<usize> {
    findings.nations[at].iter().position(|nation| nation.iso3 == code)
}

fn end_of(findings: &Findings<'_>, at: usize, year: u32) -> Quarter {
    Quarter::new(year, 4).clamp(findings.scenarios()[at].start, findings.scenarios()[at].end)
}

fn asked_for(findings: &Findings<'_>, (sender, receiver): &(String, String)) -> Option<(usize, Asked)> {
    let both = |at: usize| Some((at, rank(findings, at, sender)?, rank(findings, at, receiver)?));
    let has: Vec<_> = (0..findings.scenarios().len()).filter_map(both).collect();
    let bound =
        |(at, sender, receiver): &(usize, usize, usize)| findings.pairs.as_ref()?[*at].bound.get(&(*sender, *receiver));
    let most = has.iter().rev().max_by_key(|one| bound(one).map(|bound| bound.withheld))?;
    let (at, sender, receiver) = *most;
    let quarter = bound(most).map_or(findings.scenarios()[at].end, |bound| end_of(findings, at, bound.year));
    Some((at, Asked { sender, receiver, quarter }))
}

/// Where no rule ever binds: the owner of the first rule and the nation with the largest network.
fn at_the_end(findings: &Findings<'_>) -> Option<(usize, Asked)> {
    let scenario = &findings.scenarios()[0];
    let rule = scenario.file.rules.values().next()?;
    let sender = rank(findings, 0, &rule.owner)?;
    let hosts = scenario.file.networks.values().filter(|network| network.nation != rule.owner);
    let host = hosts.max_by(|a, b| a.subscribers_million.total_cmp(&b.subscribers_million));
    let receiver = host.and_then(|network| rank(findings, 0, &network.nation));
    let receiver = receiver.or_else(|| (0..findings.nations[0].len()).find(|at| *at != sender))?;
    Some((0, Asked { sender, receiver, quarter: scenario.end }))
}
