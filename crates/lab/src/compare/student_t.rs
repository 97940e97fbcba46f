//! The 0.975 quantile of Student's t distribution, for 95 % intervals of a mean.
use noforn::world::chance::normal_quantile;

/// From this number of degrees of freedom on, the expansion around the normal quantile is exact to nine digits.
const EXPANSION_FROM: u64 = 100;

/// The t for which 95 % of Student's distribution lies between -t and t. `freedom` is the degrees of freedom, at least 1.
pub fn quantile(freedom: u64) -> f64 {
    if freedom >= EXPANSION_FROM { by_expansion(freedom as f64) } else { by_bisection(freedom) }
}

/// Abramowitz and Stegun 26.7.5: the expansion in powers of 1 / freedom.
fn by_expansion(freedom: f64) -> f64 {
    let z = normal_quantile(0.975);
    let s = z * z;
    let first = z * (s + 1.0) / 4.0;
    let second = z * (s * (5.0 * s + 16.0) + 3.0) / 96.0;
    let third = z * (s * (s * (3.0 * s + 19.0) + 17.0) - 15.0) / 384.0;
    let fourth = z * (s * (s * (s * (79.0 * s + 776.0) + 1482.0) - 1920.0) - 945.0) / 92160.0;
    z + (first + (second + (third + fourth / freedom) / freedom) / freedom) / freedom
}

fn by_bisection(freedom: u64) -> f64 {
    let (mut low, mut high) = (1.0, 13.0);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if probability_between(middle, freedom) < 0.95 { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Abramowitz and Stegun 26.7.3 and 26.7.4: the probability between -t and t, a finite sum.
fn probability_between(t: f64, freedom: u64) -> f64 {
    let nu = freedom as f64;
    let (sine, cosine) = (t / (nu + t * t).sqrt(), (nu / (nu + t * t)).sqrt());
    let odd = freedom % 2 == 1;
    // The sum runs over the powers of the cosine below freedom, every second one.
    let mut term = if odd { cosine } else { 1.0 };
    let mut sum = 0.0;
    let mut power = u64::from(odd);
    while power + 2 <= freedom {
        sum += term;
        let next = power as f64 + 1.0;
        term *= cosine * cosine * next / (next + 1.0);
        power += 2;
    }
    if odd { (libm::atan2(sine, cosine) + sine * sum) * std::f64::consts::FRAC_2_PI } else { sine * sum }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantiles_equal_those_of_r() {
        // R: qt(0.975, df).
        let cases = [
            (1, 12.706204736),
            (2, 4.302652730),
            (3, 3.182446305),
            (4, 2.776445105),
            (9, 2.262157163),
            (29, 2.045229642),
            (98, 1.984467455),
            (99, 1.984216952),
            (100, 1.983971519),
            (999, 1.962341461),
            (999_999, 1.959966357),
        ];
        for (freedom, value) in cases {
            assert!((quantile(freedom) - value).abs() < 2e-8, "{freedom}: {} is not {value}", quantile(freedom));
        }
    }

    #[test]
    fn bisection_and_expansion_agree() {
        for freedom in [60, 99] {
            assert!((by_bisection(freedom) - by_expansion(freedom as f64)).abs() < 1e-8, "{freedom}");
        }
    }
}
