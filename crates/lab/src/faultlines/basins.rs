//! Basins of attraction: the stable configurations that steepest descent reaches, and from how many starting points.
use super::landscape::{Landscape, Sides, normalized};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// With at most so many states every configuration is a starting point.
pub const EVERY: usize = 16;
/// Pairs of seeds are taken from so many of the largest states.
const SEEDS: usize = 128;

/// A stable configuration and its basin of attraction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basin {
    /// The sides; the first state is on side `false`.
    pub sides: Sides,
    /// Number of starting points from which the descent ends here.
    pub starts: usize,
    /// Its energy, in whole numbers.
    pub energy: i64,
}

/// The basins of a landscape that were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basins {
    /// Number of starting points.
    pub starts: usize,
    /// True if every configuration was a starting point, so that no stable configuration is missing.
    pub every: bool,
    /// The stable configurations, by energy from the least; of equal ones the one with more starting points first.
    pub basins: Vec<Basin>,
}

/// Descends from all starting points of a landscape. With more than `EVERY` states, starting points are chosen by `sizes`
/// and by `blocs` (a label per state, or empty). A flat landscape gives one configuration: all states on one side.
pub fn find_basins(landscape: &Landscape, sizes: &[f64], blocs: &[usize]) -> Basins {
    let n = landscape.len();
    let every = n <= EVERY && !landscape.is_flat();
    let starts = match (landscape.is_flat(), every) {
        (true, _) => vec![vec![false; n]],
        (_, true) => all_configurations(n),
        _ => chosen_configurations(landscape, sizes, blocs),
    };
    let mut found: BTreeMap<Sides, usize> = BTreeMap::new();
    let count = starts.len();
    for mut sides in starts {
        landscape.descend(&mut sides, &mut |_| ());
        *found.entry(normalized(sides)).or_default() += 1;
    }
    let basin = |(sides, starts): (Sides, usize)| Basin { energy: landscape.whole_energy(&sides), sides, starts };
    let mut basins: Vec<Basin> = found.into_iter().map(basin).collect();
    basins.sort_by_key(|basin| (basin.energy, Reverse(basin.starts)));
    Basins { starts: count, every, basins }
}

/// Every configuration once; the first state is on side `false`.
fn all_configurations(n: usize) -> Vec<Sides> {
    (0..1_usize << n.saturating_sub(1)).map(|bits| (0..n).map(|i| bits << 1 >> i & 1 == 1).collect()).collect()
}

/// All states together; each state alone; each bloc against the rest; and each pair of large states, each of the two with
/// the states that have the greater weight with it.
fn chosen_configurations(landscape: &Landscape, sizes: &[f64], blocs: &[usize]) -> Vec<Sides> {
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
    for (rank, &a) in seeds.iter().enumerate() {
        starts.extend(seeds[rank + 1..].iter().map(|&b| around_seeds(landscape, a, b)));
    }
    starts
}

/// Each seed on its own side, and every other state with the seed to which its weight is greater.
fn around_seeds(landscape: &Landscape, a: usize, b: usize) -> Sides {
    let with_second = |i: usize| i == b || (i != a && landscape.weight(i, b) > landscape.weight(i, a));
    (0..landscape.len()).map(with_second).collect()
}
