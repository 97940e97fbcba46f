//! Where the lines of a storyline run: members of a bloc side by side, with few crossings and small moves.
use crate::report::census::Census;
use std::collections::BTreeMap;

/// Distance of lines within a bloc.
const WITHIN: f64 = 6.5;
/// Least and greatest distance between blocs.
const BETWEEN: (f64, f64) = (15.0, 30.0);
/// How often the order is improved, forwards and backwards.
const SWEEPS: usize = 6;

/// The place of every line at every year's end.
#[derive(Clone, Debug)]
pub struct Course {
    /// By year, then nation, from 0 down.
    pub places: Vec<Vec<f64>>,
    /// The greatest place.
    pub height: f64,
}

impl Course {
    /// The places that follow from who is in which bloc; blocs part as far as `room` allows. `scale` widens all distances.
    pub fn of(census: &Census, room: f64, scale: f64) -> Self {
        let years = census.years.len();
        let blocs: Vec<&[usize]> = (0..years).map(|year| census.blocs_of(year)).collect();
        let mut orders: Vec<Vec<usize>> = Vec::new();
        for year in 0..years {
            let before = if year == 0 { start(blocs[0]) } else { ranks(&orders[year - 1]) };
            orders.push(order(blocs[year], &before));
        }
        for _ in 0..SWEEPS {
            for year in (0..years.saturating_sub(1)).rev() {
                orders[year] = order(blocs[year], &between(&orders, year));
            }
            for year in 1..years {
                orders[year] = order(blocs[year], &between(&orders, year));
            }
        }
        let gap = blocs.iter().map(|blocs| gap(blocs, room / scale)).fold(BETWEEN.1, f64::min);
        let mut places: Vec<Vec<f64>> = Vec::new();
        for year in 0..years {
            let mut now = stacked(&orders[year], blocs[year], gap);
            if let Some(before) = places.last() {
                let shift = now.iter().zip(before).map(|(now, then)| then - now).sum::<f64>() / now.len().max(1) as f64;
                now.iter_mut().for_each(|place| *place += shift);
            }
            places.push(now);
        }
        let least = places.iter().flatten().copied().fold(f64::INFINITY, f64::min);
        places.iter_mut().flatten().for_each(|place| *place = (*place - least) * scale);
        let height = places.iter().flatten().copied().fold(0.0, f64::max);
        Self { places, height }
    }
}

/// A first order: the largest blocs in the middle, so that those who leave can go either way.
fn start(blocs: &[usize]) -> Vec<f64> {
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

/// The mean rank of each nation in the years beside one.
fn between(orders: &[Vec<usize>], year: usize) -> Vec<f64> {
    let beside: Vec<Vec<f64>> = [year.checked_sub(1), Some(year + 1)]
        .into_iter()
        .flatten()
        .filter_map(|at| orders.get(at))
        .map(|o| ranks(o))
        .collect();
    let mean = |nation: usize| beside.iter().map(|ranks| ranks[nation]).sum::<f64>() / beside.len().max(1) as f64;
    (0..orders[year].len()).map(mean).collect()
}

/// The nations, bloc by bloc, in the order of the mean wish of each bloc, within a bloc of each nation's.
fn order(blocs: &[usize], wishes: &[f64]) -> Vec<usize> {
    let mut means: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    for (nation, bloc) in blocs.iter().enumerate() {
        let mean = means.entry(*bloc).or_default();
        *mean = (mean.0 + wishes[nation], mean.1 + 1.0);
    }
    let mean = |nation: usize| {
        let (sum, count) = means[&blocs[nation]];
        sum / count
    };
    let mut order: Vec<usize> = (0..blocs.len()).collect();
    order.sort_by(|a, b| {
        let by_bloc = mean(*a).total_cmp(&mean(*b)).then(blocs[*a].cmp(&blocs[*b]));
        by_bloc.then(wishes[*a].total_cmp(&wishes[*b])).then(a.cmp(b))
    });
    order
}

/// The distance between blocs at which those of a year fill the room.
fn gap(blocs: &[usize], room: f64) -> f64 {
    let mut sorted = blocs.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let (count, within) = (sorted.len() as f64, (blocs.len() - sorted.len()) as f64 * WITHIN);
    ((room - within) / (count - 1.0).max(1.0)).clamp(BETWEEN.0, BETWEEN.1)
}

fn stacked(order: &[usize], blocs: &[usize], between: f64) -> Vec<f64> {
    let mut places = vec![0.0; order.len()];
    let mut at = 0.0;
    for (rank, nation) in order.iter().enumerate() {
        if rank > 0 {
            at += if blocs[order[rank - 1]] == blocs[*nation] { WITHIN } else { between };
        }
        places[*nation] = at;
    }
    places
}
