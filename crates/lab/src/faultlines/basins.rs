//! From where the landscape is searched, and how many of those starting points end in which stable configuration.
use super::landscape::{Landscape, Sides, named};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Up to so many states every configuration is a starting point.
pub const EVERY: usize = 16;
/// Pairs of seeds are taken among so many of the largest states.
const SEEDS: usize = 128;

/// A stable configuration and how many starting points lead to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basin {
    /// The sides; the first state stands on `false`.
    pub sides: Sides,
    /// The starting points from which the descent ends here.
    pub starts: usize,
    /// Its energy, in whole numbers.
    pub energy: i64,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// How many starting points there were.
    pub starts: usize,
    /// Whether every configuration was one, so that no stable configuration is missing.
    pub every: bool,
    /// The stable configurations, the deepest first; of equal ones that which more starting points reach.
    pub basins: Vec<Basin>,
}

/// Descends from all starting points of a landscape. `sizes` choose the seeds, `blocs` are labels by state; both may say
/// nothing that the landscape does not need. A flat landscape has one configuration that is told: all together.
pub fn search(landscape: &Landscape, sizes: &[f64], blocs: &[usize]) -> Search {
    let n = landscape.len();
    let every = n <= EVERY && !landscape.is_flat();
    let starts = match (landscape.is_flat(), every) {
        (true, _) => vec![vec![false; n]],
        (_, true) => all(n),
        _ => chosen(landscape, sizes, blocs),
    };
    let mut found: BTreeMap<Sides, usize> = BTreeMap::new();
    let count = starts.len();
    for mut sides in starts {
        landscape.descend(&mut sides, &mut |_| ());
        *found.entry(named(sides)).or_default() += 1;
    }
    let basin = |(sides, starts): (Sides, usize)| Basin { energy: landscape.whole_energy(&sides), sides, starts };
    let mut basins: Vec<Basin> = found.into_iter().map(basin).collect();
    basins.sort_by_key(|basin| (basin.energy, Reverse(basin.starts)));
    Search { starts: count, every, basins }
}

/// Every configuration, each once: the first state stands on `false`.
fn all(n: usize) -> Vec<Sides> {
    (0..1_usize << n.saturating_sub(1)).map(|bits| (0..n).map(|i| bits << 1 >> i & 1 == 1).collect()).collect()
}

/// All together, each alone, each bloc against the rest, and two large states, each with those who would rather be with it.
fn chosen(landscape: &Landscape, sizes: &[f64], blocs: &[usize]) -> Vec<Sides> {
    let n = landscape.len();
    let mut starts = vec![vec![false; n]];
    starts.extend((0..n).map(|alone| (0..n).map(|i| i == alone).collect::<Sides>()));
    let mut labels = blocs.to_vec();
    labels.sort_unstable();
    labels.dedup();
    starts.extend(labels.iter().map(|label| blocs.iter().map(|bloc| bloc == label).collect::<Sides>()));
    let mut seeds: Vec<usize> = (0..n).collect();
    seeds.sort_by(|a, b| sizes[*b].total_cmp(&sizes[*a]).then(a.cmp(b)));
    seeds.truncate(SEEDS);
    // A seed stands on its own side; anybody else with the seed to which the pair's weight is greater.
    let nearer = |i: usize, a: usize, b: usize| i == b || (i != a && landscape.weight(i, b) > landscape.weight(i, a));
    let around = |a: usize, b: usize| (0..n).map(|i| nearer(i, a, b)).collect::<Sides>();
    for (rank, &a) in seeds.iter().enumerate() {
        starts.extend(seeds[rank + 1..].iter().map(|&b| around(a, b)));
    }
    starts
}
