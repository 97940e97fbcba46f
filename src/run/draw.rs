//! Which parameters a run has: the first those of the scenario, every other a set of what calibration left possible.
use crate::scenario::format::ScenarioFile;
use crate::world::chance::{Chance, Stream, subject};
use crate::world::clock::Quarter;
use crate::world::model::Model;

/// The parameters of a run: the scenario's own for replicate 0 and where it has no posterior. The draw has an address,
/// so every variant with the same sets draws the same one.
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
