//! Tests against the published tables of Axelrod and Bennett, and of properties of the descent.
use super::super::basins::{Basins, EVERY, find_basins};
use super::*;
use proptest::prelude::*;

const FIRMS: [(&str, f64, bool); 9] = [
    ("Sun", 28.9, true),
    ("Prime", 1.0, true),
    ("DEC", 20.0, false),
    ("HP", 11.5, false),
    ("Apollo", 21.2, true),
    ("AT&T", 28.5, false),
    ("Intergraph", 4.4, true),
    ("IBM", 3.8, false),
    ("SGI", 4.4, true),
];

const POWERS: [(&str, f64); 5] =
    [("Britain", 7.45), ("France", 5.32), ("USSR", 15.01), ("Germany", 11.49), ("Italy", 4.03)];

/// Specialists compete with specialists, generalists with generalists.
fn unix() -> Landscape {
    let sizes = FIRMS.map(|firm| firm.1);
    let propensity: Vec<f64> = (0..81).map(|at| if FIRMS[at / 9].2 == FIRMS[at % 9].2 { -1.0 } else { 0.0 }).collect();
    Landscape::new(&sizes, &propensity)
}

fn powers() -> Landscape {
    Landscape::new(&POWERS.map(|power| power.1), &[-1.0; 25])
}

/// The names on the side of the first.
fn with_first<'a>(names: &[&'a str], sides: &[bool]) -> Vec<&'a str> {
    names.iter().zip(sides).filter(|(_, side)| !**side).map(|(name, _)| *name).collect()
}

fn found(landscape: &Landscape) -> Basins {
    let found = find_basins(landscape, &vec![1.0; landscape.len()], &[]);
    assert!(found.every);
    found
}

#[test]
fn the_unix_firms_have_two_stable_configurations_of_equal_energy_each_reached_from_half_of_all() {
    let found = found(&unix());
    assert_eq!((found.starts, found.basins.len()), (256, 2));
    assert_eq!(found.basins[0].energy, found.basins[1].energy);
    let names = FIRMS.map(|firm| firm.0);
    for (basin, expected) in found.basins.iter().zip([["Sun", "Prime", "AT&T", "IBM"], ["Sun", "Prime", "DEC", "HP"]]) {
        assert!(found.basins.iter().any(|basin| with_first(&names, &basin.sides) == expected), "{expected:?}");
        assert_eq!(basin.starts, 128);
    }
}

#[test]
fn the_energy_is_the_sum_of_weights_over_ordered_pairs_on_different_sides() {
    // By hand: 2 (29.9 x 30.0 + 32.3 x 31.5), of the specialists and the generalists, with the sign of the propensity.
    let energy = unix().energy(&[false, false, true, true, true, false, true, false, true]);
    assert!((energy + 2.0 * (29.9 * 30.0 + 32.3 * 31.5)).abs() < 1e-5, "{energy}");
    let together = unix().energy(&[false; 9]);
    assert_eq!(together, 0.0);
}

#[test]
fn five_powers_that_all_repel_one_another_have_four_stable_configurations() {
    let found = found(&powers());
    let names = POWERS.map(|power| power.0);
    let sides: Vec<Vec<&str>> = found.basins.iter().map(|basin| with_first(&names, &basin.sides)).collect();
    let expected = [
        vec!["Britain", "USSR"],
        vec!["Britain", "Germany", "Italy"],
        vec!["Britain", "France", "Germany"],
        vec!["Britain", "France", "Italy"],
    ];
    assert_eq!(sides, expected);
    assert_eq!(found.starts, 16);
}

/// Sizes and propensities of `n` states, in steps of 1/1000.
fn cases(n: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    n.prop_flat_map(|n| {
        let sizes = prop::collection::vec((1_i32..1000).prop_map(f64::from), n);
        let propensity = prop::collection::vec((-1000_i32..=1000).prop_map(|p| f64::from(p) / 1000.0), n * n);
        (sizes, propensity)
    })
}

fn sides(n: usize, bits: u64) -> Sides {
    (0..n).map(|i| bits >> i & 1 == 1).collect()
}

proptest! {
    #[test]
    fn the_energy_falls_with_every_move_and_the_end_is_stable((sizes, propensity) in cases(1..=9), bits: u64) {
        let landscape = Landscape::new(&sizes, &propensity);
        let mut at = sides(sizes.len(), bits);
        let mut moves = Vec::new();
        let mut end = at.clone();
        landscape.descend(&mut end, &mut |who| moves.push(who));
        for who in moves {
            let (before, rise) = (landscape.whole_energy(&at), landscape.rise(&at, who));
            let steepest = (0..sizes.len()).map(|i| landscape.rise(&at, i)).min();
            at[who] = !at[who];
            let change = landscape.whole_energy(&at) - before;
            prop_assert!(change < 0);
            prop_assert_eq!((change, Some(rise)), (2 * rise, steepest));
        }
        prop_assert_eq!(&at, &end);
        prop_assert!(landscape.is_stable(&end));
        for who in 0..sizes.len() {
            let mut moved = end.clone();
            moved[who] = !moved[who];
            prop_assert!(landscape.whole_energy(&moved) >= landscape.whole_energy(&end));
        }
    }

    #[test]
    fn every_stable_configuration_and_no_other_is_found((sizes, propensity) in cases(2..=7)) {
        let landscape = Landscape::new(&sizes, &propensity);
        let found = find_basins(&landscape, &sizes, &[]);
        let stable = (0..1_u64 << (sizes.len() - 1)).map(|bits| sides(sizes.len(), bits << 1));
        let mut stable: Vec<Sides> = stable.filter(|sides| landscape.is_stable(sides)).collect();
        let mut found_sides: Vec<Sides> = found.basins.iter().map(|basin| basin.sides.clone()).collect();
        stable.sort();
        found_sides.sort();
        if !landscape.is_flat() {
            prop_assert_eq!(found_sides, stable);
        }
        prop_assert_eq!(found.basins.iter().map(|basin| basin.starts).sum::<usize>(), found.starts);
        prop_assert!(found.basins.is_sorted_by_key(|basin| basin.energy));
    }

    #[test]
    fn renumbering_the_states_changes_nothing_but_their_numbers((sizes, propensity) in cases(2..=8), seed: u64) {
        let n = sizes.len();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by_key(|i| (seed ^ *i as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let landscape = Landscape::new(&sizes, &propensity);
        let renumbered: Vec<f64> = (0..n * n).map(|at| propensity[order[at / n] * n + order[at % n]]).collect();
        let other = Landscape::new(&order.iter().map(|i| sizes[*i]).collect::<Vec<_>>(), &renumbered);
        for bits in 0..1_u64 << n {
            let here = sides(n, bits);
            let there: Sides = order.iter().map(|i| here[*i]).collect();
            prop_assert_eq!(landscape.whole_energy(&here), other.whole_energy(&there));
        }
        let [here, there] = [&landscape, &other].map(|landscape| find_basins(landscape, &sizes, &[]).basins);
        prop_assert!(here.iter().map(|basin| basin.energy).eq(there.iter().map(|basin| basin.energy)));
    }

    #[test]
    fn energy_follows_from_strain((sizes, propensity) in cases(2..=9), bits: u64) {
        let landscape = Landscape::new(&sizes, &propensity);
        let n = sizes.len();
        let sides = sides(n, bits);
        let pairs: Vec<(usize, usize)> = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).collect();
        let strained: i64 = pairs.iter().map(|pair| landscape.strain(&sides, *pair)).sum();
        let apart: i64 = pairs.iter().map(|(i, j)| landscape.weight(*i, *j).min(0)).sum();
        prop_assert_eq!(landscape.whole_energy(&sides), 2 * (strained + apart));
        prop_assert!((0.0..=1.0).contains(&landscape.strained_share(&sides)));
        let other: Sides = sides.iter().map(|side| !side).collect();
        prop_assert_eq!(landscape.whole_energy(&other), landscape.whole_energy(&sides));
        prop_assert_eq!(normalized(other), normalized(sides));
    }
}

#[test]
fn two_camps_are_separated_from_few_starting_points_as_well() {
    let n = EVERY + 4;
    let camp = |i: usize| i.is_multiple_of(3);
    let propensity: Vec<f64> = (0..n * n).map(|at| if camp(at / n) == camp(at % n) { 0.5 } else { -0.25 }).collect();
    let sizes: Vec<f64> = (0..n).map(|i| 1.0 + i as f64).collect();
    let landscape = Landscape::new(&sizes, &propensity);
    let found = find_basins(&landscape, &sizes, &(0..n).map(|i| i % 2).collect::<Vec<_>>());
    assert!(!found.every);
    // All together, each alone, two blocs, every pair.
    assert_eq!(found.starts, 1 + n + 2 + n * (n - 1) / 2);
    assert_eq!(found.basins[0].sides, (0..n).map(|i| !camp(i)).collect::<Sides>());
    assert_eq!(landscape.strained_share(&found.basins[0].sides), 0.0);
}

#[test]
fn without_weights_all_are_on_one_side() {
    for n in [0, 1, 3] {
        let landscape = Landscape::new(&vec![1.0; n], &vec![0.0; n * n]);
        let found = find_basins(&landscape, &vec![1.0; n], &[]);
        assert_eq!((found.basins.len(), found.starts), (1, 1));
        assert_eq!((&found.basins[0].sides, landscape.is_empty()), (&vec![false; n], n == 0));
        assert!((0..n).all(|i| landscape.rise_share(&found.basins[0].sides, i).is_none()));
    }
}
