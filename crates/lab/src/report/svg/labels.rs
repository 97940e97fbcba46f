//! Labels that do not overlap.

/// Places in a row, each at least `gap` from the next, in the order of the wished places, and as near to them as that
/// allows, between `low` and `high` (which is exceeded where there are too many).
///
/// Overlapping neighbours join a block that lies on the mean of their wishes: the least squares under the order.
pub fn spread(wished: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wished.len()).collect();
    order.sort_by(|a, b| wished[*a].total_cmp(&wished[*b]).then(a.cmp(b)));
    // A block: its first place, how many, the sum of their wishes for that first place.
    let mut blocks: Vec<(usize, f64)> = Vec::new();
    let room = (high - gap * wished.len().saturating_sub(1) as f64).max(low);
    let first = |(count, sum): (usize, f64)| (sum / count as f64).clamp(low, room.max(low));
    for (rank, at) in order.iter().enumerate() {
        // Measured from the place that the first label would have if all stood close together.
        let mut block = (1, wished[*at] - gap * rank as f64);
        while let Some(before) = blocks.last().copied() {
            if first(before) <= first(block) {
                break;
            }
            blocks.pop();
            block = (before.0 + block.0, before.1 + block.1);
        }
        blocks.push(block);
    }
    let mut places = vec![0.0; wished.len()];
    let mut rank = 0;
    for block in blocks {
        for _ in 0..block.0 {
            places[order[rank]] = first(block) + gap * rank as f64;
            rank += 1;
        }
    }
    places
}

/// The lane of each label along a line: of those in one lane none overlaps. Labels are (start, end), in any order; a
/// label that finds no lane below `most` has none.
pub fn lanes(labels: &[(f64, f64)], most: usize) -> Vec<Option<usize>> {
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
    fn labels_stay_where_there_is_room_and_part_where_there_is_none() {
        assert_eq!(spread(&[10.0, 50.0], 12.0, 0.0, 100.0), [10.0, 50.0]);
        assert_eq!(spread(&[50.0, 50.0], 12.0, 0.0, 100.0), [44.0, 56.0]);
        assert_eq!(spread(&[99.0, 98.0], 12.0, 0.0, 100.0), [100.0, 88.0]);
        assert_eq!(lanes(&[(0.0, 10.0), (5.0, 15.0), (11.0, 20.0)], 2), [Some(0), Some(1), Some(0)]);
        assert_eq!(lanes(&[(0.0, 10.0), (5.0, 15.0), (6.0, 20.0)], 2), [Some(0), Some(1), None]);
    }

    proptest! {
        #[test]
        fn no_two_labels_are_nearer_than_the_gap(wished in proptest::collection::vec(-50.0..500.0f64, 0..60)) {
            let mut places = spread(&wished, 12.0, 0.0, 300.0);
            places.sort_by(f64::total_cmp);
            for pair in places.windows(2) {
                prop_assert!(pair[1] - pair[0] > 12.0 - 1e-6, "{pair:?}");
            }
            prop_assert!(places.first().is_none_or(|first| *first >= -1e-9));
        }
    }
}
