//! The gamma distribution, drawn by the method of Marsaglia and Tsang (2000).
use super::draws::Draws;

impl Draws {
    /// The next number of the gamma distribution with this shape and a scale of 1; its mean is the shape.
    ///
    /// Marsaglia and Tsang 2000, "A simple method for generating gamma variables", ACM Transactions on Mathematical
    /// Software 26, 363-372, without its squeeze; below a shape of 1 with the power of a uniform number that they add.
    ///
    /// # Panics
    /// If the shape is not finite and positive.
    pub fn gamma(&mut self, shape: f64) -> f64 {
        assert!(shape.is_finite() && shape > 0.0, "the shape of a gamma distribution is positive, this is {shape}");
        if shape >= 1.0 {
            return self.gamma_from_one(shape);
        }
        let greater = self.gamma_from_one(shape + 1.0);
        greater * libm::pow(self.uniform(), 1.0 / shape)
    }

    /// The same for a shape of at least 1.
    fn gamma_from_one(&mut self, shape: f64) -> f64 {
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / libm::sqrt(9.0 * d);
        loop {
            let x = self.normal();
            let root = 1.0 + c * x;
            let v = root * root * root;
            if v > 0.0 && libm::log(self.uniform()) < 0.5 * x * x + d * (1.0 - v + libm::log(v)) {
                return d * v;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Chance, Stream, fit};
    use super::*;
    use crate::world::clock::Quarter;

    fn draws() -> Draws {
        Chance::new(20_190_221, 7).at(Stream::Parameters, 1, Quarter::new(2019, 1))
    }

    /// The cumulative probability: the incomplete gamma function by its series (Abramowitz and Stegun 6.5.29).
    fn cumulative(shape: f64, x: f64) -> f64 {
        let (mut term, mut sum, mut n) = (1.0, 1.0, 0.0);
        while term > 1e-17 * sum {
            n += 1.0;
            term *= x / (shape + n);
            sum += term;
        }
        libm::exp(shape * libm::log(x) - x - libm::lgamma(shape + 1.0)) * sum
    }

    #[test]
    fn draws_have_the_gamma_distribution_of_their_shape() {
        for shape in [0.3, 0.9, 1.0, 1.5, 4.0, 60.0] {
            let mut draws = draws();
            let sample = (0..100_000).map(|_| draws.gamma(shape)).collect();
            let distance = fit::kolmogorov_smirnov(sample, |x| cumulative(shape, x));
            assert!(distance < fit::KOLMOGOROV_LIMIT, "shape {shape}: {distance}");
        }
    }

    #[test]
    fn a_shape_that_is_not_positive_and_finite_is_refused() {
        for shape in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(std::panic::catch_unwind(|| draws().gamma(shape)).is_err(), "{shape}");
        }
    }

    /// Another platform, or another version of `libm`, that computes otherwise is noticed here.
    #[test]
    fn the_first_draws_are_those_of_every_platform() {
        let mut draws = draws();
        let expected = [
            0.079_758_718_838_130_15,
            3.516_533_960_520_459e-06,
            0.808_758_873_117_317_4,
            1.669_506_293_997_545_1,
            5.159_677_311_338_798,
            4.147_132_460_028_144,
        ];
        assert_eq!([0.3, 0.3, 1.0, 1.0, 4.0, 4.0].map(|shape| draws.gamma(shape)), expected);
    }
}
