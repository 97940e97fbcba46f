//! Places labels without overlap: in one column by pool adjacent violators, in lanes by greedy interval partitioning.

/// The places nearest to the wanted places (least squares) that keep their order and a distance of at least `gap`. All
/// are between `low` and `high`, but exceed `high` if there are too many labels.
///
/// This is isotonic regression by the pool adjacent violators algorithm: neighbours that overlap are pooled into a
/// block at the mean of their wanted places.
pub fn place_labels(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]).then(a.cmp(b)));
    // A block: the number of its labels, and the sum of the first places that they want for the block.
    let mut blocks: Vec<(usize, f64)> = Vec::new();
    let latest = (high - gap * wanted.len().saturating_sub(1) as f64).max(low);
    let first = |(count, sum): (usize, f64)| (sum / count as f64).clamp(low, latest);
    for (rank, at) in order.iter().enumerate() {
        // Subtract `gap` per rank: then places must only be in ascending order.
        let mut block = (1, wanted[*at] - gap * rank as f64);
        while let Some(before) = blocks.last().copied() {
            if first(before) <= first(block) {
                break;
            }
            blocks.pop();
            block = (before.0 + block.0, before.1 + block.1);
        }
        blocks.push(block);
    }
    let mut places = vec![0.0; wanted.len()];
    let mut rank = 0;
    for block in blocks {
        for _ in 0..block.0 {
            places[order[rank]] = first(block) + gap * rank as f64;
            rank += 1;
        }
    }
    places
}

/// Assigns each label (start, end) to the first lane in which it overlaps no other, in the order of the starts.
///
/// Returns none for a label that would need more than `most` lanes.
pub fn assign_lanes(labels: &[(f64, f64)], most: usize) -> Vec<Option<usize>> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|a, b| labels[*a].0.total_cmp(&labels[*b].0).then(a.cmp(b)));
    let mut ends: Vec<f64> = Vec::new();
    let mut found = vec![None; labels.len()];
    for at in order {
        let (start, end) = labels[at];
        let lane = ends.iter().position(|last| *last < start).unwrap_or(ends.len());
        if lane < most {
            if lane == ends.len() {
                ends.push(end);
            } else {
                ends[lane] = end;
            }
            found[at] = Some(lane);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn labels_keep_their_places_unless_they_overlap() {
        assert_eq!(place_labels(&[10.0, 50.0], 12.0, 0.0, 100.0), [10.0, 50.0]);
        assert_eq!(place_labels(&[50.0, 50.0], 12.0, 0.0, 100.0), [44.0, 56.0]);
        assert_eq!(place_labels(&[99.0, 98.0], 12.0, 0.0, 100.0), [100.0, 88.0]);
        assert_eq!(assign_lanes(&[(0.0, 10.0), (5.0, 15.0), (11.0, 20.0)], 2), [Some(0), Some(1), Some(0)]);
        assert_eq!(assign_lanes(&[(0.0, 10.0), (5.0, 15.0), (6.0, 20.0)], 2), [Some(0), Some(1), None]);
    }

    proptest! {
        #[test]
        fn no_two_labels_are_nearer_than_the_gap(wanted in proptest::collection::vec(-50.0..500.0f64, 0..60)) {
            let mut places = place_labels(&wanted, 12.0, 0.0, 300.0);
            places.sort_by(f64::total_cmp);
            for pair in places.windows(2) {
                prop_assert!(pair[1] - pair[0] > 12.0 - 1e-6, "{pair:?}");
            }
            prop_assert!(places.first().is_none_or(|first| *first >= -1e-9));
        }
    }
}
