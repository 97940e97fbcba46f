//! What a study works on, its shards and its progress: enough to resume the study or to merge its shards.
use super::copies;
use super::request::{Kept, Request};
use crate::ensemble::Ensemble;
use crate::tables::csv_lines::CsvLines;
use crate::tables::package::sha256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a study works on. Equal works give the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// The request.
    pub request: Request,
    /// The master seed of each variant.
    pub seeds: Vec<u64>,
    /// SHA-256 of `origins.csv`.
    pub origins_sha256: String,
}

impl Work {
    /// The work for an ensemble and a request.
    pub fn new(ensemble: &Ensemble, request: Request) -> Self {
        let origins = CsvLines::new("", &copies::origins(ensemble));
        let seeds = (0..ensemble.variants.len()).map(|variant| ensemble.seed(variant)).collect();
        Self { request, seeds, origins_sha256: sha256(origins.text()) }
    }

    /// The first difference from another work, apart from the shard: its name, the value here and the value there.
    pub fn difference(&self, other: &Self) -> Option<(&'static str, String, String)> {
        let (a, b) = (&self.request, &other.request);
        let compared = [
            ("version", a.engine_version.clone(), b.engine_version.clone()),
            ("scenario", a.scenario.clone(), b.scenario.clone()),
            ("variants", listed(a, |kept| &kept.variant), listed(b, |kept| &kept.variant)),
            ("seed", self.seeds_text(), other.seeds_text()),
            (
                "scenario (its SHA-256)",
                listed(a, |kept| &kept.scenario_sha256),
                listed(b, |kept| &kept.scenario_sha256),
            ),
            ("place of a value in its files (SHA-256)", self.origins_sha256.clone(), other.origins_sha256.clone()),
            ("number of runs", a.reps.to_string(), b.reps.to_string()),
            ("tables", a.tables.clone(), b.tables.clone()),
            ("sweep", json(&a.sweep), json(&b.sweep)),
            ("points", json(&a.robustness), json(&b.robustness)),
            ("record", format!("{:?}", a.records), format!("{:?}", b.records)),
            ("copies", format!("{:?}", a.variants), format!("{:?}", b.variants)),
        ];
        compared.into_iter().find(|(_, a, b)| a != b)
    }

    fn seeds_text(&self) -> String {
        self.seeds.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
    }
}

/// One value of every variant of a request, with commas.
fn listed(request: &Request, value: fn(&Kept) -> &String) -> String {
    request.variants.iter().map(|kept| value(kept).clone()).collect::<Vec<_>>().join(", ")
}

fn json(part: &impl Serialize) -> String {
    serde_json::to_string(part).expect("a request can be written as JSON")
}

/// Length of a file to which items are appended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    /// Length in bytes.
    pub bytes: u64,
    /// Number of rows or records, without the header.
    pub rows: u64,
    /// SHA-256 of the complete file; `None` while items are appended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// Progress of a work: enough to resume it, or to merge its shards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The work.
    pub work: Work,
    /// Number of items that are completely written.
    pub done: u64,
    /// The files that hold these items, and their lengths.
    pub files: BTreeMap<String, Extent>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::shard::Shard;
    use crate::three_nations;

    #[test]
    fn the_difference_of_two_works_has_a_name() {
        let work_of = |variants: &[&str], reps| {
            let ensemble = three_nations::ensemble(variants, reps);
            let request = copies::request(&ensemble, "runs".to_owned()).unwrap();
            Work::new(&ensemble, request)
        };
        let work = work_of(&["baseline"], 3);
        assert_eq!(work.difference(&work_of(&["baseline"], 3)), None);
        let named = |other: &Work| work.difference(other).map(|(name, ..)| name);
        assert_eq!(named(&work_of(&["alpha"], 3)), Some("variants"));
        assert_eq!(named(&work_of(&["baseline"], 4)), Some("number of runs"));
        assert_eq!(named(&Work { seeds: vec![8], ..work.clone() }), Some("seed"));
        let mut other = work.clone();
        other.request.shard = Some(Shard { part: 1, of: 2 });
        assert_eq!(named(&other), None, "the part is not the work");
    }
}
