//! What is varied, as it is typed: `path=a..b`, `path=a..b:n`, `path=x,y,z`, or `all`.
use noforn::world::model::{Model, PARAMETERS};

/// Values of a grid where none are counted.
const STEPS: usize = 5;
/// The most values of one path in a grid.
const MOST_STEPS: usize = 10_000;

/// One path and the values it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The path, such as `model.review_rate`.
    pub path: String,
    /// Its values.
    pub values: Values,
}

/// The values of a path.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Everything between two numbers; a grid takes `steps` of them, both ends included.
    Range {
        /// The least.
        low: f64,
        /// The greatest.
        high: f64,
        /// Values of a grid, if they were counted.
        steps: Option<usize>,
    },
    /// These, as they are typed.
    Listed(Vec<String>),
}

/// What one `--over` asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Over {
    /// One path.
    One(Axis),
    /// Every parameter of the model that is a number.
    All,
}

/// Reads what is typed behind `--over`.
pub fn over(text: &str) -> Result<Over, String> {
    const RIGHT: &str =
        "write a path, `=` and values, such as `model.beta=2..6`, `model.beta=2..6:9` or `model.beta=2,4`";
    if text.trim() == "all" {
        return Ok(Over::All);
    }
    let (path, values) = text.split_once('=').ok_or(RIGHT)?;
    let (path, values) = (path.trim(), values.trim());
    if path.is_empty() || values.is_empty() {
        return Err(RIGHT.to_owned());
    }
    let values = match values.split_once("..") {
        Some((low, high)) => range(low, high)?,
        None => listed(values)?,
    };
    Ok(Over::One(Axis { path: path.to_owned(), values }))
}

fn range(low: &str, high: &str) -> Result<Values, String> {
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
    Ok(Values::Range { low, high, steps })
}

fn listed(text: &str) -> Result<Values, String> {
    let values: Vec<String> = text.split(',').map(|value| value.trim().to_owned()).collect();
    for (at, value) in values.iter().enumerate() {
        if value.is_empty() {
            return Err(format!("a value is missing in `{text}`"));
        }
        if values[..at].contains(value) {
            return Err(format!("`{value}` is named twice in `{text}`"));
        }
    }
    Ok(Values::Listed(values))
}

fn number(text: &str) -> Result<f64, String> {
    let number: Result<f64, _> = text.trim().parse();
    number.ok().filter(|number| number.is_finite()).ok_or_else(|| format!("`{}` is not a number", text.trim()))
}

impl Values {
    /// The values of a grid.
    pub fn grid(&self) -> Vec<String> {
        match self {
            Values::Listed(values) => values.clone(),
            Values::Range { low, high, steps } => {
                let last = steps.unwrap_or(STEPS) - 1;
                let at =
                    |step: usize| if step == last { *high } else { low + (high - low) * step as f64 / last as f64 };
                (0..=last).map(|step| at(step).to_string()).collect()
            }
        }
    }

    /// The value at a place between 0 and 1.
    pub fn at(&self, place: f64) -> String {
        match self {
            Values::Listed(values) => values[((place * values.len() as f64) as usize).min(values.len() - 1)].clone(),
            // The last place is the greatest value, whatever rounding says.
            Values::Range { high, .. } if place >= 1.0 => high.to_string(),
            Values::Range { low, high, .. } => (low + (high - low) * place).min(*high).to_string(),
        }
    }
}

/// Every parameter of the model that is a number, from half its value to twice, within its range; and the names of
/// those that are left out: lists, and what is yes or no.
pub fn all(model: &Model) -> (Vec<Axis>, Vec<&'static str>) {
    let (mut axes, mut left_out) = (Vec::new(), Vec::new());
    for parameter in PARAMETERS {
        let value = model.values(parameter.name).expect("listed parameters have values")[0];
        // A parameter at zero has no half and no double: it goes over its whole range.
        let (low, high) = if value == 0.0 { (parameter.min, parameter.max) } else { (value / 2.0, value * 2.0) };
        let (low, high) = (low.max(parameter.min), high.min(parameter.max));
        if parameter.length > 1 || parameter.unit == "yes or no" || low >= high {
            left_out.push(parameter.name);
        } else {
            let path = format!("model.{}", parameter.name);
            axes.push(Axis { path, values: Values::Range { low, high, steps: None } });
        }
    }
    (axes, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_lists_are_read_and_laid_out() {
        let grid = |text: &str| match over(text) {
            Ok(Over::One(axis)) => (axis.path, axis.values.grid()),
            other => panic!("{other:?}"),
        };
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(grid("model.beta=2..6"), ("model.beta".to_owned(), words(&["2", "3", "4", "5", "6"])));
        assert_eq!(grid("model.beta = 0 .. 1 : 3").1, words(&["0", "0.5", "1"]));
        assert_eq!(grid("rules.x.enforcement=automatic,discretionary").1, words(&["automatic", "discretionary"]));
        assert_eq!(over("all"), Ok(Over::All));
    }

    #[test]
    fn what_cannot_be_varied_is_said() {
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
            let said = over(text).unwrap_err();
            assert!(said.starts_with(message), "{text}: {said}");
        }
    }

    #[test]
    fn all_leaves_out_lists_and_stays_in_range() {
        let (axes, left_out) = all(&Model::default());
        assert!(left_out.contains(&"level_mix") && left_out.contains(&"strict_originator_control"));
        assert_eq!(axes.len() + left_out.len(), PARAMETERS.len());
    }
}
