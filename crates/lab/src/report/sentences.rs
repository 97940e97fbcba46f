//! The five sentences at the top of the report: who stopped sending to whom, what that cost its author, what came back.
use super::ReportData;
use super::dyads::SharingMatrix;
use super::metrics::MetricStatistics;
use super::numbers::{count, join_names, percent};
use crate::measures::{MEASURES, WITHHELD, moment};
use crate::runs::assumed;
use crate::words::{grouped, whole};

/// Greatest number of nations that a sentence names.
const NAMED: usize = 6;

/// What was simulated: a sentence.
pub fn what(data: &ReportData<'_>) -> String {
    let first = &data.scenarios()[0];
    let variants = match data.scenarios().len() {
        1 => String::new(),
        many => format!(" under {many} options"),
    };
    format!(
        "{} from {} to {}{variants}, {} of each, all of them simulated and none of them a forecast.",
        count(first.file.nations.len(), "nation"),
        first.start,
        first.end,
        count(data.folder.request.reps as usize, "run"),
    )
}

/// Writes five sentences that sum up the report.
pub fn five(data: &ReportData<'_>) -> Vec<String> {
    let cuts = Cuts::most(data);
    vec![
        cut_sentence(data, cuts.as_ref()),
        author_sentence(data, cuts.as_ref().map_or(0, |cuts| cuts.variant)),
        return_sentence(data, cuts.as_ref()),
        withheld_sentence(data),
        uncertain_sentence(data),
    ]
}

/// Whom the hub's rules cut off in the first run of a variant, at the end of each year.
struct Cuts {
    /// The index of the variant.
    variant: usize,
    /// The years, each with the ranks of the nations.
    years: Vec<(u32, Vec<usize>)>,
    /// Index of the first year's end at which most are cut off.
    worst: usize,
}

impl Cuts {
    /// Of the variant in which most nations are cut off at a year's end, the first of equals; none if no nation ever is.
    fn most(data: &ReportData<'_>) -> Option<Self> {
        let all = (0..data.scenarios().len()).filter_map(|at| Self::of(data, at));
        all.rev().max_by_key(Self::size).filter(|cuts| cuts.size() > 0)
    }

    fn of(data: &ReportData<'_>, variant: usize) -> Option<Self> {
        let year_ends = &data.sharing.as_ref()?[variant].year_ends;
        let hub = data.scenarios()[variant].hub().index();
        let n = data.nations[variant].len();
        let cut = |matrix: &SharingMatrix| -> Vec<usize> {
            (0..n).filter(|to| matrix.ruled[hub * n + to] && matrix.levels[hub * n + to].is_none()).collect()
        };
        let years: Vec<_> = year_ends.iter().map(|matrix| (matrix.quarter.year(), cut(matrix))).collect();
        let worst = (0..years.len()).rev().max_by_key(|at| years[*at].1.len())?;
        Some(Self { variant, years, worst })
    }

    fn size(&self) -> usize {
        self.years[self.worst].1.len()
    }
}

/// The names of nations of a variant, the greatest by intelligence first.
fn names<'a>(data: &'a ReportData<'_>, variant: usize, ranks: &[usize]) -> Vec<&'a str> {
    let strength: Vec<f64> =
        data.scenarios()[variant].file.nations.values().map(|nation| nation.intelligence).collect();
    let mut ranks = ranks.to_vec();
    ranks.sort_by(|a, b| strength[*b].total_cmp(&strength[*a]).then(a.cmp(b)));
    ranks.into_iter().map(|rank| data.nations[variant][rank].name.as_str()).collect()
}

fn cut_sentence(data: &ReportData<'_>, cuts: Option<&Cuts>) -> String {
    if data.sharing.is_none() {
        return "Who stopped sending to whom is not known: the folder has no `dyads.csv`.".to_owned();
    }
    let hub = data.scenarios()[0].hub_name();
    let Some(cuts) = cuts else {
        return format!(
            "At no year's end do rules stop {hub} from sending to anybody, in the first run of any option."
        );
    };
    let (year, cut) = &cuts.years[cuts.worst];
    let hub = data.scenarios()[cuts.variant].hub_name();
    let base = match Cuts::of(data, 0).filter(|_| cuts.variant > 0) {
        None => String::new(),
        Some(base) if base.size() == 0 => format!("; in {} to nobody", data.scenarios()[0].variant),
        Some(base) => format!(
            "; in {} to {} at most, at the end of {}",
            data.scenarios()[0].variant,
            count(base.size(), "nation"),
            base.years[base.worst].0
        ),
    };
    format!(
        "In {} rules stop {hub} from sending to {}, most at the end of {year}: {} (first run){base}.",
        data.scenarios()[cuts.variant].variant,
        count(cut.len(), "nation"),
        join_names(&names(data, cuts.variant, cut), NAMED),
    )
}

/// What the hub reads itself: in the first year, in its worst year, and then in the reference.
fn author_sentence(data: &ReportData<'_>, variant: usize) -> String {
    let Some(all) = &data.nation_statistics else {
        return "What the hub reads is not known: the folder has no `nations.csv`.".to_owned();
    };
    let hub = data.scenarios()[variant].hub();
    let reads =
        |at: usize, year: usize| all[at].reads[year * all[at].nations + hub.index()] / f64::from(all[at].runs.max(1));
    let years = &all[variant].years;
    let worst = (0..years.len()).min_by(|a, b| reads(variant, *a).total_cmp(&reads(variant, *b))).unwrap_or(0);
    let reference = if variant == 0 || data.nations[0] != data.nations[variant] {
        String::new()
    } else {
        format!(", against {} in {}", whole(reads(0, worst)), data.scenarios()[0].variant)
    };
    format!(
        "{} itself reads {} reports of others in {} and {} in {}, the year in which it reads fewest{reference} (means over runs).",
        data.scenarios()[variant].hub_name(),
        whole(reads(variant, 0)),
        years[0],
        whole(reads(variant, worst)),
        years[worst],
    )
}

fn return_sentence(data: &ReportData<'_>, cuts: Option<&Cuts>) -> String {
    let Some(cuts) = cuts else { return "As nobody is cut off, nothing has to come back.".to_owned() };
    let (cut, (end, still)) = (&cuts.years[cuts.worst].1, &cuts.years[cuts.years.len() - 1]);
    let back: Vec<usize> = cut.iter().copied().filter(|rank| !still.contains(rank)).collect();
    let back_names = names(data, cuts.variant, &back);
    let lead = match (back.len(), cut.len()) {
        (0, _) => format!("None of them is sent anything again by the end of {end}"),
        (some, all) if some == all => format!("All of them are sent reports again by the end of {end}"),
        (some, all) => format!(
            "Of those {all}, {some} are sent reports again by the end of {end}: {}",
            join_names(&back_names, NAMED)
        ),
    };
    let fresh = still.iter().filter(|rank| !cut.contains(rank)).count();
    let others = if fresh > 0 {
        format!("; {} are cut off then that were not before", count(fresh, "other nation"))
    } else {
        String::new()
    };
    format!("{lead}{others}.")
}

/// The index of the worst year of what rules withhold, by the median.
fn worst_year(metrics: &MetricStatistics) -> Option<usize> {
    Some(metrics.series.get(WITHHELD)?.moments(MEASURES[WITHHELD].worst)?.worst)
}

/// The median share that rules withhold in their worst year, and that year.
fn worst_withheld(metrics: &MetricStatistics) -> Option<(f64, String)> {
    let (at, series) = (worst_year(metrics)?, &metrics.series[WITHHELD]);
    Some((series.median(at)?, moment(series.times[at], true)))
}

fn withheld_sentence(data: &ReportData<'_>) -> String {
    let told: Vec<String> = data
        .variant_metrics()
        .into_iter()
        .filter_map(|(name, metrics)| {
            let (share, year) = worst_withheld(metrics)?;
            Some(if share == 0.0 {
                format!("nothing in {name}")
            } else {
                format!("{} in {name} ({year})", percent(share))
            })
        })
        .collect();
    if told.is_empty() {
        return "What rules withhold is not known: the folder has no `metrics.csv`.".to_owned();
    }
    let told: Vec<&str> = told.iter().map(String::as_str).collect();
    format!("Of all that agreements allow, rules withhold in their worst year {}.", join_names(&told, 9))
}

fn uncertain_sentence(data: &ReportData<'_>) -> String {
    let assumptions = grouped(assumed::count(&data.scenarios()[0].file) as u64);
    let lead = format!("Uncertain is the rest: {assumptions} values of the scenario are assumptions");
    let variants = data.variant_metrics();
    let widest = variants.iter().filter_map(|(name, metrics)| {
        let spread = &metrics.series[WITHHELD].spreads[worst_year(metrics)?];
        Some((*name, spread.quantiles?))
    });
    match widest.max_by(|(_, a), (_, b)| (a[4] - a[0]).total_cmp(&(b[4] - b[0]))) {
        Some((name, quantiles)) if quantiles[4] > quantiles[0] => format!(
            "{lead}, and luck and parameters alone put the share withheld in {name} between {} and {} in nine of ten runs.",
            percent(quantiles[0]),
            percent(quantiles[4])
        ),
        _ => format!("{lead}."),
    }
}
