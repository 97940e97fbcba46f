//! The sections of the page with figures, each made from its table.
use super::dyads::{SharingMatrix, rerun_first};
use super::exposure::{self, ExposurePath, ExposureQuery};
use super::matrix::{self, SharingSnapshots};
use super::numbers::join_names;
use super::page::Section;
use super::{ReportData, fan, stances, storyline, tradeoff};
use crate::ensemble::Ended;
use crate::study::kept::KeptError;
use noforn::world::clock::Quarter;
use std::cmp::Reverse;

/// Makes all sections, in the order of the page.
pub fn all(data: &ReportData<'_>) -> Result<Vec<Section>, KeptError> {
    Ok(vec![
        storyline_section(data),
        sharing_section(data),
        measures_section(data),
        tradeoff_section(data),
        stances_section(data),
        exposure_section(data)?,
    ])
}

/// Says how to get a table that the folder lacks.
fn missing(table: &str) -> String {
    format!(
        "The folder has no `{table}.csv`. Run the scenario again with `--tables` naming it, or without `--tables`, which \
         writes every table."
    )
}

fn storyline_section(data: &ReportData<'_>) -> Section {
    let mut section = Section::new("storylines", "How the alliance comes apart, and who leaves");
    let Some(all) = &data.nation_statistics else {
        section.paragraphs.push(missing("nations"));
        return section;
    };
    let mut same_as = Vec::new();
    for (at, (scenario, statistics)) in data.scenarios().iter().zip(all).enumerate() {
        if statistics.runs == 0 {
            continue;
        }
        let same_lines =
            all[..at].iter().position(|other| (&other.blocs, &other.years) == (&statistics.blocs, &statistics.years));
        if let Some(other) = same_lines {
            same_as.push((scenario.variant.as_str(), other));
            continue;
        }
        section.figures.push(storyline::figure(
            scenario,
            statistics,
            &data.nations[at],
            &format!("storyline-{}", at + 1),
        ));
    }
    section.paragraphs.extend(not_drawn(data, &same_as));
    section
}

fn sharing_section(data: &ReportData<'_>) -> Section {
    let mut section = Section::new("sharing", "Who still shares with whom");
    let mut drawn: Vec<(usize, SharingSnapshots)> = Vec::new();
    let mut same_as = Vec::new();
    for (at, scenario) in data.scenarios().iter().enumerate() {
        let Some(snapshots) = snapshots(data, at) else {
            section.paragraphs.push(missing("dyads"));
            break;
        };
        let mut with_same_nations = drawn.iter().filter(|(other, _)| data.nations[*other] == data.nations[at]);
        if let Some((other, _)) = with_same_nations.find(|(_, earlier)| same_levels(earlier, &snapshots)) {
            same_as.push((scenario.variant.as_str(), *other));
            continue;
        }
        let statistics = data.nation_statistics.as_ref().map(|all| &all[at]).filter(|statistics| statistics.runs > 0);
        section.figures.push(matrix::figure(
            scenario,
            &data.nations[at],
            statistics,
            &snapshots,
            &format!("sharing-{}", at + 1),
        ));
        drawn.push((at, snapshots));
    }
    section.paragraphs.extend(not_drawn(data, &same_as));
    section
}

/// True if the figures of two variants would look the same.
fn same_levels(a: &SharingSnapshots, b: &SharingSnapshots) -> bool {
    a.matrices.iter().map(|(_, matrix)| &matrix.levels).eq(b.matrices.iter().map(|(_, matrix)| &matrix.levels))
}

/// Names the variants that are not drawn. `same` lists them, each with the index of the variant whose first run looks
/// the same.
fn not_drawn(data: &ReportData<'_>, same: &[(&str, usize)]) -> Vec<String> {
    let mut sentences = Vec::new();
    for (other, scenario) in data.scenarios().iter().enumerate() {
        let names: Vec<&str> = same.iter().filter(|(_, at)| *at == other).map(|(name, _)| *name).collect();
        if !names.is_empty() {
            let (other, names) = (&scenario.variant, join_names(&names, 9));
            sentences.push(format!("Not drawn, because their first run looks like that of {other}: {names}."));
        }
    }
    sentences
}

/// The matrices of a variant. They are from the run made again if this version made the folder, or else from year ends.
fn snapshots(data: &ReportData<'_>, at: usize) -> Option<SharingSnapshots> {
    let scenario = &data.scenarios()[at];
    let year_ends = data.sharing.as_ref().map(|all| &all[at].year_ends).filter(|all| !all.is_empty());
    let worst = data.metric_statistics.as_ref().and_then(|all| all[at].worst);
    if !data.folder.made_by_other()
        && let Some((year, number)) = worst
    {
        let quarter = Quarter::new(year, number);
        let matrices = rerun_first(scenario, &[scenario.start, quarter, scenario.end])?;
        // Use the run made again only if it ends as the folder says.
        if year_ends.is_none_or(|ends| ends.last().map(|last| &last.levels) == matrices.last().map(|last| &last.levels))
        {
            let note =
                format!("The worst quarter is the one in which rules withheld most in the first run, {quarter}.");
            return Some(titled(matrices, "worst quarter", note));
        }
    }
    let year_ends = year_ends?;
    let first = &year_ends[0];
    let worst = year_ends.iter().rev().max_by_key(|matrix| matrix.reduced_count(first)).unwrap_or(first);
    let note = match worst.reduced_count(first) {
        0 => "No year's end has less sharing than the first, so the worst is the first.".to_owned(),
        _ => "The worst is the year's end at which most pairs share less than at the first one.".to_owned(),
    };
    let matrices = vec![first.clone(), worst.clone(), year_ends[year_ends.len() - 1].clone()];
    Some(titled(matrices, "worst year's end", note))
}

/// Gives the matrices at the start, at the worst time and at the end their titles.
fn titled(matrices: Vec<SharingMatrix>, worst: &str, selection_note: String) -> SharingSnapshots {
    let words = ["start", worst, "end"].into_iter().zip(matrices);
    let matrices = words.map(|(word, matrix)| (format!("{word}: end of {}", matrix.quarter), matrix)).collect();
    SharingSnapshots { matrices, selection_note }
}

fn measures_section(data: &ReportData<'_>) -> Section {
    let variants = data.variant_metrics();
    let mut section = Section::new("measures", "What the runs have in common, and how variants differ");
    if variants.is_empty() {
        section.paragraphs.push(missing("metrics"));
        return section;
    }
    section.figures = fan::figures(&variants);
    let flat = fan::flat_measures(&variants);
    if !flat.is_empty() {
        section.paragraphs.push(format!("Not drawn, because no run moves them: {}.", flat.join("; ")));
    }
    section
}

fn tradeoff_section(data: &ReportData<'_>) -> Section {
    let variants = data.variant_metrics();
    let figures: Vec<_> = if variants.is_empty() { None } else { tradeoff::figure(&variants) }.into_iter().collect();
    let mut section = Section::new("tradeoffs", "What a rule protects, and what it costs");
    section.figures = figures;
    if variants.is_empty() {
        section.paragraphs.push(missing("metrics"));
    } else if section.figures.is_empty() {
        section.paragraphs.push("No run has warnings or reports to weigh.".to_owned());
    }
    section
}

fn stances_section(data: &ReportData<'_>) -> Section {
    let variants = data.variant_nations();
    let mut section = Section::new("governments", "What governments decide");
    // Variants with other nations get figures of their own.
    let same_nations = |at: &usize| data.nations[*at] == data.nations[0];
    let with_first: Vec<_> =
        variants.iter().enumerate().filter(|(at, _)| same_nations(at)).map(|(_, variant)| *variant).collect();
    if with_first.is_empty() {
        section.paragraphs.push(missing("nations"));
        return section;
    }
    section.figures.push(stances::figure(&with_first, &data.nations[0], &data.historical));
    for (at, variant) in variants.iter().enumerate().filter(|(at, _)| !same_nations(at)) {
        let mut figure = stances::figure(&[*variant], &data.nations[at], &data.historical);
        figure.id = format!("stances-{}", at + 1);
        section.figures.push(figure);
    }
    section
}

fn exposure_section(data: &ReportData<'_>) -> Result<Section, KeptError> {
    let mut section = Section::new("exposures", "From an embassy to a rule");
    let mut shown: Option<ExposurePath> = None;
    // Show the first candidate with a rule whose condition holds, or else the first candidate.
    for (at, query) in candidates(data) {
        let scenario = &data.scenarios()[at];
        let path = ExposurePath::trace(scenario, &query).map_err(|why| Ended::halted(&scenario.variant, 0, why))?;
        let holds = path.holds();
        if shown.is_none() || holds {
            shown = Some(path);
        }
        if holds {
            break;
        }
    }
    match shown {
        Some(path) => {
            section.figures.push(exposure::figure(&path));
            section.paragraphs.push("Another pair: noforn report FOLDER --pair SENDER RECEIVER --force".to_owned());
        }
        None => section
            .paragraphs
            .push("No rule of the scenario could restrict anybody, so there is no path to draw.".to_owned()),
    }
    if data.sharing.is_none() {
        section.paragraphs.push(missing("dyads"));
    }
    Ok(section)
}

/// Greatest number of candidates for the exposure figure.
const CANDIDATES: usize = 6;

/// Candidates for the exposure figure, each with the index of its variant: the pair asked for, or else the pairs with
/// most reports withheld.
fn candidates(data: &ReportData<'_>) -> Vec<(usize, ExposureQuery)> {
    if let Some(pair) = &data.pair {
        return requested_pair(data, pair).into_iter().collect();
    }
    let all = data.sharing.iter().flatten().enumerate();
    let mut bound: Vec<_> = all
        .flat_map(|(at, pairs)| pairs.most_withheld(CANDIDATES).into_iter().map(move |(pair, bound)| (at, pair, bound)))
        .collect();
    bound.sort_by_key(|(at, pair, bound)| (Reverse(bound.withheld), *at, *pair));
    let mut queries = Vec::new();
    for (at, (sender, receiver), bound) in bound.into_iter().take(CANDIDATES / 2) {
        let query = |year| (at, ExposureQuery { sender, receiver, quarter: end_of(data, at, year) });
        queries.push(query(bound.worst_year));
        if bound.first_year != bound.worst_year {
            queries.push(query(bound.first_year));
        }
    }
    if queries.is_empty() { first_rule_query(data).into_iter().collect() } else { queries }
}

/// The rank of a nation in the variant with index `at`.
fn rank(data: &ReportData<'_>, at: usize, code: &str) -> Option<usize> {
    data.nations[at].iter().position(|nation| nation.iso3 == code)
}

/// The last quarter of a year in the variant with index `at`, or the nearest quarter of its run.
fn end_of(data: &ReportData<'_>, at: usize, year: u32) -> Quarter {
    Quarter::new(year, 4).clamp(data.scenarios()[at].start, data.scenarios()[at].end)
}

/// The variant and the year in which most reports are withheld from the requested pair.
fn requested_pair(data: &ReportData<'_>, (sender, receiver): &(String, String)) -> Option<(usize, ExposureQuery)> {
    let both = |at: usize| Some((at, rank(data, at, sender)?, rank(data, at, receiver)?));
    let present: Vec<_> = (0..data.scenarios().len()).filter_map(both).collect();
    let bound =
        |(at, sender, receiver): &(usize, usize, usize)| data.sharing.as_ref()?[*at].bound.get(&(*sender, *receiver));
    let most = present.iter().rev().max_by_key(|pair| bound(pair).map(|bound| bound.withheld))?;
    let (at, sender, receiver) = *most;
    let quarter = bound(most).map_or(data.scenarios()[at].end, |bound| end_of(data, at, bound.worst_year));
    Some((at, ExposureQuery { sender, receiver, quarter }))
}

/// The pair to draw if no rule ever binds: the owner of the first rule, and the nation with the largest network.
fn first_rule_query(data: &ReportData<'_>) -> Option<(usize, ExposureQuery)> {
    let scenario = &data.scenarios()[0];
    let rule = scenario.file.rules.values().next()?;
    let sender = rank(data, 0, &rule.owner)?;
    let hosts = scenario.file.networks.values().filter(|network| network.nation != rule.owner);
    let host = hosts.max_by(|a, b| a.subscribers_million.total_cmp(&b.subscribers_million));
    let receiver = host.and_then(|network| rank(data, 0, &network.nation));
    let receiver = receiver.or_else(|| (0..data.nations[0].len()).find(|at| *at != sender))?;
    Some((0, ExposureQuery { sender, receiver, quarter: scenario.end }))
}
