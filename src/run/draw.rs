//! The parameters of a run: the scenario's own for the first run, a draw from the posterior for every other.
use crate::scenario::format::ScenarioFile;
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
