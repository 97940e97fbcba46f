//! The space of parameters over which a comparison is repeated: priors of calibrated ones, plausible ranges of assumed ones.
use crate::calibration::priors::Prior;
use crate::study::request::DesignMethod;
use crate::sweep::design::{Design, lay_out};
use crate::sweep::over::{Axis, AxisValues};
use crate::sweep::points::MODEL_PREFIX;
use noforn::scenario::Scenario;
use noforn::world::model::{PARAMETERS, Parameter};

/// The decimals to which drawn values are rounded; the tables write as many.
const DECIMALS: f64 = 1e6;

/// The parameters that are drawn, and those that are not though they are calibrated or assumed.
#[derive(Clone, Debug, Default)]
pub struct ParameterSpace {
    /// The parameters that are drawn, each independently of the others.
    pub drawn: Vec<DrawnParameter>,
    /// The names of the others: lists, and values that the scenario or the user gives.
    pub kept: Vec<&'static str>,
}

/// A parameter that is drawn.
#[derive(Clone, Debug)]
pub struct DrawnParameter {
    name: &'static str,
    distribution: Distribution,
}

/// The distribution of a drawn parameter.
#[derive(Clone, Debug)]
enum Distribution {
    Prior(Prior),
    Uniform { low: f64, high: f64 },
}

impl Distribution {
    /// The value at a share of the distribution, 0 to 1, rounded.
    fn value(&self, share: f64) -> f64 {
        let (value, low, high) = match self {
            Distribution::Prior(prior) => (prior.quantile(share), prior.low, prior.high),
            Distribution::Uniform { low, high } => (low + (high - low) * share, *low, *high),
        };
        (libm::round(value * DECIMALS) / DECIMALS).clamp(low, high)
    }
}

impl ParameterSpace {
    /// The space of two variants: calibrated parameters have their priors, assumed ones are uniform over their plausible
    /// range. What the scenario's files or the user's settings give is not drawn: it was chosen, or is what is compared.
    pub fn new(variants: &[Scenario], priors: &[Prior]) -> Self {
        let mut space = Self::default();
        for parameter in PARAMETERS {
            let path = format!("{MODEL_PREFIX}{}", parameter.name);
            let given = variants.iter().any(|scenario| scenario.origins.contains_key(&path));
            match distribution(parameter, priors) {
                Some(distribution) if !given && is_number(parameter) => {
                    space.drawn.push(DrawnParameter { name: parameter.name, distribution });
                }
                Some(_) => space.kept.push(parameter.name),
                None => {}
            }
        }
        space
    }

    /// A Sobol sequence over the space, scrambled with the master seed. Returns an error if it would be too long.
    pub fn design(&self, points: usize, seed: u64) -> Result<Design, String> {
        let unit = AxisValues::Range { low: 0.0, high: 1.0, steps: None };
        let axes = self.drawn.iter().map(|drawn| format!("{MODEL_PREFIX}{}", drawn.name));
        let axes: Vec<Axis> = axes.map(|path| Axis { path, values: unit.clone() }).collect();
        let mut design = lay_out(&axes, DesignMethod::Sobol, points, seed)?;
        for (_, values) in &mut design.points {
            for (value, drawn) in values.iter_mut().zip(&self.drawn) {
                let share = value.parse().expect("a place in a range is a number");
                *value = drawn.distribution.value(share).to_string();
            }
        }
        Ok(design)
    }
}

/// The distribution of a parameter; none if it is neither calibrated nor assumed.
fn distribution(parameter: &Parameter, priors: &[Prior]) -> Option<Distribution> {
    let prior = priors.iter().find(|prior| prior.parameter == parameter.name).cloned();
    let (low, high) = parameter.plausible_range();
    let uniform = parameter.is_assumed().then_some(Distribution::Uniform { low, high });
    prior.map(Distribution::Prior).or(uniform)
}

fn is_number(parameter: &Parameter) -> bool {
    parameter.length == 1 && parameter.unit != "yes or no"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::three_nations;
    use noforn::scenario::fault::Place;
    use noforn::world::model::Model;

    #[test]
    fn assumed_parameters_are_drawn_over_their_plausible_range_and_given_ones_are_kept() {
        let mut scenario = three_nations::scenario("baseline");
        let prior = Prior { parameter: "w_cost", median: 2.0, factor: 2.0, low: 0.5, high: 8.0 };
        let all = ParameterSpace::new(std::slice::from_ref(&scenario), std::slice::from_ref(&prior));
        assert!(all.kept.contains(&"trust_for_level"), "a list is not drawn: {:?}", all.kept);
        let design = all.design(64, 1).unwrap();
        for (name, (low, high)) in [("trust_loss_rate", (0.0, 0.6)), ("w_cost", (0.5, 8.0))] {
            let at = design.paths.iter().position(|path| *path == format!("model.{name}")).expect("it is drawn");
            let mut values: Vec<f64> = design.points.iter().map(|(_, values)| values[at].parse().unwrap()).collect();
            values.sort_by(f64::total_cmp);
            assert!(low <= values[0] && values[63] <= high && values[0] < values[63], "{name}: {values:?}");
        }
        let place = Place { file: "a.toml".into(), start: 0, end: 0, line: 1, column: 1 };
        let mut origins = (*scenario.origins).clone();
        origins.insert("model.trust_loss_rate".to_owned(), place);
        scenario.origins = origins.into();
        let given = ParameterSpace::new(&[scenario], &[prior]);
        assert_eq!(given.drawn.len(), all.drawn.len() - 1);
        assert!(given.kept.contains(&"trust_loss_rate"));
        assert!(given.drawn.iter().all(|drawn| Model::default().set(drawn.name, 1.0)), "each is one number");
    }
}
