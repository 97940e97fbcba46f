//! Prior distributions of the free parameters, read from CSV.
use noforn::load::rows::rows;
use noforn::scenario::fault::Fault;
use noforn::scenario::source::SourceText;
use noforn::scenario::words::{instead, shown};
use noforn::world::chance::normal_quantile;
use noforn::world::model::{Model, PARAMETERS};

/// The columns of a file of priors, in this order.
pub const COLUMNS: [&str; 6] = ["parameter", "median", "factor", "low", "high", "reason"];

/// The prior of a free parameter: a log-normal distribution, truncated at both ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Prior {
    /// Name of a parameter of the model that is one number.
    pub parameter: &'static str,
    /// Median before truncation.
    pub median: f64,
    /// One standard deviation multiplies or divides the parameter by this factor (above 1).
    pub factor: f64,
    /// Least value.
    pub low: f64,
    /// Greatest value.
    pub high: f64,
}

/// A normal distribution of a logarithm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normal {
    /// Mean of the logarithm.
    pub mean: f64,
    /// Standard deviation of the logarithm.
    pub sd: f64,
}

impl Normal {
    /// Logarithm of the density at the logarithm `x`, without the constant.
    pub fn log_density(self, x: f64) -> f64 {
        let z = (x - self.mean) / self.sd;
        -0.5 * z * z - libm::log(self.sd)
    }

    /// Probability of a logarithm below `x`.
    fn below(self, x: f64) -> f64 {
        0.5 * libm::erfc((self.mean - x) / self.sd * std::f64::consts::FRAC_1_SQRT_2)
    }
}

impl Prior {
    /// The distribution of the parameter's logarithm.
    pub fn normal(&self) -> Normal {
        Normal { mean: libm::log(self.median), sd: libm::log(self.factor) }
    }

    /// The value below which a share, 0 to 1, of the truncated distribution lies.
    pub fn quantile(&self, share: f64) -> f64 {
        let normal = self.normal();
        let [least, greatest] = [self.low, self.high].map(|end| normal.below(libm::log(end)));
        // Where an end lies far out, its probability rounds to 0 or 1, which have no quantile.
        let z = normal_quantile((least + share * (greatest - least)).clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON));
        libm::exp(normal.mean + normal.sd * z).clamp(self.low, self.high)
    }
}

/// Reads a file of priors; fails with every fault at once.
pub fn read(source: &SourceText) -> Result<Vec<Prior>, Vec<Fault>> {
    let all = rows(source).map_err(|fault| vec![fault])?;
    let header: Vec<&str> = all.first().into_iter().flatten().map(|cell| cell.text.trim()).collect();
    if header != COLUMNS || all.len() < 2 {
        let help = format!("its first line is `{}`, then a line for each free parameter", COLUMNS.join(","));
        return Err(vec![Fault::new("csv-header", "this is no file of priors").at(source.top()).help(help)]);
    }
    let (mut priors, mut faults): (Vec<Prior>, Vec<Fault>) = (Vec::new(), Vec::new());
    for row in &all[1..] {
        let place = source.place(row[0].start, row[row.len() - 1].end);
        match prior(&row.iter().map(|cell| cell.text.trim()).collect::<Vec<_>>()) {
            Ok(prior) if priors.iter().any(|known| known.parameter == prior.parameter) => {
                faults.push(Fault::new("csv-row", format!("`{}` has two priors", prior.parameter)).at(place));
            }
            Ok(prior) => priors.push(prior),
            Err(fault) => faults.push(fault.at(place)),
        }
    }
    if faults.is_empty() { Ok(priors) } else { Err(faults) }
}

fn prior(cells: &[&str]) -> Result<Prior, Fault> {
    let [name, median, factor, low, high, _] = cells else {
        return Err(Fault::new("csv-row", format!("this row has {} cells, the header {}", cells.len(), COLUMNS.len())));
    };
    let single = PARAMETERS.iter().filter(|parameter| parameter.length == 1);
    let Some(parameter) = single.clone().find(|parameter| parameter.name == *name) else {
        let known = single.map(|parameter| parameter.name);
        let fault = Fault::new("unknown-key", format!("`{}` is no parameter that is one number", shown(name)));
        return Err(fault.help(instead(name, known, "see docs/MODEL.md")));
    };
    let numbers = [median, factor, low, high].map(|text| text.parse::<f64>().ok().filter(|value| value.is_finite()));
    let [Some(median), Some(factor), Some(low), Some(high)] = numbers else {
        return Err(Fault::new("bad-value", "median, factor, low and high are numbers"));
    };
    let right =
        0.0 < low && low <= median && median <= high && factor > 1.0 && parameter.min <= low && high <= parameter.max;
    if !right {
        let fault = Fault::new("bad-value", format!("the prior of `{name}` does not hang together"));
        return Err(fault.help(format!(
            "0 < low <= median <= high within {} to {}, and a factor above 1",
            parameter.min, parameter.max
        )));
    }
    Ok(Prior { parameter: parameter.name, median, factor, low, high })
}

/// The model with these values of the free parameters, given as logarithms in the order of the priors.
pub fn with_parameters(model: &Model, priors: &[Prior], logs: &[f64]) -> Model {
    let mut model = model.clone();
    for (prior, log) in priors.iter().zip(logs) {
        let known = model.set(prior.parameter, libm::exp(*log).clamp(prior.low, prior.high));
        assert!(known, "a prior names a parameter that is one number");
    }
    model
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantiles_of_a_prior_are_those_of_a_truncated_log_normal_distribution() {
        let wide = Prior { parameter: "w_cost", median: 2.0, factor: libm::exp(0.5), low: 1e-9, high: 1e9 };
        // exp(ln 2 + 0.5 z) with z = 0, 1.281552 and -1.281552.
        for (share, expected) in [(0.5, 2.0), (0.9, 3.795_905), (0.1, 1.053_767)] {
            assert!((wide.quantile(share) - expected).abs() < 1e-5, "{share}: {}", wide.quantile(share));
        }
        let cut = Prior { low: 1.0, high: 2.0, ..wide };
        let ends = [cut.quantile(0.0), cut.quantile(1.0)];
        assert!(
            (ends[0] - 1.0).abs() < 1e-9 && (ends[1] - 2.0).abs() < 1e-9,
            "the ends are those of the truncation: {ends:?}"
        );
        // Half of the mass lies on either side of the median.
        let z = (libm::log(cut.quantile(0.5)) - libm::log(2.0)) / 0.5;
        let below = |z: f64| 0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2);
        assert!((below(z) - 0.5 * (below(-2.0 * std::f64::consts::LN_2) + 0.5)).abs() < 1e-9);
    }
}
