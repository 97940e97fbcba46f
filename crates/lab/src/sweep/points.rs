//! Prepares a scenario at each point of a design when its first run needs it, and drops it after its last run.
use super::design::Design;
use noforn::load::files::Files;
use noforn::load::{Choice, Faults, load};
use noforn::run::Prepared;
use noforn::world::model::Model;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

/// Prefix of the paths of model parameters.
pub const MODEL_PREFIX: &str = "model.";

/// A point that the first run which needs it prepares.
type LazyPrepared = Arc<OnceLock<Result<Prepared, Faults>>>;

/// The scenarios at the points of a design.
pub struct PreparedPoints {
    files: Box<dyn Files + Send + Sync>,
    path: String,
    choice: Choice,
    /// The points.
    pub design: Design,
    /// The scenario without a point. Where only model parameters vary, each point is this with another model.
    base: Prepared,
    in_use: Mutex<BTreeMap<usize, LazyPrepared>>,
}

impl PreparedPoints {
    /// The points of a design over the scenario at a path. `base` must be that scenario, prepared with `choice`.
    pub fn new(
        files: Box<dyn Files + Send + Sync>,
        (path, choice, base): (String, Choice, Prepared),
        design: Design,
    ) -> Self {
        Self { files, path, choice, design, base, in_use: Mutex::new(BTreeMap::new()) }
    }

    /// Checks the values of each path alone: every word, and of numbers the least and the greatest. Returns all faults.
    pub fn check(&self) -> Result<(), Faults> {
        let mut wrong = Faults::default();
        for (at, path) in self.design.paths.iter().enumerate() {
            let values: Vec<&String> = self.design.points.iter().map(|(_, values)| &values[at]).collect();
            for value in to_check(&values) {
                if let Err(faults) = self.load(vec![(path.clone(), value.clone())]) {
                    wrong.join(faults);
                    break;
                }
            }
        }
        if wrong.faults.is_empty() { Ok(()) } else { Err(wrong) }
    }

    /// The prepared scenario at a point, by its index. Threads that need the same point wait for the first.
    pub fn prepared(&self, point: usize) -> Result<Prepared, Faults> {
        let cell = self.lock().entry(point).or_default().clone();
        cell.get_or_init(|| self.prepare(point)).clone()
    }

    /// Drops a point after its last run.
    pub fn release(&self, point: usize) {
        self.lock().remove(&point);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<usize, LazyPrepared>> {
        self.in_use.lock().expect("nothing panics while it holds the lock")
    }

    fn prepare(&self, point: usize) -> Result<Prepared, Faults> {
        let values = &self.design.points[point].1;
        if let Some(model) = self.model(values) {
            return Ok(self.with_model(model));
        }
        let set = self.design.paths.iter().cloned().zip(values.iter().cloned()).collect();
        self.load(set)
    }

    /// The scenario with other parameters. Runs still draw from its posterior and its ranges, except what varies here.
    fn with_model(&self, model: Model) -> Prepared {
        if self.base.scenario().file.posterior.is_empty() {
            return self.base.with_model(&model);
        }
        let mut scenario = self.base.scenario().clone();
        scenario.file.model = model;
        let varied = |name: &String| self.design.paths.iter().any(|path| path.strip_prefix(MODEL_PREFIX) == Some(name));
        scenario.file.posterior.values_mut().for_each(|entry| entry.model.retain(|name, _| !varied(name)));
        self.base.prepare(&scenario)
    }

    fn load(&self, set: Vec<(String, String)>) -> Result<Prepared, Faults> {
        let mut choice = self.choice.clone();
        choice.set.extend(set);
        load(&*self.files, &self.path, &choice).map(|scenario| self.base.prepare(&scenario))
    }

    /// The model at a point; `None` unless only numbers of the model vary.
    fn model(&self, values: &[String]) -> Option<Model> {
        let mut json = serde_json::to_value(&self.base.scenario().file.model).ok()?;
        for (path, value) in self.design.paths.iter().zip(values) {
            let parameter = json.get_mut(path.strip_prefix(MODEL_PREFIX)?)?;
            let number: f64 = value.parse().ok()?;
            if !parameter.is_number() {
                return None;
            }
            *parameter = serde_json::json!(number);
        }
        serde_json::from_value(json).ok()
    }
}

/// The values to check on behalf of all: of numbers the least and the greatest, of words each once.
fn to_check<'v>(values: &[&'v String]) -> Vec<&'v String> {
    let numbers: Option<Vec<(f64, &String)>> =
        values.iter().map(|value| value.parse().ok().map(|number| (number, *value))).collect();
    let mut chosen = match numbers {
        Some(mut numbers) => {
            numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
            numbers.first().into_iter().chain(numbers.last()).map(|(_, value)| *value).collect()
        }
        None => values.to_vec(),
    };
    chosen.sort();
    chosen.dedup();
    chosen
}
