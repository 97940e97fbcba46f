//! The layout of a storyline by the barycentre heuristic of layered graph drawing.
//!
//! Members of a bloc are side by side; the heuristic keeps crossings few and moves small.
use crate::report::nations::NationStatistics;
use std::collections::BTreeMap;

/// Distance of neighbouring lines within a bloc, as a part of the space for a name.
const WITHIN: f64 = 0.42;
/// Number of sweeps, each backwards and forwards over the years.
const SWEEPS: usize = 6;

/// The vertical place of each line at each year's end.
#[derive(Clone, Debug)]
pub struct StorylineLayout {
    /// Places by year, then nation; 0 is at the top.
    pub places: Vec<Vec<f64>>,
    /// The height of the layout.
    pub height: f64,
}

impl StorylineLayout {
    /// Computes the places from the blocs of the first run. A bloc gets a space of `name` for each member, so that
    /// names fit beside the ends of their lines. Within this space its lines are close together.
    pub fn new(statistics: &NationStatistics, name: f64) -> Self {
        let years = statistics.years.len();
        let blocs: Vec<&[usize]> = (0..years).map(|year| statistics.blocs_of(year)).collect();
        let mut orders: Vec<Vec<usize>> = Vec::new();
        for year in 0..years {
            let before = if year == 0 { initial_ranks(blocs[0]) } else { ranks(&orders[year - 1]) };
            orders.push(order_by_barycentre(blocs[year], &before));
        }
        for _ in 0..SWEEPS {
            for year in (0..years.saturating_sub(1)).rev() {
                orders[year] = order_by_barycentre(blocs[year], &barycentres(&orders, year));
            }
            for year in 1..years {
                orders[year] = order_by_barycentre(blocs[year], &barycentres(&orders, year));
            }
        }
        let places = orders.iter().zip(&blocs).map(|(order, blocs)| stack(order, blocs, name)).collect();
        Self { places, height: statistics.nations as f64 * name }
    }
}

/// Ranks to begin with: the largest bloc in the middle, so that nations can leave it upwards and downwards.
fn initial_ranks(blocs: &[usize]) -> Vec<f64> {
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    blocs.iter().for_each(|bloc| *sizes.entry(*bloc).or_default() += 1);
    let mut by_size: Vec<(usize, usize)> = sizes.into_iter().collect();
    by_size.sort_by_key(|(bloc, size)| (std::cmp::Reverse(*size), *bloc));
    let place: BTreeMap<usize, f64> = by_size
        .iter()
        .zip(0_u32..)
        .map(|((bloc, _), rank)| (*bloc, if rank % 2 == 0 { f64::from(rank) } else { -f64::from(rank) }))
        .collect();
    blocs.iter().map(|bloc| place[bloc]).collect()
}

/// The rank of each nation in an order.
fn ranks(order: &[usize]) -> Vec<f64> {
    let mut ranks = vec![0.0; order.len()];
    order.iter().enumerate().for_each(|(rank, nation)| ranks[*nation] = rank as f64);
    ranks
}

/// The mean rank of each nation in the year before and the year after.
fn barycentres(orders: &[Vec<usize>], year: usize) -> Vec<f64> {
    let beside: Vec<Vec<f64>> = [year.checked_sub(1), Some(year + 1)]
        .into_iter()
        .flatten()
        .filter_map(|at| orders.get(at))
        .map(|o| ranks(o))
        .collect();
    let mean = |nation: usize| beside.iter().map(|ranks| ranks[nation]).sum::<f64>() / beside.len().max(1) as f64;
    (0..orders[year].len()).map(mean).collect()
}

/// Sorts the nations by the mean barycentre of their bloc, and within a bloc by their own barycentre.
fn order_by_barycentre(blocs: &[usize], barycentres: &[f64]) -> Vec<usize> {
    // The sum of barycentres and the number of nations, by bloc.
    let mut sums: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    for (nation, bloc) in blocs.iter().enumerate() {
        let sum = sums.entry(*bloc).or_default();
        *sum = (sum.0 + barycentres[nation], sum.1 + 1.0);
    }
    let means: Vec<f64> = blocs.iter().map(|bloc| sums[bloc].0 / sums[bloc].1).collect();
    let mut order: Vec<usize> = (0..blocs.len()).collect();
    order.sort_by(|a, b| {
        let by_bloc = means[*a].total_cmp(&means[*b]).then(blocs[*a].cmp(&blocs[*b]));
        by_bloc.then(barycentres[*a].total_cmp(&barycentres[*b])).then(a.cmp(b))
    });
    order
}

/// The places of the lines if the blocs are stacked from the top.
fn stack(order: &[usize], blocs: &[usize], name: f64) -> Vec<f64> {
    let mut places = vec![0.0; order.len()];
    let mut top = 0.0;
    for members in order.chunk_by(|a, b| blocs[*a] == blocs[*b]) {
        let room = members.len() as f64 * name;
        let first = top + (room - (members.len() - 1) as f64 * WITHIN * name) / 2.0;
        for (rank, nation) in members.iter().enumerate() {
            places[*nation] = first + rank as f64 * WITHIN * name;
        }
        top += room;
    }
    places
}
