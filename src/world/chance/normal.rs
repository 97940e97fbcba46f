//! The standard normal distribution, drawn by inversion with Wichura's algorithm AS 241 (1988).
use super::draws::Draws;

/// Numerators and denominators of the three rational functions of PPND16, lowest power first: near the median, in the
/// tails, and far in the tails.
const CENTRE: [[f64; 8]; 2] = [
    [
        3.387_132_872_796_366_5,
        1.331_416_678_917_843_8e2,
        1.971_590_950_306_551_3e3,
        1.373_169_376_550_946e4,
        4.592_195_393_154_987e4,
        6.726_577_092_700_87e4,
        3.343_057_558_358_813e4,
        2.509_080_928_730_122_7e3,
    ],
    [
        1.0,
        4.231_333_070_160_091e1,
        6.871_870_074_920_579e2,
        5.394_196_021_424_751e3,
        2.121_379_430_158_659_7e4,
        3.930_789_580_009_271e4,
        2.872_908_573_572_194_3e4,
        5.226_495_278_852_854e3,
    ],
];
const TAIL: [[f64; 8]; 2] = [
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        2.417_807_251_774_506e-1,
        2.272_384_498_926_918_4e-2,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        6.897_673_349_851e-1,
        1.481_039_764_274_800_8e-1,
        1.519_866_656_361_645_7e-2,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
];
const FAR_TAIL: [[f64; 8]; 2] = [
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        2.965_605_718_285_048_7e-1,
        2.653_218_952_657_612_4e-2,
        1.242_660_947_388_078_4e-3,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        5.998_322_065_558_88e-1,
        1.369_298_809_227_358e-1,
        1.487_536_129_085_061_5e-2,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
];

/// Half the step between two uniform numbers: a draw of 0 has a finite quantile too.
const LEAST: f64 = f64::EPSILON / 4.0;

/// The standard normal quantile of a probability strictly between 0 and 1, to about 16 digits.
///
/// Wichura 1988, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37, 477-484
/// (PPND16).
pub fn normal_quantile(probability: f64) -> f64 {
    let q = probability - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(&CENTRE, 0.180625 - q * q);
    }
    let tail = if q < 0.0 { probability } else { 1.0 - probability };
    let r = libm::sqrt(-libm::log(tail));
    let size = if r <= 5.0 { ratio(&TAIL, r - 1.6) } else { ratio(&FAR_TAIL, r - 5.0) };
    if q < 0.0 { -size } else { size }
}

fn ratio([numerator, denominator]: &[[f64; 8]; 2], x: f64) -> f64 {
    polynomial(numerator, x) / polynomial(denominator, x)
}

/// A polynomial by Horner's rule, lowest power first.
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

impl Draws {
    /// The next standard normal number, from one uniform number and increasing in it.
    pub fn normal(&mut self) -> f64 {
        normal_quantile(self.uniform().max(LEAST))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Chance, Stream, fit};
    use super::*;
    use crate::world::clock::Quarter;

    fn draws() -> Draws {
        Chance::new(20_190_221, 5).at(Stream::Parameters, 1, Quarter::new(2019, 1))
    }

    /// The cumulative probability, by the complementary error function.
    fn cumulative(z: f64) -> f64 {
        0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
    }

    #[test]
    fn quantiles_are_those_of_the_tables() {
        // R: qnorm(p), also far out.
        let cases = [
            (0.5, 0.0),
            (0.9, 1.281_551_565_544_600_4),
            (0.975, 1.959_963_984_540_054),
            (0.001, -3.090_232_306_167_813_5),
            (1e-10, -6.361_340_902_404_056),
            (1e-100, -21.273_453_560_965_324),
        ];
        for (probability, value) in cases {
            let found = normal_quantile(probability);
            assert!((found - value).abs() <= 1e-15 * f64::abs(value).max(1.0), "{probability}: {found} is not {value}");
        }
    }

    #[test]
    fn quantiles_undo_the_cumulative_probability() {
        for step in 1..2_000 {
            let probability = f64::from(step) / 2_000.0;
            assert!((cumulative(normal_quantile(probability)) - probability).abs() < 1e-15, "{probability}");
            // Far out in the lower tail, where the density is next to nothing.
            let small = libm::exp(-0.3 * f64::from(step));
            let again = cumulative(normal_quantile(small));
            assert!((again / small - 1.0).abs() < 1e-12, "{small}: {again}");
        }
    }

    #[test]
    fn draws_are_normal() {
        let mut draws = draws();
        let sample = (0..200_000).map(|_| draws.normal()).collect();
        let distance = fit::kolmogorov_smirnov(sample, cumulative);
        assert!(distance < fit::KOLMOGOROV_LIMIT, "{distance}");
    }

    #[test]
    fn the_least_and_the_greatest_uniform_number_have_finite_quantiles() {
        let greatest = 1.0 - f64::EPSILON / 2.0;
        assert!(normal_quantile(LEAST) > -8.4 && normal_quantile(greatest) < 8.3);
    }

    /// Another platform, or another version of `libm`, that computes otherwise is noticed here.
    #[test]
    fn the_first_draws_are_those_of_every_platform() {
        let mut draws = draws();
        let first: [f64; 6] = std::array::from_fn(|_| draws.normal());
        let expected = [
            0.229_017_217_710_425_46,
            1.118_561_540_455_878_9,
            -0.615_401_886_283_315_3,
            -0.732_895_455_059_226_8,
            -2.267_911_272_768_335_7,
            0.978_967_388_807_746_5,
        ];
        assert_eq!(first, expected);
    }
}
