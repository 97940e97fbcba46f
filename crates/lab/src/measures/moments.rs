//! A measure over time, and the three moments at which closing lines give it: the start, the worst time, the end.
use crate::tables::quantile::Spread;

/// The distribution of a measure over runs, at each time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimeSeries {
    /// Times in years: 2019.25 is the end of the first quarter of 2019. A yearly measure has the middle of each year.
    pub times: Vec<f64>,
    /// The distribution over the runs at each time.
    pub spreads: Vec<Spread>,
}

/// Which value of a measure is the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worst {
    /// The greatest.
    Most,
    /// The least.
    Least,
}

/// Indices of the start, of the worst time and of the end among the times of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moments {
    /// The first time with values.
    pub start: usize,
    /// The first time at which the median is the worst.
    pub worst: usize,
    /// The last time with values.
    pub end: usize,
}

impl TimeSeries {
    /// The median at a time; none if no run has a value then.
    pub fn median(&self, at: usize) -> Option<f64> {
        self.spreads.get(at)?.quantiles.map(|quantiles| quantiles[2])
    }
    /// The median at the last time that has values.
    pub fn last(&self) -> Option<f64> {
        (0..self.spreads.len()).rev().find_map(|at| self.median(at))
    }
    /// True if the measure is zero at all times of all runs.
    pub fn is_zero(&self) -> bool {
        self.is_always(0.0)
    }
    /// True if the measure has one value at all times of all runs, or none.
    pub fn is_flat(&self) -> bool {
        self.spreads.iter().find_map(|spread| spread.mean).is_none_or(|value| self.is_always(value))
    }
    fn is_always(&self, value: f64) -> bool {
        let always = |spread: &Spread| spread.sd.unwrap_or_default() == 0.0 && spread.mean.unwrap_or(value) == value;
        self.spreads.iter().all(always)
    }
    /// The start, the worst time by the median, and the end; none if no run has a value at any time.
    pub fn moments(&self, worst: Worst) -> Option<Moments> {
        let known: Vec<(usize, f64)> = (0..self.spreads.len()).filter_map(|at| Some((at, self.median(at)?))).collect();
        let by_median = |a: &&(usize, f64), b: &&(usize, f64)| match worst {
            Worst::Most => a.1.total_cmp(&b.1),
            Worst::Least => b.1.total_cmp(&a.1),
        };
        // Of equal values, `max_by` returns the last.
        let worst = known.iter().rev().max_by(by_median)?.0;
        Some(Moments { start: known.first()?.0, worst, end: known.last()?.0 })
    }
}

/// A time of a series in words: `2020`, `2020Q2`.
pub fn moment(time: f64, yearly: bool) -> String {
    if yearly {
        return (time.floor() as u32).to_string();
    }
    let quarter = (time * 4.0).round() as u32 - 1;
    format!("{}Q{}", quarter / 4, quarter % 4 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::quantile::spread;

    fn series(values: &[&[f64]]) -> TimeSeries {
        TimeSeries {
            times: (0..values.len()).map(|at| 2019.5 + at as f64).collect(),
            spreads: values.iter().map(|values| spread(&mut values.to_vec())).collect(),
        }
    }

    #[test]
    fn the_worst_time_is_the_first_with_the_worst_median_and_times_without_values_are_passed_over() {
        let series = series(&[&[], &[1.0, 2.0, 3.0], &[0.0, 5.0, 5.0], &[5.0, 5.0, 9.0], &[4.0, 4.0, 4.0], &[]]);
        assert_eq!(series.moments(Worst::Most), Some(Moments { start: 1, worst: 2, end: 4 }));
        assert_eq!(series.moments(Worst::Least), Some(Moments { start: 1, worst: 1, end: 4 }));
        assert_eq!((series.last(), series.is_flat(), series.is_zero()), (Some(4.0), false, false));
    }

    #[test]
    fn a_series_without_values_has_no_moments_and_one_of_equal_values_is_flat() {
        assert_eq!(series(&[&[], &[]]).moments(Worst::Most), None);
        let flat = series(&[&[2.0, 2.0], &[], &[2.0, 2.0]]);
        assert!(flat.is_flat() && !flat.is_zero() && series(&[&[0.0]]).is_zero());
        assert!(!series(&[&[2.0, 3.0]]).is_flat());
    }

    #[test]
    fn moments_are_years_or_quarters() {
        assert_eq!((moment(2020.5, true), moment(2020.5, false)), ("2020".to_owned(), "2020Q2".to_owned()));
        assert_eq!(moment(2020.0, false), "2019Q4");
    }
}
