//! What a run draws at its start: parameters from the posterior, and each nation's intelligence from its range.
use crate::scenario::format::{NationEntry, ScenarioFile};
use crate::world::chance::{Chance, Stream, subject};
use crate::world::clock::Quarter;
use crate::world::model::Model;

/// The parameters that a run draws from the posterior. None for replicate 0 and if the scenario has no posterior: these
/// runs use the scenario's own. The draw depends on seed and replicate only, so all variants draw the same set.
pub fn model(file: &ScenarioFile, chance: Chance, rep: u32) -> Option<Model> {
    if rep == 0 {
        return None;
    }
    let total: f64 = file.posterior.values().map(|entry| entry.weight).sum();
    let mut left = chance.uniform(Stream::Parameters, subject("posterior"), Quarter(0), 0) * total;
    let drawn = file.posterior.values().find(|entry| {
        left -= entry.weight;
        left < 0.0
    })?;
    let mut model = file.model.clone();
    for (name, value) in &drawn.model {
        let known = model.set(name, *value);
        assert!(known, "the loader has found every parameter");
    }
    Some(model)
}

/// The `intelligence` of each nation in a run. The first run uses the value in the file; every other draws one where the
/// nation has a range, uniformly in the logarithm. The draw depends on seed, replicate and nation only.
pub fn intelligence(file: &ScenarioFile, chance: Chance, rep: u32) -> Vec<f64> {
    let one = |(id, entry): (&String, &NationEntry)| match entry.range() {
        Some((low, high)) if rep > 0 => {
            let share = chance.uniform(Stream::Intelligence, subject(id), Quarter(0), 0);
            (low * libm::pow(high / low, share)).clamp(low, high)
        }
        _ => entry.intelligence,
    };
    file.nations.iter().map(one).collect()
}
