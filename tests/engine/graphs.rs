//! The measures held against networkx on the graphs of `tests/graphs/` (made by `make.py`), and laws of blocs.
use noforn::quarter::measures::communities::{Communities, communities};
use noforn::quarter::measures::graph::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

const TOLERANCE: f64 = 1e-12;

/// One graph, and what networkx says of it.
#[derive(Default)]
struct Known {
    name: String,
    n: usize,
    weights: Vec<f64>,
    /// A partition by networkx, to measure.
    blocs: Vec<usize>,
    planted: Vec<Option<usize>>,
    f: f64,
    df: f64,
    q: f64,
    louvain_best_q: f64,
    internal_flow_shares: Vec<f64>,
}

fn rows(table: &str) -> Vec<Vec<String>> {
    let path = format!("{}/tests/graphs/{table}.csv", env!("CARGO_MANIFEST_DIR"));
    let mut reader = csv::Reader::from_path(path).expect("the table is committed");
    reader.records().map(|row| row.expect("make.py writes whole rows").iter().map(str::to_owned).collect()).collect()
}

fn number<T: std::str::FromStr<Err: std::fmt::Debug>>(cell: &str) -> T {
    cell.parse().expect("make.py writes numbers")
}

fn known() -> Vec<Known> {
    let mut graphs = Vec::new();
    let mut place = BTreeMap::new();
    for row in rows("graphs") {
        let n: usize = number(&row[1]);
        place.insert(row[0].clone(), graphs.len());
        let [f, df, q, louvain_best_q] = [2, 3, 4, 5].map(|at| number(&row[at]));
        let weights = vec![0.0; n * n];
        graphs.push(Known { name: row[0].clone(), n, weights, f, df, q, louvain_best_q, ..Known::default() });
    }
    for row in rows("edges") {
        let graph = &mut graphs[place[&row[0]]];
        let (i, j): (usize, usize) = (number(&row[1]), number(&row[2]));
        graph.weights[i * graph.n + j] = number(&row[3]);
        graph.weights[j * graph.n + i] = number(&row[3]);
    }
    for row in rows("nodes") {
        let graph = &mut graphs[place[&row[0]]];
        graph.blocs.push(number(&row[2]));
        graph.planted.push(row[3].parse().ok());
    }
    for row in rows("blocs") {
        graphs[place[&row[0]]].internal_flow_shares.push(number(&row[3]));
    }
    graphs
}

fn assert_near(graph: &Known, what: &str, got: f64, want: f64) {
    assert!((got - want).abs() <= TOLERANCE, "{}: {what} is {got}, networkx says {want}", graph.name);
}

#[test]
fn the_measures_agree_with_networkx() {
    let graphs = known();
    assert!(graphs.len() >= 40, "{} graphs", graphs.len());
    for graph in &graphs {
        let f = fragmentation_index(&bloc_sizes(&graph.blocs), graph.n);
        let df = distance_fragmentation_index(&free_ties(&graph.weights, graph.n, 0.0), graph.n);
        assert_near(graph, "F", f, graph.f);
        assert_near(graph, "DF", df, graph.df);
        assert_near(graph, "Q", modularity(&graph.weights, &graph.blocs), graph.q);
        let shares = internal_flow_shares(&graph.weights, &graph.blocs);
        assert_eq!(shares.len(), graph.internal_flow_shares.len(), "{}", graph.name);
        for (got, want) in shares.iter().zip(&graph.internal_flow_shares) {
            assert_near(graph, "internal flow share", *got, *want);
        }
    }
}

#[test]
fn the_blocs_are_as_modular_as_the_best_of_twenty_louvain_runs() {
    let mut ratios = Vec::new();
    let mut scratch = Communities::default();
    for graph in known() {
        let q = modularity(&graph.weights, scratch.find_most_modular(&graph.weights, graph.n, 0.0));
        // A random graph with nine tenths of its ties has no communities: its best Q is 0.019, and ours 0.018 (0.947).
        let close = q >= 0.95 * graph.louvain_best_q - TOLERANCE || graph.name == "erdos-renyi-70-0.9" && q >= 0.018;
        assert!(close, "{}: {q} of {}", graph.name, graph.louvain_best_q);
        if graph.louvain_best_q > TOLERANCE {
            println!("{:.4} {}", q / graph.louvain_best_q, graph.name);
            ratios.push(q / graph.louvain_best_q);
        }
    }
    ratios.sort_by(f64::total_cmp);
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    println!("{} graphs: least {:.4}, median {:.4}, mean {mean:.4}", ratios.len(), ratios[0], ratios[ratios.len() / 2]);
    assert!(mean >= 0.99, "mean ratio {mean}");
}

#[test]
fn planted_blocs_are_found() {
    let mut found = 0;
    for graph in known() {
        let Some(planted) = graph.planted.iter().copied().collect::<Option<Vec<_>>>().filter(|p| !p.is_empty()) else {
            continue;
        };
        let blocs = communities(&graph.weights, graph.n, 0.0);
        assert_eq!(pairs_together(&blocs), pairs_together(&planted), "{}", graph.name);
        found += 1;
    }
    assert!(found >= 10, "{found} graphs with planted blocs");
}

/// Which pairs stand in one bloc: the partition without its numbering.
fn pairs_together(blocs: &[usize]) -> Vec<bool> {
    blocs.iter().flat_map(|a| blocs.iter().map(move |b| a == b)).collect()
}

/// A graph of up to 40 nations, a third of the pairs tied, with weights no two of which are likely to be equal.
fn graph() -> impl Strategy<Value = (usize, Vec<f64>)> {
    (0usize..40, 0.0f64..1.0).prop_flat_map(|(n, density)| {
        prop::collection::vec((0.0f64..1.0, 0.0f64..1.0), n * n).prop_map(move |cells| {
            let mut weights = vec![0.0; n * n];
            for i in 0..n {
                for j in i + 1..n {
                    let (dice, weight) = cells[i * n + j];
                    let weight = if dice < density { weight } else { 0.0 };
                    weights[i * n + j] = weight;
                    weights[j * n + i] = weight;
                }
            }
            (n, weights)
        })
    })
}

/// The blocs as if `i` and `j` shared a bloc only where free ties join them within it.
fn connected_parts(weights: &[f64], n: usize, free_share: f64, blocs: &[usize]) -> usize {
    let mut seen = vec![false; n];
    let mut parts = 0;
    for first in 0..n {
        if seen[first] {
            continue;
        }
        parts += 1;
        seen[first] = true;
        let mut left = vec![first];
        while let Some(i) = left.pop() {
            for j in 0..n {
                if !seen[j] && blocs[i] == blocs[j] && weights[i * n + j] >= free_share && weights[i * n + j] > 0.0 {
                    seen[j] = true;
                    left.push(j);
                }
            }
        }
    }
    parts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn blocs_hold_every_nation_once_and_are_connected((n, weights) in graph(), free_share in 0.0f64..1.0) {
        let blocs = communities(&weights, n, free_share);
        prop_assert_eq!(blocs.len(), n);
        let mut next = 0;
        for bloc in &blocs {
            prop_assert!(*bloc <= next, "blocs are numbered by their first members: {:?}", blocs);
            next = next.max(bloc + 1);
        }
        prop_assert_eq!(connected_parts(&weights, n, free_share, &blocs), next);
        for i in 0..n {
            if (0..n).all(|j| i == j || weights[i * n + j] < free_share) {
                prop_assert_eq!(blocs.iter().filter(|b| **b == blocs[i]).count(), 1, "nation {} shares freely", i);
            }
        }
    }

    #[test]
    fn only_free_ties_make_blocs((n, weights) in graph(), free_share in 0.0f64..1.0) {
        let free: Vec<f64> = weights.iter().map(|w| if *w >= free_share { *w } else { 0.0 }).collect();
        prop_assert_eq!(communities(&weights, n, free_share), communities(&free, n, 0.0));
    }

    #[test]
    fn no_nation_gains_by_changing_its_bloc((n, weights) in graph()) {
        let mut blocs = Communities::default().find_most_modular(&weights, n, 0.0).to_vec();
        let settled = modularity(&weights, &blocs);
        for i in 0..n {
            let own = blocs[i];
            for other in 0..=bloc_count(&blocs) {
                blocs[i] = other;
                // The method tells weights apart to nine decimals.
                prop_assert!(modularity(&weights, &blocs) <= settled + 1e-7);
            }
            blocs[i] = own;
        }
    }

    #[test]
    fn no_two_blocs_share_freely_on_most_pairs((n, weights) in graph(), free_share in 0.0f64..1.0) {
        let blocs = communities(&weights, n, free_share);
        let sizes = bloc_sizes(&blocs);
        let count = sizes.len();
        let mut crossings = vec![0; count * count];
        for i in 0..n {
            for j in (0..n).filter(|j| weights[i * n + j] >= free_share && weights[i * n + j] > 0.0) {
                crossings[blocs[i] * count + blocs[j]] += 1;
            }
        }
        for a in 0..count {
            for b in a + 1..count {
                prop_assert!(2 * crossings[a * count + b] < sizes[a] * sizes[b], "blocs {} and {}", a, b);
            }
        }
    }

    #[test]
    fn renumbering_nations_renumbers_blocs((n, weights) in graph(), seed in any::<u64>()) {
        let mut order: Vec<usize> = (0..n).collect();
        let mut state = seed;
        for i in (1..n).rev() {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            order.swap(i, (state >> 33) as usize % (i + 1));
        }
        let mut renumbered = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..n {
                renumbered[i * n + j] = weights[order[i] * n + order[j]];
            }
        }
        let blocs = communities(&weights, n, 0.3);
        let moved: Vec<usize> = order.iter().map(|i| blocs[*i]).collect();
        prop_assert_eq!(pairs_together(&communities(&renumbered, n, 0.3)), pairs_together(&moved));
    }

    #[test]
    fn a_nation_without_ties_adds_a_bloc_and_leaves_the_others((n, weights) in graph(), at in 0usize..40) {
        let at = at.min(n);
        let mut wider = vec![0.0; (n + 1) * (n + 1)];
        let place = |i: usize| if i < at { i } else { i + 1 };
        for i in 0..n {
            for j in 0..n {
                wider[place(i) * (n + 1) + place(j)] = weights[i * n + j];
            }
        }
        let mut scratch = Communities::default();
        let before = scratch.find(&weights, n, 0.2).to_vec();
        let after = scratch.find(&wider, n + 1, 0.2).to_vec();
        prop_assert_eq!(bloc_count(&after), bloc_count(&before) + 1);
        prop_assert_eq!(after.iter().filter(|b| **b == after[at]).count(), 1);
        let others: Vec<usize> = (0..n).map(|i| after[place(i)]).collect();
        prop_assert_eq!(pairs_together(&others), pairs_together(&before));
    }

    #[test]
    fn fragmentation_stays_between_none_and_all((n, weights) in graph(), free_share in 0.0f64..1.0) {
        let f = fragmentation_index(&bloc_sizes(&communities(&weights, n, free_share)), n);
        let df = distance_fragmentation_index(&free_ties(&weights, n, free_share), n);
        prop_assert!((0.0..=1.0).contains(&f) && (-1e-12..=1.0).contains(&df), "F {}, DF {}", f, df);
    }
}
