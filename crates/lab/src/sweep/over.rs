//! Parses the values of `--over`: `path=a..b`, `path=a..b:n`, `path=x,y,z`, or `all`.
use noforn::world::model::{Model, PARAMETERS};

/// Number of values in a grid where the range gives none.
const DEFAULT_STEPS: usize = 5;
/// Greatest number of values of one path in a grid.
const MOST_STEPS: usize = 10_000;

/// One path and the values it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The path, such as `model.review_rate`.
    pub path: String,
    /// Its values.
    pub values: AxisValues,
}

/// The values of a path.
#[derive(Clone, Debug, PartialEq)]
pub enum AxisValues {
    /// All numbers between two; a grid takes `steps` of them at equal distances, both ends included.
    Range {
        /// The least.
        low: f64,
        /// The greatest.
        high: f64,
        /// Number of values in a grid, if the text gives it.
        steps: Option<usize>,
    },
    /// These values, as typed.
    Listed(Vec<String>),
}

/// One `--over` argument.
#[derive(Clone, Debug, PartialEq)]
pub enum Over {
    /// One path.
    One(Axis),
    /// Every parameter of the model that is a number.
    All,
}

/// Parses one `--over` argument; the error says in words what is wrong.
pub fn parse_over(text: &str) -> Result<Over, String> {
    const HELP: &str =
        "write a path, `=` and values, such as `model.beta=2..6`, `model.beta=2..6:9` or `model.beta=2,4`";
    if text.trim() == "all" {
        return Ok(Over::All);
    }
    let (path, values) = text.split_once('=').ok_or(HELP)?;
    let (path, values) = (path.trim(), values.trim());
    if path.is_empty() || values.is_empty() {
        return Err(HELP.to_owned());
    }
    let values = match values.split_once("..") {
        Some((low, high)) => range(low, high)?,
        None => listed(values)?,
    };
    Ok(Over::One(Axis { path: path.to_owned(), values }))
}

fn range(low: &str, high: &str) -> Result<AxisValues, String> {
    let (high, steps) = high.split_once(':').map_or((high, None), |(high, steps)| (high, Some(steps)));
    let (low, high) = (number(low)?, number(high)?);
    if low >= high {
        return Err(format!("the range `{low}..{high}` does not rise"));
    }
    let steps = match steps {
        None => None,
        Some(text) => match text.trim().parse() {
            Ok(steps @ 2..=MOST_STEPS) => Some(steps),
            _ => return Err(format!("`{text}` values of a range are not 2 to {MOST_STEPS}")),
        },
    };
    Ok(AxisValues::Range { low, high, steps })
}

fn listed(text: &str) -> Result<AxisValues, String> {
    let values: Vec<String> = text.split(',').map(|value| value.trim().to_owned()).collect();
    for (at, value) in values.iter().enumerate() {
        if value.is_empty() {
            return Err(format!("a value is missing in `{text}`"));
        }
        if values[..at].contains(value) {
            return Err(format!("`{value}` is named twice in `{text}`"));
        }
    }
    Ok(AxisValues::Listed(values))
}

fn number(text: &str) -> Result<f64, String> {
    let number: Result<f64, _> = text.trim().parse();
    number.ok().filter(|number| number.is_finite()).ok_or_else(|| format!("`{}` is not a number", text.trim()))
}

impl AxisValues {
    /// The values that a grid takes.
    pub fn grid(&self) -> Vec<String> {
        match self {
            AxisValues::Listed(values) => values.clone(),
            AxisValues::Range { low, high, steps } => {
                let last = steps.unwrap_or(DEFAULT_STEPS) - 1;
                let at =
                    |step: usize| if step == last { *high } else { low + (high - low) * step as f64 / last as f64 };
                (0..=last).map(|step| at(step).to_string()).collect()
            }
        }
    }

    /// The value at a share of the range, 0 to 1; of a list every value has an equal share.
    pub fn at(&self, place: f64) -> String {
        match self {
            AxisValues::Listed(values) => {
                values[((place * values.len() as f64) as usize).min(values.len() - 1)].clone()
            }
            // Rounding must not move the last value away from the upper end.
            AxisValues::Range { high, .. } if place >= 1.0 => high.to_string(),
            AxisValues::Range { low, high, .. } => (low + (high - low) * place).min(*high).to_string(),
        }
    }
}

/// An axis for every parameter of the model that is a number, from half to twice its value and within its bounds; and the
/// names of the parameters left out: lists, and those that are yes or no.
pub fn all_parameters(model: &Model) -> (Vec<Axis>, Vec<&'static str>) {
    let (mut axes, mut left_out) = (Vec::new(), Vec::new());
    for parameter in PARAMETERS {
        let value = model.values(parameter.name).expect("listed parameters have values")[0];
        // Half and twice zero are zero, so a parameter at zero varies over its whole range.
        let (low, high) = if value == 0.0 { (parameter.min, parameter.max) } else { (value / 2.0, value * 2.0) };
        let (low, high) = (low.max(parameter.min), high.min(parameter.max));
        if parameter.length > 1 || parameter.unit == "yes or no" || low >= high {
            left_out.push(parameter.name);
        } else {
            let path = format!("model.{}", parameter.name);
            axes.push(Axis { path, values: AxisValues::Range { low, high, steps: None } });
        }
    }
    (axes, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_lists_give_their_grid_values() {
        let grid = |text: &str| match parse_over(text) {
            Ok(Over::One(axis)) => (axis.path, axis.values.grid()),
            other => panic!("{other:?}"),
        };
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(grid("model.beta=2..6"), ("model.beta".to_owned(), words(&["2", "3", "4", "5", "6"])));
        assert_eq!(grid("model.beta = 0 .. 1 : 3").1, words(&["0", "0.5", "1"]));
        assert_eq!(grid("rules.x.enforcement=automatic,discretionary").1, words(&["automatic", "discretionary"]));
        assert_eq!(parse_over("all"), Ok(Over::All));
    }

    #[test]
    fn errors_name_what_is_wrong_with_an_argument() {
        let cases = [
            ("model.beta", "write a path"),
            ("=1..2", "write a path"),
            ("model.beta=", "write a path"),
            ("model.beta=6..2", "the range `6..2` does not rise"),
            ("model.beta=2..x", "`x` is not a number"),
            ("model.beta=2..inf", "`inf` is not a number"),
            ("model.beta=2..3:1", "`1` values of a range"),
            ("model.beta=1,,2", "a value is missing"),
            ("model.beta=1,1", "`1` is named twice"),
        ];
        for (text, message) in cases {
            let error = parse_over(text).unwrap_err();
            assert!(error.starts_with(message), "{text}: {error}");
        }
    }

    #[test]
    fn all_parameters_but_lists_and_switches_get_an_axis() {
        let (axes, left_out) = all_parameters(&Model::default());
        assert!(left_out.contains(&"level_mix") && left_out.contains(&"originator_control"));
        assert_eq!(axes.len() + left_out.len(), PARAMETERS.len());
    }
}
