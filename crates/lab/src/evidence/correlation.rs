//! Spearman's rank correlation.

/// The rank of each value from 1, equal ones sharing the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let below = |value: f64| values.iter().filter(|other| **other < value).count() as f64;
    let equal = |value: f64| values.iter().filter(|other| **other == value).count() as f64;
    values.iter().map(|value| below(*value) + (equal(*value) + 1.0) / 2.0).collect()
}

/// The rank correlation of pairs, -1 to 1; none where one side does not vary.
pub fn spearman(pairs: &[(f64, f64)]) -> Option<f64> {
    let (a, b): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let (a, b) = (ranks(&a), ranks(&b));
    let mean = (pairs.len() as f64 + 1.0) / 2.0;
    let sum = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| (x - mean) * (y - mean)).sum::<f64>();
    let (aa, bb) = (sum(&a, &a), sum(&b, &b));
    (aa > 0.0 && bb > 0.0).then(|| sum(&a, &b) / (aa * bb).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_correlation_looks_at_the_order_alone_and_shares_ties() {
        // scipy.stats.spearmanr.
        type Case = (&'static [(f64, f64)], Option<f64>);
        let cases: [Case; 5] = [
            (&[(1.0, 10.0), (2.0, 100.0), (3.0, 1000.0)], Some(1.0)),
            (&[(1.0, 3.0), (2.0, 2.0), (3.0, 1.0)], Some(-1.0)),
            (&[(1.0, 1.0), (2.0, 1.0), (2.0, 3.0), (4.0, 2.0)], Some(0.5)),
            (&[(1.0, 5.0), (2.0, 5.0)], None),
            (&[], None),
        ];
        for (pairs, expected) in cases {
            match (spearman(pairs), expected) {
                (Some(found), Some(expected)) => assert!((found - expected).abs() < 1e-12, "{pairs:?}: {found}"),
                (found, expected) => assert_eq!(found, expected, "{pairs:?}"),
            }
        }
    }
}
