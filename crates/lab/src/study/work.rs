//! What is worked on, which part of it, and how far it has come: enough to go on with it or to join its parts.
use super::copies;
use super::request::Request;
use crate::ensemble::Ensemble;
use crate::tables::lines::Lines;
use crate::tables::package::sha256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// The most parts that a work is divided into.
const MOST_PARTS: u32 = 100_000;

/// One of the parts that a work is divided into, each a stretch of its items (runs, or points of a sweep).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shard {
    /// Which, from 1.
    pub part: u32,
    /// How many parts there are.
    pub of: u32,
}

impl Shard {
    /// The items of this part, of so many in all: the parts follow one another and differ by at most one item.
    pub fn items(self, all: usize) -> Range<usize> {
        let cut = |parts: u32| (all as u128 * u128::from(parts) / u128::from(self.of)) as usize;
        cut(self.part - 1)..cut(self.part)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.trim().parse::<u32>().ok();
        let parts = text.split_once('/').and_then(|(part, of)| Some((number(part)?, number(of)?)));
        match parts {
            Some((part, of @ 1..=MOST_PARTS)) if (1..=of).contains(&part) => Ok(Self { part, of }),
            _ => Err(format!("a part is written `I/N`, such as `2/5`: I from 1 to N, N at most {MOST_PARTS}")),
        }
    }
}

/// The items of a work or of a part of it.
pub fn items(shard: Option<Shard>, all: usize) -> Range<usize> {
    shard.map_or(0..all, |shard| shard.items(all))
}

/// What is worked on. Two that are equal give the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// What is asked for.
    pub request: Request,
    /// The master seed of each variant.
    pub seeds: Vec<u64>,
    /// SHA-256 of `origins.csv`: where the values of the scenario were set.
    pub origins_sha256: String,
}

impl Work {
    /// What an ensemble and a request come to.
    pub fn new(ensemble: &Ensemble, request: Request) -> Self {
        let origins = Lines::of("", &copies::origins(ensemble));
        let seeds = (0..ensemble.variants.len()).map(|variant| ensemble.seed(variant)).collect();
        Self { request, seeds, origins_sha256: sha256(origins.text()) }
    }

    /// The first thing in which another work differs, of this and of the other; the part aside.
    pub fn difference(&self, other: &Self) -> Option<(&'static str, String, String)> {
        let (a, b) = (&self.request, &other.request);
        let names =
            |request: &Request| request.variants.iter().map(|kept| kept.variant.clone()).collect::<Vec<_>>().join(", ");
        let hashes = |request: &Request| {
            request.variants.iter().map(|kept| kept.scenario_sha256.clone()).collect::<Vec<_>>().join(", ")
        };
        let seeds = |work: &Self| work.seeds.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        let sweep =
            |request: &Request| serde_json::to_string(&request.sweep).expect("a request can be written as JSON");
        let told = [
            ("version", a.engine_version.clone(), b.engine_version.clone()),
            ("scenario", a.scenario.clone(), b.scenario.clone()),
            ("variants", names(a), names(b)),
            ("seed", seeds(self), seeds(other)),
            ("scenario (its SHA-256)", hashes(a), hashes(b)),
            ("place of a value in its files (SHA-256)", self.origins_sha256.clone(), other.origins_sha256.clone()),
            ("number of runs", a.reps.to_string(), b.reps.to_string()),
            ("tables", a.tables.clone(), b.tables.clone()),
            ("sweep", sweep(a), sweep(b)),
            ("record", format!("{:?}", a.records), format!("{:?}", b.records)),
            ("copies", format!("{:?}", a.variants), format!("{:?}", b.variants)),
        ];
        told.into_iter().find(|(_, a, b)| a != b)
    }
}

/// How long a file that only grows is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    /// Its bytes.
    pub bytes: u64,
    /// Its rows or records, without a header.
    pub rows: u64,
    /// Its SHA-256, once it grows no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// How far a work has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The work.
    pub work: Work,
    /// Runs that are wholly written.
    pub done: u64,
    /// The files that hold them, and how much of each.
    pub files: BTreeMap<String, Extent>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::three_nations;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_parts_are_all_of_it_and_none_twice(all in 0_usize..100_000, of in 1_u32..300) {
            let mut next = 0;
            for part in 1..=of {
                let items = Shard { part, of }.items(all);
                prop_assert_eq!(items.start, next);
                prop_assert!(items.len() >= all / of as usize && items.len() <= all / of as usize + 1);
                next = items.end;
            }
            prop_assert_eq!(next, all);
        }
    }

    #[test]
    fn a_part_is_one_of_those_there_are() {
        assert_eq!("2/5".parse(), Ok(Shard { part: 2, of: 5 }));
        for bad in ["0/5", "6/5", "2", "2/0", "a/b", "-1/2", "1/100001", ""] {
            assert!(bad.parse::<Shard>().is_err(), "{bad}");
        }
    }

    #[test]
    fn works_differ_by_name() {
        let of = |variants: &[&str], reps| {
            let ensemble = three_nations::ensemble(variants, reps);
            let request = copies::request(&ensemble, "runs".to_owned()).unwrap();
            Work::new(&ensemble, request)
        };
        let work = of(&["baseline"], 3);
        assert_eq!(work.difference(&of(&["baseline"], 3)), None);
        let named = |other: &Work| work.difference(other).map(|(name, ..)| name);
        assert_eq!(named(&of(&["alpha"], 3)), Some("variants"));
        assert_eq!(named(&of(&["baseline"], 4)), Some("number of runs"));
        assert_eq!(named(&Work { seeds: vec![8], ..work.clone() }), Some("seed"));
        let mut other = work.clone();
        other.request.shard = Some(Shard { part: 1, of: 2 });
        assert_eq!(named(&other), None, "the part is not the work");
    }
}
