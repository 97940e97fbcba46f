//! The time of the measures of one quarter, for an alliance of clubs around a hub.
use divan::{Bencher, black_box};
use noforn::quarter::measures::communities::Communities;
use noforn::quarter::measures::graph::{distance_fragmentation_index, free_ties, modularity};

const NATIONS: [usize; 3] = [73, 195, 1000];
const FREE_SHARE: f64 = 0.5;

fn main() {
    divan::main();
}

/// A pseudo-random number in [0, 1) for a pair, the same on every machine.
fn dice(i: usize, j: usize) -> f64 {
    let mut x = ((i as u64) << 32 | j as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    for multiplier in [0xbf58_476d_1ce4_e5b9u64, 0x94d0_49bb_1331_11eb] {
        x = (x ^ (x >> 30)).wrapping_mul(multiplier);
    }
    (x >> 11) as f64 / (1u64 << 53) as f64
}

/// Five clubs that share fully, a hub that most share with, and a few ties across.
fn alliance(n: usize) -> Vec<f64> {
    let club = |i: usize| i * 5 / n;
    let mut weights = vec![0.0; n * n];
    for i in 0..n {
        for j in i + 1..n {
            let chance = if i == 0 || club(i) == club(j) { 0.8 } else { 0.1 };
            if dice(i, j) < chance {
                let weight = 0.3 + 0.7 * dice(j, i);
                weights[i * n + j] = weight;
                weights[j * n + i] = weight;
            }
        }
    }
    weights
}

#[divan::bench(args = NATIONS)]
fn blocs(bencher: Bencher, n: usize) {
    let weights = alliance(n);
    let mut scratch = Communities::default();
    bencher.bench_local(|| scratch.find(black_box(&weights), n, FREE_SHARE).len());
}

/// Everyone shares freely with everyone: the most ties there can be.
#[divan::bench(args = NATIONS)]
fn blocs_where_all_share(bencher: Bencher, n: usize) {
    let weights: Vec<f64> =
        (0..n * n).map(|at| if at / n == at % n { 0.0 } else { 0.6 + 0.4 * dice(at / n, at % n) }).collect();
    let mut scratch = Communities::default();
    bencher.bench_local(|| scratch.find(black_box(&weights), n, FREE_SHARE).len());
}

#[divan::bench(args = NATIONS)]
fn distance_fragmentation(bencher: Bencher, n: usize) {
    let ties = free_ties(&alliance(n), n, FREE_SHARE);
    bencher.bench_local(|| distance_fragmentation_index(black_box(&ties), n));
}

#[divan::bench(args = NATIONS)]
fn ties_from_weights(bencher: Bencher, n: usize) {
    let weights = alliance(n);
    bencher.bench_local(|| free_ties(black_box(&weights), n, FREE_SHARE));
}

#[divan::bench(args = NATIONS)]
fn newmans_q(bencher: Bencher, n: usize) {
    let weights = alliance(n);
    let blocs = Communities::default().find(&weights, n, FREE_SHARE).to_vec();
    bencher.bench_local(|| modularity(black_box(&weights), &blocs));
}
