//! Along which line an alliance would split: the landscape theory of aggregation over the trust of a run.
pub mod basins;
pub mod landscape;
pub mod read;
pub mod text;

use crate::tables::Tables;
use basins::{Basin, Search, search};
use landscape::Landscape;
use noforn::scenario::Scenario;
use read::{At, Unread};
use serde::Serialize;

/// How many configurations, pairs and nations are told.
const TOLD: usize = 5;
/// Propensities nearer to 0 are 0: `dyads.csv` tells trust to six decimals.
const NEGLIGIBLE: f64 = 1e-9;

/// What is asked.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The files of a folder that `noforn run` wrote.
    pub tables: &'a dyn Tables,
    /// The scenario of the variant.
    pub scenario: &'a Scenario,
    /// The replicate.
    pub rep: u32,
    /// The year at whose end it is asked.
    pub year: u32,
    /// Only the members of this agreement at the start.
    pub within: Option<&'a str>,
    /// Trust above which a pair pulls together, 0 to 1; none for the mean over pairs, weighted by sizes.
    pub centre: Option<f64>,
}

/// A stable configuration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Configuration {
    /// Its energy, in sizes squared; 0 where all stand together.
    pub energy: f64,
    /// The part of all weight that stands against its propensity, 0 to 1.
    pub strained_share: f64,
    /// The starting points from which the descent ends here.
    pub starts: usize,
    /// Who stands on which side, by iso3, the largest first; the largest of all stands on the first.
    pub sides: [Vec<String>; 2],
}

/// A pair that stands against its propensity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Strained {
    /// The larger.
    pub a: String,
    /// The smaller.
    pub b: String,
    /// Whether they stand together.
    pub together: bool,
    /// Mean trust of the two in one another, less the centre.
    pub propensity: f64,
    /// Its part of all weight that stands against its propensity, 0 to 1.
    pub part_share: f64,
}

/// A nation and what keeps it on its side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Nearest {
    /// Who.
    pub iso3: String,
    /// By how much its frustration would rise if it alone changed sides, as a part of all that pulls at it, 0 to 1.
    pub rise_share: f64,
}

/// Everything that is answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// The variant.
    pub variant: String,
    /// The replicate.
    pub rep: u32,
    /// The year at whose end it is so.
    pub year: u32,
    /// The agreement whose members are asked about; none for all nations.
    pub within: Option<String>,
    /// How many nations there are.
    pub nations: usize,
    /// How many were left out because they produce no intelligence: they have no size.
    pub without_size: usize,
    /// Trust above which a pair pulls together, 0 to 1.
    pub centre_share: f64,
    /// How many starting points there were.
    pub starts: usize,
    /// Whether every configuration was one, so that no stable configuration is missing.
    pub every: bool,
    /// How many stable configurations were found.
    pub stable: usize,
    /// The deepest of them, the deepest first.
    pub configurations: Vec<Configuration>,
    /// The heaviest pairs that stand against their propensity in the deepest.
    pub strained: Vec<Strained>,
    /// Who is nearest to changing sides in the deepest, the nearest first.
    pub nearest: Vec<Nearest>,
}

/// Answers a question.
pub fn answer(question: &Question<'_>) -> Result<Answer, Unread> {
    let Question { tables, scenario, rep, year, .. } = *question;
    let at = At { variant: &scenario.variant, rep, year };
    let (states, without_size) = states(question);
    let iso3: Vec<&str> = states.iter().map(|state| state.iso3).collect();
    let sizes: Vec<f64> = states.iter().map(|state| state.size).collect();
    let trust = read::trust(tables, at, &iso3)?;
    let centre = question.centre.unwrap_or_else(|| mean(&sizes, &trust));
    let propensity: Vec<f64> = trust.iter().map(|share| share - centre).collect();
    let propensity: Vec<f64> = propensity.iter().map(|p| if p.abs() < NEGLIGIBLE { 0.0 } else { *p }).collect();
    let landscape = Landscape::new(&sizes, &propensity);
    let found = search(&landscape, &sizes, &read::blocs(tables, at, &iso3));
    let told = Told { iso3: &iso3, landscape: &landscape, propensity: &propensity };
    let deepest = &found.basins[0];
    Ok(Answer {
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
        configurations: told.configurations(&found),
        strained: told.strained(deepest),
        nearest: told.nearest(deepest),
    })
}

struct State<'a> {
    iso3: &'a str,
    size: f64,
}

/// The nations that are asked about, the largest first, then by iso3; and how many have no size.
fn states<'a>(question: &Question<'a>) -> (Vec<State<'a>>, usize) {
    let file = &question.scenario.file;
    let members = question.within.map(|agreement| &file.agreements[agreement].members);
    let asked = file.nations.iter().filter(|(iso3, _)| members.is_none_or(|members| members.contains(iso3)));
    let all: Vec<State<'a>> = asked.map(|(iso3, nation)| State { iso3, size: nation.intelligence }).collect();
    let count = all.len();
    let mut states: Vec<State<'a>> = all.into_iter().filter(|state| state.size > 0.0).collect();
    states.sort_by(|a, b| b.size.total_cmp(&a.size).then(a.iso3.cmp(b.iso3)));
    let without_size = count - states.len();
    (states, without_size)
}

/// The mean trust over ordered pairs, weighted by the product of their sizes: with it as the centre, all weights sum to 0.
pub fn mean(sizes: &[f64], trust: &[f64]) -> f64 {
    let n = sizes.len();
    let pairs = (0..n * n).map(|at| (at / n, at % n)).filter(|(i, j)| i != j);
    let (sum, all) = pairs.fold((0.0, 0.0), |(sum, all), (i, j)| {
        let weight = sizes[i] * sizes[j];
        (sum + weight * trust[i * n + j], all + weight)
    });
    if all > 0.0 { sum / all } else { 0.0 }
}

/// A landscape with the names of its states, the largest first.
struct Told<'a> {
    iso3: &'a [&'a str],
    landscape: &'a Landscape,
    propensity: &'a [f64],
}

impl Told<'_> {
    fn configurations(&self, found: &Search) -> Vec<Configuration> {
        let side = |basin: &Basin, side: bool| {
            let on = self.iso3.iter().zip(&basin.sides).filter(|(_, on)| **on == side);
            on.map(|(iso3, _)| (*iso3).to_owned()).collect()
        };
        let told = |basin: &Basin| Configuration {
            energy: self.landscape.energy(&basin.sides),
            strained_share: self.landscape.strained_share(&basin.sides),
            starts: basin.starts,
            sides: [side(basin, false), side(basin, true)],
        };
        found.basins.iter().take(TOLD).map(told).collect()
    }

    fn strained(&self, basin: &Basin) -> Vec<Strained> {
        let n = self.iso3.len();
        let pairs = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b)));
        let strain = |pair: (usize, usize)| self.landscape.strain(&basin.sides, pair);
        let mut pairs: Vec<(usize, usize)> = pairs.filter(|pair| strain(*pair) > 0).collect();
        let all: i64 = pairs.iter().map(|pair| strain(*pair)).sum();
        pairs.sort_by_key(|pair| std::cmp::Reverse(strain(*pair)));
        let told = |(a, b): (usize, usize)| Strained {
            a: self.iso3[a].to_owned(),
            b: self.iso3[b].to_owned(),
            together: basin.sides[a] == basin.sides[b],
            propensity: (self.propensity[a * n + b] + self.propensity[b * n + a]) / 2.0,
            part_share: strain((a, b)) as f64 / all as f64,
        };
        pairs.into_iter().take(TOLD).map(told).collect()
    }

    fn nearest(&self, basin: &Basin) -> Vec<Nearest> {
        let near = |(i, iso3): (usize, &&str)| {
            let rise_share = self.landscape.rise_share(&basin.sides, i)?;
            Some(Nearest { iso3: (*iso3).to_owned(), rise_share })
        };
        let mut nations: Vec<Nearest> = self.iso3.iter().enumerate().filter_map(near).collect();
        nations.sort_by(|a, b| a.rise_share.total_cmp(&b.rise_share));
        nations.truncate(TOLD);
        nations
    }
}
