//! Hand-computed values of the measures.
use super::*;

/// Symmetric weights from a list of pairs.
fn weights(n: usize, ties: &[(usize, usize, f64)]) -> Vec<f64> {
    let mut cells = vec![0.0; n * n];
    for &(i, j, w) in ties {
        cells[i * n + j] = w;
        cells[j * n + i] = w;
    }
    cells
}

fn near(got: f64, want: f64) {
    assert!((got - want).abs() < 1e-15, "got {got}, want {want}");
}

fn df(n: usize, ties: &[(usize, usize, f64)]) -> f64 {
    distance_fragmentation_index(&free_ties(&weights(n, ties), n, 0.5), n)
}

#[test]
fn fragmentation_is_the_share_of_pairs_apart() {
    for (sizes, want) in [
        (vec![], 0.0),
        (vec![1], 0.0),
        (vec![2], 0.0),
        (vec![1, 1], 1.0),
        (vec![5], 0.0),
        (vec![3, 2], 0.6),
        (vec![2, 1, 1], 5.0 / 6.0),
        (vec![1; 10], 1.0),
    ] {
        near(fragmentation_index(&sizes, sizes.iter().sum()), want);
    }
}

#[test]
fn distance_fragmentation_counts_reciprocal_hops() {
    near(df(0, &[]), 0.0);
    near(df(1, &[]), 0.0);
    near(df(2, &[]), 1.0);
    near(df(2, &[(0, 1, 1.0)]), 0.0);
    // The path 0-1-2: 1 + 1 + 1/2 over three pairs.
    near(df(3, &[(0, 1, 1.0), (1, 2, 0.5)]), 1.0 - 2.5 / 3.0);
    // The path of four: three ties, two at two hops, one at three.
    near(df(4, &[(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0)]), 1.0 - (3.0 + 1.0 + 1.0 / 3.0) / 6.0);
    // A tie below the threshold does not count: two of three pairs are lost.
    near(df(3, &[(0, 1, 1.0), (1, 2, 0.49)]), 2.0 / 3.0);
}

#[test]
fn distance_fragmentation_crosses_words() {
    // A path of 130 nations needs three words; sum of (n - d) / d by hand of the formula.
    let n = 130;
    let path: Vec<_> = (1..n).map(|i| (i - 1, i, 1.0)).collect();
    let closeness: f64 = (1..n).map(|d| (n - d) as f64 / d as f64).sum();
    assert!((df(n, &path) - (1.0 - 2.0 * closeness / (n * (n - 1)) as f64)).abs() < 1e-14);
}

#[test]
fn internal_flow_is_the_share_of_what_members_send() {
    // 0 sends 1 to 1 and 3 to 2; 1 sends nothing; 2 sends 2 to 0; 3 sends nothing at all.
    let flows = [0.0, 1.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    assert_eq!(internal_flow_shares(&flows, &[0, 0, 1, 2]), [0.25, 0.0, 0.0]);
    assert_eq!(internal_flow_shares(&flows, &[0, 0, 0, 0]), [1.0]);
    assert!(internal_flow_shares(&[], &[]).is_empty());
}
