//! Spearman's rank correlation.

/// The rank of each value, from 1; equal values share the mean of their ranks.
fn ranks(values: &[f64]) -> Vec<f64> {
    values.iter().map(|value| rank(*value, values)).collect()
}

fn rank(value: f64, values: &[f64]) -> f64 {
    let below = values.iter().filter(|other| **other < value).count() as f64;
    let equal = values.iter().filter(|other| **other == value).count() as f64;
    below + (equal + 1.0) / 2.0
}

/// The sum of the products of deviations from `mean`.
fn deviation_products(a: &[f64], b: &[f64], mean: f64) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - mean) * (y - mean)).sum()
}

/// The rank correlation of pairs, -1 to 1; none if one of the two variables does not vary.
pub fn spearman(pairs: &[(f64, f64)]) -> Option<f64> {
    let (a, b): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let (a, b) = (ranks(&a), ranks(&b));
    let mean = (pairs.len() as f64 + 1.0) / 2.0;
    let (aa, bb) = (deviation_products(&a, &a, mean), deviation_products(&b, &b, mean));
    (aa > 0.0 && bb > 0.0).then(|| deviation_products(&a, &b, mean) / (aa * bb).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_correlation_depends_on_the_order_alone_and_shares_ties() {
        // scipy.stats.spearmanr.
        type Example = (&'static [(f64, f64)], Option<f64>);
        let cases: [Example; 5] = [
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
