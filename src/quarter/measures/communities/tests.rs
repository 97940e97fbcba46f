//! Blocs that can be told by hand.
use super::*;

fn ties(n: usize, ties: &[(usize, usize, f64)]) -> Vec<f64> {
    let mut cells = vec![0.0; n * n];
    for &(i, j, w) in ties {
        cells[i * n + j] = w;
        cells[j * n + i] = w;
    }
    cells
}

#[test]
fn nobody_and_one_alone() {
    assert!(communities(&[], 0, 0.5).is_empty());
    assert_eq!(communities(&[0.0], 1, 0.5), [0]);
}

#[test]
fn two_triangles_joined_by_a_tie_are_two_blocs() {
    let cells = ties(6, &[(0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5), (2, 3)].map(|(i, j)| (i, j, 1.0)));
    assert_eq!(communities(&cells, 6, 0.5), [0, 0, 0, 1, 1, 1]);
}

#[test]
fn who_shares_freely_with_nobody_is_a_bloc_of_its_own() {
    // Nation 1 still sends a little to both others, but nothing freely.
    let cells = ties(3, &[(0, 1, 0.49), (1, 2, 0.49), (0, 2, 0.9)]);
    assert_eq!(communities(&cells, 3, 0.5), [0, 1, 0]);
    assert_eq!(communities(&cells, 3, 0.0), [0, 0, 0]);
}

#[test]
fn a_threshold_of_zero_still_needs_a_tie() {
    assert_eq!(communities(&[0.0; 9], 3, 0.0), [0, 1, 2]);
}

#[test]
fn who_shares_freely_with_everyone_is_one_bloc() {
    let mut cells = vec![1.0; 400];
    (0..20).for_each(|i| cells[i * 21] = 0.0);
    assert_eq!(communities(&cells, 20, 0.5), [0; 20]);
}

#[test]
fn a_hub_and_its_spokes_are_one_bloc() {
    let spokes: Vec<_> = (1..30).map(|i| (0, i, 1.0)).collect();
    assert_eq!(communities(&ties(30, &spokes), 30, 0.5), [0; 30]);
}

#[test]
fn the_memory_of_a_larger_graph_leaves_no_trace() {
    let large = ties(9, &[(0, 8, 1.0), (1, 7, 0.8), (2, 6, 0.6), (3, 5, 0.7), (4, 5, 1.0)]);
    let small = ties(4, &[(0, 1, 1.0), (2, 3, 0.5)]);
    let mut scratch = Communities::default();
    scratch.find(&large, 9, 0.5);
    assert_eq!(scratch.find(&small, 4, 0.5), [0, 0, 1, 1]);
    assert_eq!(scratch.find(&large, 9, 0.5), communities(&large, 9, 0.5));
}
