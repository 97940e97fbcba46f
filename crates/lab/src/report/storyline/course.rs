//! Where the lines of a storyline run: members of a bloc side by side, with few crossings and small moves.
use crate::report::census::Census;
use std::collections::BTreeMap;

/// Distance of lines within a bloc, in parts of the room that a name takes.
const WITHIN: f64 = 0.42;
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
    /// The places that follow from who is in which bloc. Every bloc has the room that the names of its members take,
    /// `name` each, so that names stand where their lines end; within it the lines run together.
    pub fn of(census: &Census, name: f64) -> Self {
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
        let places = orders.iter().zip(&blocs).map(|(order, blocs)| stacked(order, blocs, name)).collect();
        Self { places, height: census.nations as f64 * name }
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

fn stacked(order: &[usize], blocs: &[usize], name: f64) -> Vec<f64> {
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
