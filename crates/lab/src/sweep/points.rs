//! A scenario made ready at each point of a design, kept only while its runs last.
use super::design::Design;
use noforn::load::files::Files;
use noforn::load::{Choice, Faults, load};
use noforn::run::Prepared;
use noforn::world::model::Model;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

/// A path of the model's parameters starts so.
pub const MODEL: &str = "model.";

/// A point that is made ready by the first run that needs it.
type Cell = Arc<OnceLock<Result<Prepared, Faults>>>;

/// The points of a design over a scenario.
pub struct Points {
    files: Box<dyn Files + Send + Sync>,
    path: String,
    choice: Choice,
    /// The points.
    pub design: Design,
    /// Made ready without the points; where only parameters of the model vary it serves every point.
    base: Prepared,
    under_way: Mutex<BTreeMap<usize, Cell>>,
}

impl Points {
    /// The points of a design over the scenario at a path, of which `choice` makes `base`.
    pub fn new(
        files: Box<dyn Files + Send + Sync>,
        (path, choice, base): (String, Choice, Prepared),
        design: Design,
    ) -> Self {
        Self { files, path, choice, design, base, under_way: Mutex::new(BTreeMap::new()) }
    }

    /// The faults of the values by themselves: every word, and of numbers the least and the greatest, each set alone.
    pub fn check(&self) -> Result<(), Faults> {
        let mut wrong = Faults::default();
        for (at, path) in self.design.paths.iter().enumerate() {
            let values: Vec<&String> = self.design.points.iter().map(|(_, values)| &values[at]).collect();
            for value in telling(&values) {
                if let Err(faults) = self.load(vec![(path.clone(), value.clone())]) {
                    wrong.join(faults);
                    break;
                }
            }
        }
        if wrong.faults.is_empty() { Ok(()) } else { Err(wrong) }
    }

    /// The scenario at a point, made ready.
    pub fn prepared(&self, point: usize) -> Result<Prepared, Faults> {
        let cell = self.lock().entry(point).or_default().clone();
        cell.get_or_init(|| self.make(point)).clone()
    }

    /// Lets go of a point whose runs are all made.
    pub fn done(&self, point: usize) {
        self.lock().remove(&point);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<usize, Cell>> {
        self.under_way.lock().expect("nothing panics while it holds the lock")
    }

    fn make(&self, point: usize) -> Result<Prepared, Faults> {
        let values = &self.design.points[point].1;
        if let Some(model) = self.model(values) {
            return Ok(self.with_model(model));
        }
        let set = self.design.paths.iter().cloned().zip(values.iter().cloned()).collect();
        self.load(set)
    }

    /// The scenario under other parameters. Those that calibration left open are drawn as ever, but for what is varied.
    fn with_model(&self, model: Model) -> Prepared {
        if self.base.scenario().file.posterior.is_empty() {
            return self.base.with_model(&model);
        }
        let mut scenario = self.base.scenario().clone();
        scenario.file.model = model;
        let varied = |name: &String| self.design.paths.iter().any(|path| path.strip_prefix(MODEL) == Some(name));
        scenario.file.posterior.values_mut().for_each(|entry| entry.model.retain(|name, _| !varied(name)));
        self.base.prepare(&scenario)
    }

    fn load(&self, set: Vec<(String, String)>) -> Result<Prepared, Faults> {
        let mut choice = self.choice.clone();
        choice.set.extend(set);
        load(&*self.files, &self.path, &choice).map(|scenario| self.base.prepare(&scenario))
    }

    /// The model at a point, where numbers of the model are all that varies.
    fn model(&self, values: &[String]) -> Option<Model> {
        let mut json = serde_json::to_value(&self.base.scenario().file.model).ok()?;
        for (path, value) in self.design.paths.iter().zip(values) {
            let parameter = json.get_mut(path.strip_prefix(MODEL)?)?;
            let number: f64 = value.parse().ok()?;
            if !parameter.is_number() {
                return None;
            }
            *parameter = serde_json::json!(number);
        }
        serde_json::from_value(json).ok()
    }
}

/// The values that show whether all are right: of numbers the least and the greatest, else each once.
fn telling<'v>(values: &[&'v String]) -> Vec<&'v String> {
    let numbers: Option<Vec<(f64, &String)>> =
        values.iter().map(|value| value.parse().ok().map(|number| (number, *value))).collect();
    let mut telling = match numbers {
        Some(mut numbers) => {
            numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
            numbers.first().into_iter().chain(numbers.last()).map(|(_, value)| *value).collect()
        }
        None => values.to_vec(),
    };
    telling.sort();
    telling.dedup();
    telling
}
