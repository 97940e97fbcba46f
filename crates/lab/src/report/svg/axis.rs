//! Linear scales with round ticks.

/// A linear map from values to places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Least and greatest value.
    pub domain: (f64, f64),
    /// Places of these two values.
    pub range: (f64, f64),
}

impl Scale {
    /// A scale; an empty domain is widened to 1.
    pub fn new(domain: (f64, f64), range: (f64, f64)) -> Self {
        let (low, high) = domain;
        let domain = if high > low { domain } else { (low, low + 1.0) };
        Self { domain, range }
    }

    /// A scale whose domain is widened to end on ticks; at most about `most` steps.
    pub fn round((low, high): (f64, f64), range: (f64, f64), most: usize) -> Self {
        let high = if high > low { high } else { low + if low == 0.0 { 1.0 } else { low.abs() * 0.1 } };
        let step = step(high - low, most);
        Self::new(((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step), range)
    }

    /// The place of a value.
    pub fn at(&self, value: f64) -> f64 {
        let part = (value - self.domain.0) / (self.domain.1 - self.domain.0);
        self.range.0 + part * (self.range.1 - self.range.0)
    }

    /// Round values, at most about `most` of them.
    pub fn ticks(&self, most: usize) -> Vec<f64> {
        let step = step(self.domain.1 - self.domain.0, most);
        let first = (self.domain.0 / step - 1e-9).ceil();
        let count = ((self.domain.1 / step + 1e-9).floor() - first).max(0.0) as usize;
        (0..=count).map(|at| (first + at as f64) * step).collect()
    }
}

/// The smallest round step that divides a span into at most `most` parts: 1, 2 or 5 times a power of ten.
fn step(span: f64, most: usize) -> f64 {
    let rough = span / most.max(1) as f64;
    let mut power = 1.0;
    while power > rough && power > 1e-12 {
        power /= 10.0;
    }
    while power * 10.0 <= rough {
        power *= 10.0;
    }
    [1.0, 2.0, 5.0, 10.0].iter().map(|by| by * power).find(|step| *step >= rough * (1.0 - 1e-9)).unwrap_or(power * 10.0)
}

/// The years to label between `first` and `last`, at equal steps: at most about `most` of them.
pub fn years(first: u32, last: u32, most: usize) -> Vec<u32> {
    let span = last.saturating_sub(first) as usize + 1;
    let every = [1, 2, 5, 10, 20, 50, 100].into_iter().find(|every| span.div_ceil(*every) <= most).unwrap_or(200);
    let every = u32::try_from(every).expect("a step is small");
    (first..=last).filter(|year| (year - first).is_multiple_of(every)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_near(a: Vec<f64>, b: &[f64]) {
        assert!(a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-9), "{a:?} is not {b:?}");
    }

    #[test]
    fn ticks_are_round() {
        assert_near(Scale::round((0.0, 0.37), (0.0, 1.0), 4).ticks(4), &[0.0, 0.1, 0.2, 0.3, 0.4]);
        assert_near(Scale::round((20.0, 31.0), (0.0, 1.0), 4).ticks(4), &[20.0, 25.0, 30.0, 35.0]);
        assert_near(Scale::round((-0.2, 0.2), (0.0, 1.0), 4).ticks(4), &[-0.2, -0.1, 0.0, 0.1, 0.2]);
        assert_eq!(Scale::round((0.0, 0.0), (0.0, 1.0), 4).domain, (0.0, 1.0));
        assert_eq!(years(2019, 2029, 6), [2019, 2021, 2023, 2025, 2027, 2029]);
        assert_eq!(years(1984, 1986, 6), [1984, 1985, 1986]);
    }
}
