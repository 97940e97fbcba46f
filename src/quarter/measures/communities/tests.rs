//! Blocs of small graphs whose blocs are obvious.
use super::*;
use crate::quarter::measures::graph::bloc_count;

fn ties(n: usize, ties: &[(usize, usize, f64)]) -> Vec<f64> {
    let mut cells = vec![0.0; n * n];
    for &(i, j, w) in ties {
        cells[i * n + j] = w;
        cells[j * n + i] = w;
    }
    cells
}

#[test]
fn no_nation_has_no_bloc_and_one_nation_has_one() {
    assert!(communities(&[], 0, 0.5).is_empty());
    assert_eq!(communities(&[0.0], 1, 0.5), [0]);
}

#[test]
fn two_triangles_joined_by_a_tie_are_two_blocs() {
    let cells = ties(6, &[(0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5), (2, 3)].map(|(i, j)| (i, j, 1.0)));
    assert_eq!(communities(&cells, 6, 0.5), [0, 0, 0, 1, 1, 1]);
}

#[test]
fn a_nation_without_free_ties_is_a_bloc_of_its_own() {
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
fn nations_that_all_share_freely_are_one_bloc() {
    let mut cells = vec![1.0; 400];
    (0..20).for_each(|i| cells[i * 21] = 0.0);
    assert_eq!(communities(&cells, 20, 0.5), [0; 20]);
}

#[test]
fn a_club_is_one_bloc_however_unevenly_its_members_share() {
    // Modularity alone would split these two halves, because the ties inside each are twice as strong.
    let weight = |i: usize, j: usize| if i / 5 == j / 5 { 1.0 } else { 0.5 };
    let cells: Vec<_> =
        (0..100).map(|at| (at / 10, at % 10)).map(|(i, j)| if i == j { 0.0 } else { weight(i, j) }).collect();
    assert_eq!(communities(&cells, 10, 0.5), [0; 10]);
    assert_eq!(bloc_count(Communities::default().find_most_modular(&cells, 10, 0.5)), 2);
    assert_eq!(bloc_count(&communities(&cells, 10, 0.51)), 2);
}

#[test]
fn two_blocs_are_merged_if_half_of_their_pairs_share_freely_and_not_below() {
    // Two clubs of four with `across` ties between them, of 16 pairs.
    let merged = |across: usize| {
        let mut list: Vec<_> =
            (0..4).flat_map(|i| (i + 1..4).flat_map(move |j| [(i, j, 1.0), (i + 4, j + 4, 1.0)])).collect();
        list.extend((0..across).map(|k| (k % 4, 4 + (k + k / 4) % 4, 0.5)));
        bloc_count(&communities(&ties(8, &list), 8, 0.5)) == 1
    };
    assert!(merged(8) && !merged(7));
}

#[test]
fn a_hub_and_its_spokes_are_one_bloc() {
    let spokes: Vec<_> = (1..30).map(|i| (0, i, 1.0)).collect();
    assert_eq!(communities(&ties(30, &spokes), 30, 0.5), [0; 30]);
}

#[test]
fn memory_reused_from_a_larger_graph_does_not_change_the_blocs() {
    let large = ties(9, &[(0, 8, 1.0), (1, 7, 0.8), (2, 6, 0.6), (3, 5, 0.7), (4, 5, 1.0)]);
    let small = ties(4, &[(0, 1, 1.0), (2, 3, 0.5)]);
    let mut finder = Communities::default();
    finder.find(&large, 9, 0.5);
    assert_eq!(finder.find(&small, 4, 0.5), [0, 0, 1, 1]);
    assert_eq!(finder.find(&large, 9, 0.5), communities(&large, 9, 0.5));
}
