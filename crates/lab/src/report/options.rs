//! The table of options: what each variant costs its author, its targets, and everybody, a row a variant.
use super::ReportData;
use super::figure::HtmlTable;
use super::nations::{NationLabel, NationStatistics};
use super::numbers::{join_names, value};
use crate::measures::{COST, INFLOW, LEAKED, MEASURES, MISSED, OUTFLOW, TimeSeries, Unit, WITHDRAWN, WITHHELD, moment};
use crate::tables::quantile::Spread;
use crate::words;

/// Greatest number of nations that a cell names.
const NAMED: usize = 3;

/// Makes the table; none if the folder has neither metrics nor nations.
pub fn table(data: &ReportData<'_>) -> Option<HtmlTable> {
    if data.metric_statistics.is_none() && data.nation_statistics.is_none() {
        return None;
    }
    let hub = data.scenarios()[0].hub_name();
    let heads = [
        "option".to_owned(),
        format!("{hub} reads of what it may, worst year"),
        format!("reports that {hub} reads, fewest in a year"),
        format!("{hub} sends of what it may, worst year"),
        "withheld by rules, worst year".to_owned(),
        "from whom most".to_owned(),
        "warnings missed".to_owned(),
        "reports leaked".to_owned(),
        "nations that ban at the end".to_owned(),
        "years to a ban".to_owned(),
        "cost of replacement, million USD".to_owned(),
        "who pays most".to_owned(),
        "missions withdrawn, peak".to_owned(),
    ];
    Some(HtmlTable {
        caption: "The options. Medians of the runs (5 % to 95 %); warnings, leaks and cost over the whole run; reports read, years and names by means".to_owned(),
        heads: heads.to_vec(),
        rows: (0..data.scenarios().len()).map(|at| row(data, at)).collect(),
        source: "metrics.csv and nations.csv",
    })
}

fn row(data: &ReportData<'_>, at: usize) -> Vec<String> {
    let nations = data.nation_statistics.as_ref().map(|all| &all[at]).filter(|statistics| statistics.runs > 0);
    let metrics = data.metric_statistics.as_ref().map(|all| &all[at]).filter(|statistics| statistics.runs > 0);
    let hub = data.scenarios()[at].hub().index();
    let whole = |measure: usize| metrics.map(|metrics| interval(&metrics.whole[measure], MEASURES[measure].unit));
    let worst = |measure: usize| metrics.and_then(|metrics| at_worst(&metrics.series[measure], measure));
    let cells = [
        worst(INFLOW),
        nations.map(|nations| fewest_read(nations, hub)),
        worst(OUTFLOW),
        worst(WITHHELD),
        nations.map(|nations| most(nations.losses.iter().map(|loss| loss.1), &data.nations[at])),
        whole(MISSED),
        whole(LEAKED),
        nations.and_then(|nations| Some(interval(nations.stance_counts.first()?.spreads.last()?, Unit::Count))),
        nations.map(years_to_ban),
        whole(COST),
        nations.map(|nations| most(nations.costs.iter().copied(), &data.nations[at])),
        worst(WITHDRAWN),
    ];
    let lead = std::iter::once(data.scenarios()[at].variant.clone());
    lead.chain(cells.into_iter().map(|cell| cell.unwrap_or_else(|| "not in the folder".to_owned()))).collect()
}

/// The median with its 5 % and 95 % quantiles.
fn interval(spread: &Spread, unit: Unit) -> String {
    words::interval(spread, unit).replace(" %", "\u{a0}%")
}

/// The value of a measure at its worst, and when that is; nothing said of the time of a zero.
fn at_worst(series: &TimeSeries, measure: usize) -> Option<String> {
    let what = &MEASURES[measure];
    let at = series.moments(what.worst)?.worst;
    let text = interval(&series.spreads[at], what.unit);
    Some(if series.is_zero() { text } else { format!("{text} in {}", moment(series.times[at], what.is_yearly())) })
}

/// The reports of others that a nation reads in the year in which it reads fewest, and in the first year; means over runs.
fn fewest_read(statistics: &NationStatistics, nation: usize) -> String {
    let reads = |year: usize| statistics.reads[year * statistics.nations + nation] / f64::from(statistics.runs);
    let fewest = (0..statistics.years.len()).min_by(|a, b| reads(*a).total_cmp(&reads(*b))).unwrap_or(0);
    let [first, least] = [0, fewest].map(|year| value(reads(year), Unit::Count));
    format!("{least} in {} ({first} in {})", statistics.years[fewest], statistics.years[0])
}

/// The nations with the greatest amounts, each with its part of all.
fn most(amounts: impl Iterator<Item = f64>, nations: &[NationLabel]) -> String {
    let mut ranked: Vec<(usize, f64)> = amounts.enumerate().filter(|(_, amount)| *amount > 0.0).collect();
    let all: f64 = ranked.iter().map(|(_, amount)| amount).sum();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let named = ranked.iter().take(NAMED);
    let texts: Vec<String> =
        named.map(|(rank, amount)| format!("{} {}", nations[*rank].name, value(amount / all, Unit::Share))).collect();
    join_names(&texts.iter().map(String::as_str).collect::<Vec<_>>(), NAMED)
}

/// The mean number of years from the start to the first year's end with a ban, over all bans.
fn years_to_ban(statistics: &NationStatistics) -> String {
    match statistics.bans {
        (_, 0) => "no ban".to_owned(),
        (years, bans) => value(f64::from(years) / f64::from(bans), Unit::Number),
    }
}
