//! The time of the measures of one quarter, for an alliance of clubs around a hub.
use divan::{Bencher, black_box};
use noforn::quarter::measures::graph::{distance_fragmentation_index, free_ties};
use noforn::quarter::measures::linkage::AverageLinkage;
use noforn::quarter::measures::pictures::Pictures;
use noforn::world::ids::NationId;

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

/// The pictures of an alliance in which the producers of `changed` send a part of what they could.
fn set_producers(pictures: &mut Pictures, weights: &[f64], n: usize, changed: usize, part: f64) {
    for producer in 0..changed {
        let row = &weights[producer * n..][..n];
        let shares: Vec<f64> = row.iter().map(|weight| weight * part).collect();
        pictures.set_producer(NationId::new(producer), &shares, 1.0 / n as f64);
    }
}

/// Overlaps where every producer changed, as in the first quarter of a run.
#[divan::bench(args = NATIONS)]
fn pictures_anew(bencher: Bencher, n: usize) {
    let weights = alliance(n);
    let mut pictures = Pictures::new(n);
    bencher.bench_local(|| {
        pictures.clear();
        set_producers(&mut pictures, black_box(&weights), n, n, 1.0);
        pictures.update()
    });
}

/// Overlaps where the hub sends more or less than in the last quarter.
#[divan::bench(args = NATIONS)]
fn pictures_where_the_hub_changed(bencher: Bencher, n: usize) {
    let weights = alliance(n);
    let mut pictures = Pictures::new(n);
    set_producers(&mut pictures, &weights, n, n, 1.0);
    pictures.update();
    let mut less = false;
    bencher.bench_local(|| {
        less = !less;
        set_producers(&mut pictures, black_box(&weights), n, 1, if less { 0.5 } else { 1.0 });
        pictures.update()
    });
}

#[divan::bench(args = NATIONS)]
fn blocs(bencher: Bencher, n: usize) {
    time_blocs(bencher, n, &alliance(n));
}

/// Everyone shares much with everyone: the most merges there can be.
#[divan::bench(args = NATIONS)]
fn blocs_where_all_share(bencher: Bencher, n: usize) {
    let weights: Vec<f64> = (0..n * n).map(|at| 0.6 + 0.4 * dice(at / n, at % n)).collect();
    time_blocs(bencher, n, &weights);
}

/// All pictures are the same: all merges are equal.
#[divan::bench(args = NATIONS)]
fn blocs_of_one_picture(bencher: Bencher, n: usize) {
    time_blocs(bencher, n, &vec![1.0; n * n]);
}

fn time_blocs(bencher: Bencher, n: usize, weights: &[f64]) {
    let mut pictures = Pictures::new(n);
    set_producers(&mut pictures, weights, n, n, 1.0);
    pictures.update();
    let (mut linkage, mut found) = (AverageLinkage::default(), Vec::new());
    bencher.bench_local(|| linkage.find(black_box(&pictures), 0.5, &mut found));
}

#[divan::bench(args = NATIONS)]
fn effective_pictures(bencher: Bencher, n: usize) {
    let mut pictures = Pictures::new(n);
    set_producers(&mut pictures, &alliance(n), n, n, 1.0);
    pictures.update();
    bencher.bench_local(|| black_box(&pictures).effective_number());
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
