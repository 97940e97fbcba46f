//! Landscape theory of aggregation (Axelrod and Bennett 1993): how nations would split, by the trust of a run.
pub mod basins;
pub mod landscape;
pub mod read;
pub mod text;

use crate::tables::Tables;
use basins::{Basin, Basins, find_basins};
use landscape::Landscape;
use noforn::scenario::Scenario;
use read::{RunYear, Unread};
use serde::Serialize;

/// How many configurations, pairs and nations the answer lists.
const LISTED: usize = 5;
/// Propensities nearer to 0 count as 0: `dyads.csv` has trust with six decimals.
const NEGLIGIBLE: f64 = 1e-9;

/// A question about the nations of one run at the end of a year.
#[derive(Clone, Copy)]
pub struct AggregationQuestion<'a> {
    /// The files of a folder that `noforn run` wrote.
    pub tables: &'a dyn Tables,
    /// The scenario of the variant.
    pub scenario: &'a Scenario,
    /// Number of the replicate, from 0.
    pub rep: u32,
    /// The question is about the end of this year.
    pub year: u32,
    /// If given: only the members of this agreement at the start.
    pub within: Option<&'a str>,
    /// Trust above which a pair has a positive propensity, 0 to 1; none for the mean over pairs, weighted by sizes.
    pub centre: Option<f64>,
}

/// A stable configuration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Configuration {
    /// Its energy, in sizes squared; 0 if all are on one side.
    pub energy: f64,
    /// Share of the weight of pairs that are placed against their propensity, 0 to 1.
    pub strained_share: f64,
    /// Number of starting points from which the descent ends here.
    pub starts: usize,
    /// The nations on each side, by iso3, the largest first; the largest of all is on the first side.
    pub sides: [Vec<String>; 2],
}

/// A pair that is placed against its propensity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Strained {
    /// The larger nation.
    pub a: String,
    /// The smaller nation.
    pub b: String,
    /// True if they are on the same side.
    pub together: bool,
    /// Mean trust of the two in one another, minus the centre.
    pub propensity: f64,
    /// Its share of the weight of all such pairs, 0 to 1.
    pub part_share: f64,
}

/// A nation, and how firmly it is on its side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Nearest {
    /// The nation.
    pub iso3: String,
    /// By how much its frustration would rise if it alone changed sides, as a share of the weight of its pairs, 0 to 1.
    pub rise_share: f64,
}

/// The answer: the stable configurations.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Aggregation {
    /// The variant.
    pub variant: String,
    /// Number of the replicate.
    pub rep: u32,
    /// The answer is about the end of this year.
    pub year: u32,
    /// The agreement whose members are considered; none for all nations.
    pub within: Option<String>,
    /// Number of nations.
    pub nations: usize,
    /// Number of nations that are left out because they produce no intelligence and so have no size.
    pub without_size: usize,
    /// Trust above which a pair has a positive propensity, 0 to 1.
    pub centre_share: f64,
    /// Number of starting points.
    pub starts: usize,
    /// True if every configuration was a starting point, so that no stable configuration is missing.
    pub every: bool,
    /// Number of stable configurations that were found.
    pub stable: usize,
    /// The stable configurations of least energy, the least first.
    pub configurations: Vec<Configuration>,
    /// The heaviest pairs that the first configuration places against their propensity.
    pub strained: Vec<Strained>,
    /// The nations nearest to changing sides in the first configuration, the nearest first.
    pub nearest: Vec<Nearest>,
}

/// Answers a question. Fails if the tables do not have what is needed.
pub fn aggregate(question: &AggregationQuestion<'_>) -> Result<Aggregation, Unread> {
    let AggregationQuestion { tables, scenario, rep, year, .. } = *question;
    let at = RunYear { variant: &scenario.variant, rep, year };
    let (nations, without_size) = nations_by_size(question);
    let iso3: Vec<&str> = nations.iter().map(|nation| nation.iso3).collect();
    let sizes: Vec<f64> = nations.iter().map(|nation| nation.size).collect();
    let trust = read::trust(tables, at, &iso3)?;
    let centre = question.centre.unwrap_or_else(|| mean_trust(&sizes, &trust));
    let propensity: Vec<f64> = trust.iter().map(|share| share - centre).collect();
    let propensity: Vec<f64> = propensity.iter().map(|p| if p.abs() < NEGLIGIBLE { 0.0 } else { *p }).collect();
    let landscape = Landscape::new(&sizes, &propensity);
    let found = find_basins(&landscape, &sizes, &read::blocs(tables, at, &iso3));
    let named = NamedLandscape { iso3: &iso3, landscape: &landscape, propensity: &propensity };
    let deepest = &found.basins[0];
    Ok(Aggregation {
        variant: scenario.variant.clone(),
        rep,
        year,
        within: question.within.map(str::to_owned),
        nations: iso3.len(),
        without_size,
        centre_share: centre,
        starts: found.starts,
        every: found.every,
        stable: found.basins.len(),
        configurations: named.configurations(&found),
        strained: named.strained(deepest),
        nearest: named.nearest(deepest),
    })
}

struct SizedNation<'a> {
    iso3: &'a str,
    size: f64,
}

/// The nations that are considered, the largest first, then by iso3; and how many have no size.
fn nations_by_size<'a>(question: &AggregationQuestion<'a>) -> (Vec<SizedNation<'a>>, usize) {
    let file = &question.scenario.file;
    let members = question.within.map(|agreement| &file.agreements[agreement].members);
    let asked = file.nations.iter().filter(|(iso3, _)| members.is_none_or(|members| members.contains(iso3)));
    let mut nations: Vec<SizedNation<'a>> =
        asked.map(|(iso3, nation)| SizedNation { iso3, size: nation.intelligence }).collect();
    let count = nations.len();
    nations.retain(|nation| nation.size > 0.0);
    nations.sort_by(|a, b| b.size.total_cmp(&a.size).then(a.iso3.cmp(b.iso3)));
    let without_size = count - nations.len();
    (nations, without_size)
}

/// The mean trust over ordered pairs, weighted by the products of their sizes. With this centre all weights sum to 0.
pub fn mean_trust(sizes: &[f64], trust: &[f64]) -> f64 {
    let n = sizes.len();
    let pairs = (0..n * n).map(|at| (at / n, at % n)).filter(|(i, j)| i != j);
    let (sum, all) = pairs.fold((0.0, 0.0), |(sum, all), (i, j)| {
        let weight = sizes[i] * sizes[j];
        (sum + weight * trust[i * n + j], all + weight)
    });
    if all > 0.0 { sum / all } else { 0.0 }
}

/// A landscape with the names of its nations, the largest first.
struct NamedLandscape<'a> {
    iso3: &'a [&'a str],
    landscape: &'a Landscape,
    propensity: &'a [f64],
}

impl NamedLandscape<'_> {
    fn configurations(&self, found: &Basins) -> Vec<Configuration> {
        let listed = found.basins.iter().take(LISTED);
        listed
            .map(|basin| Configuration {
                energy: self.landscape.energy(&basin.sides),
                strained_share: self.landscape.strained_share(&basin.sides),
                starts: basin.starts,
                sides: [self.on_side(basin, false), self.on_side(basin, true)],
            })
            .collect()
    }

    fn on_side(&self, basin: &Basin, side: bool) -> Vec<String> {
        let on_side = self.iso3.iter().zip(&basin.sides).filter(|(_, own)| **own == side);
        on_side.map(|(iso3, _)| (*iso3).to_owned()).collect()
    }

    fn strained(&self, basin: &Basin) -> Vec<Strained> {
        let n = self.iso3.len();
        let pairs = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b)));
        let strain = |pair: (usize, usize)| self.landscape.strain(&basin.sides, pair);
        let mut pairs: Vec<(usize, usize)> = pairs.filter(|pair| strain(*pair) > 0).collect();
        let all: i64 = pairs.iter().map(|pair| strain(*pair)).sum();
        pairs.sort_by_key(|pair| std::cmp::Reverse(strain(*pair)));
        let listed = pairs.into_iter().take(LISTED);
        listed
            .map(|(a, b)| Strained {
                a: self.iso3[a].to_owned(),
                b: self.iso3[b].to_owned(),
                together: basin.sides[a] == basin.sides[b],
                propensity: (self.propensity[a * n + b] + self.propensity[b * n + a]) / 2.0,
                part_share: strain((a, b)) as f64 / all as f64,
            })
            .collect()
    }

    fn nearest(&self, basin: &Basin) -> Vec<Nearest> {
        let mut nations = Vec::with_capacity(self.iso3.len());
        for (i, iso3) in self.iso3.iter().enumerate() {
            let rise_share = self.landscape.rise_share(&basin.sides, i);
            nations.extend(rise_share.map(|rise_share| Nearest { iso3: (*iso3).to_owned(), rise_share }));
        }
        nations.sort_by(|a, b| a.rise_share.total_cmp(&b.rise_share));
        nations.truncate(LISTED);
        nations
    }
}
