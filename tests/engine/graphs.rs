//! Graph measures held against networkx on the graphs of `tests/graphs/` (made by `make.py`).
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
    f: f64,
    df: f64,
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
        let [f, df] = [2, 3].map(|at| number(&row[at]));
        let weights = vec![0.0; n * n];
        graphs.push(Known { name: row[0].clone(), n, weights, f, df, ..Known::default() });
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
        let shares = internal_flow_shares(&graph.weights, &graph.blocs);
        assert_eq!(shares.len(), graph.internal_flow_shares.len(), "{}", graph.name);
        for (got, want) in shares.iter().zip(&graph.internal_flow_shares) {
            assert_near(graph, "internal flow share", *got, *want);
        }
    }
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fragmentation_stays_between_none_and_all((n, weights) in graph(), free_share in 0.0f64..1.0) {
        let blocs: Vec<usize> = (0..n).map(|at| at % 3).collect();
        let f = fragmentation_index(&bloc_sizes(&blocs), n);
        let df = distance_fragmentation_index(&free_ties(&weights, n, free_share), n);
        prop_assert!((0.0..=1.0).contains(&f) && (-1e-12..=1.0).contains(&df), "F {}, DF {}", f, df);
    }
}
