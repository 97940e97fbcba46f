//! Counter-based random numbers (Philox): each is a function of seed, run, stream, subject, quarter and number alone.
use super::clock::Quarter;
use draws::split;

mod draws;
#[cfg(test)]
mod fit;
mod gamma;
mod normal;
mod poisson;

pub use draws::Draws;
pub use normal::normal_quantile;
pub use poisson::Poisson;

/// What a random number is for. New streams are added at the end and never renumbered: the number is part of the
/// address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Stream {
    /// Whether a vendor is compromised.
    Compromised = 0,
    /// Which parameter set a run uses.
    Parameters = 1,
    /// When a government reviews its stance.
    Review = 2,
    /// Which stance it picks.
    StanceChoice = 3,
    /// Which vendor an operator picks.
    Contract = 4,
    /// When a contract expires first.
    ContractAge = 5,
    /// Whether an owner enforces.
    Enforcement = 6,
    /// How many reports a nation produces.
    Reports = 7,
    /// A report's level, warning, delicacy, friction, fusion.
    Report = 8,
    /// Not used any more: whether a report is fused is drawn with the report.
    Fusion = 9,
    /// Which held report leaks.
    Leak = 10,
    /// How long a leak stays unknown.
    Discovery = 11,
    /// Which nations form side groups.
    SideGroup = 12,
    /// Whether an event of the timeline takes place.
    Event = 15,
    /// When the terms of a nation's governments begin.
    Election = 16,
    /// How much intelligence a nation collects, between the ends of its range.
    Intelligence = 17,
}

/// The random numbers of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chance {
    seed: u64,
    run: u32,
}

impl Chance {
    /// The random numbers of this master seed and run number.
    pub fn new(seed: u64, run: u32) -> Self {
        Self { seed, run }
    }

    /// The sequence of random numbers at an address. `subject` is the stable hash of an id (see [`subject`]), so a
    /// nation that is added to a scenario changes no random number of the others.
    pub fn at(self, stream: Stream, subject: u64, quarter: Quarter) -> Draws {
        let [seed_lo, seed_hi] = split(self.seed);
        let [sub_lo, sub_hi] = split(subject);
        // The run is multiplied by an odd number, so no two runs of a seed have the same key.
        let key = [seed_lo ^ self.run.wrapping_mul(0x9E37_79B1), seed_hi];
        let counter = [0, quarter.0 | (stream as u32) << 16, sub_lo, sub_hi];
        Draws::new(key, counter)
    }

    /// The `k`-th uniform number in [0, 1) at an address.
    pub fn uniform(self, stream: Stream, subject: u64, quarter: Quarter, k: u32) -> f64 {
        self.at(stream, subject, quarter).uniform_of_block(k)
    }

    /// The `k`-th standard Gumbel number at an address. The option with the greatest utility plus Gumbel number is a
    /// logit choice.
    pub fn gumbel(self, stream: Stream, subject: u64, quarter: Quarter, k: u32) -> f64 {
        gumbel_of(self.uniform(stream, subject, quarter, k))
    }

    /// A Poisson count with this mean at an address (0 for a mean of 0).
    pub fn poisson(self, stream: Stream, subject: u64, quarter: Quarter, mean: f64) -> u32 {
        self.count(stream, subject, quarter, &Poisson::new(mean))
    }

    /// A Poisson count at an address, from a distribution whose constants are already computed.
    pub fn count(self, stream: Stream, subject: u64, quarter: Quarter, counts: &Poisson) -> u32 {
        counts.draw(&mut self.at(stream, subject, quarter))
    }
}

/// The standard Gumbel quantile of a number in [0, 1).
fn gumbel_of(u: f64) -> f64 {
    let open = u.max(1e-300);
    -libm::log((-libm::log(open)).max(1e-300))
}

/// The index of the option that a logit choice takes, by the Gumbel-max trick: the option whose utility times `beta`
/// plus its own Gumbel number is greatest. `draws` has a uniform number in [0, 1) for each option. With the same draws,
/// a small change of utilities seldom changes the choice.
pub fn logit_choice(utilities: &[f64], beta: f64, draws: &[f64]) -> usize {
    let score = |k: usize| beta * utilities[k] + gumbel_of(draws[k]);
    let mut best = (0, score(0));
    for k in 1..utilities.len() {
        let score = score(k);
        if score > best.1 {
            best = (k, score);
        }
    }
    best.0
}

/// The probability, 0 to 1, that a logit choice takes an option.
pub fn logit_probability(utilities: &[f64], beta: f64, option: usize) -> f64 {
    let total: f64 = utilities.iter().map(|u| libm::exp(beta * (u - utilities[option]))).sum();
    1.0 / total
}

/// The stable hash of an id, which addresses its random numbers: 64-bit FNV-1a, the same on every platform.
pub fn subject(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The hash of a pair, or of a part of a subject. The order of the two matters.
pub fn within(outer: u64, inner: u64) -> u64 {
    outer.rotate_left(23).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_every_part_of_its_address_and_on_nothing_else() {
        let q = Quarter::new(2019, 1);
        let here = |seed, run, stream, id, quarter, k| Chance::new(seed, run).uniform(stream, subject(id), quarter, k);
        let base = here(1, 0, Stream::Review, "DEU", q, 0);
        assert_eq!(base, here(1, 0, Stream::Review, "DEU", q, 0));
        for other in [
            here(2, 0, Stream::Review, "DEU", q, 0),
            here(1, 1, Stream::Review, "DEU", q, 0),
            here(1, 0, Stream::Report, "DEU", q, 0),
            here(1, 0, Stream::Review, "FRA", q, 0),
            here(1, 0, Stream::Review, "DEU", q.plus(1), 0),
            here(1, 0, Stream::Review, "DEU", q, 1),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn no_two_addresses_of_a_long_run_share_a_key_and_counter() {
        let mut seen = std::collections::BTreeSet::new();
        for run in 0..200 {
            for stream in [Stream::Compromised, Stream::Report, Stream::Leak] {
                let draws = Chance::new(20_190_221, run).at(stream, 7, Quarter::new(2019, 1));
                assert!(seen.insert((draws.key, draws.counter)), "run {run} repeats an address");
            }
        }
    }

    #[test]
    fn uniform_numbers_and_counts_have_their_means() {
        let chance = Chance::new(3, 0);
        let q = Quarter::new(2020, 2);
        let n = 20_000;
        let mean = (0..n).map(|k| chance.uniform(Stream::Report, 1, q, k)).sum::<f64>() / f64::from(n);
        assert!((mean - 0.5).abs() < 0.01, "mean {mean}");
        let fives = (0..n).map(|k| chance.at(Stream::Report, u64::from(k), q).five());
        let sums = fives.fold([0.0; 5], |sums, five| std::array::from_fn(|k| sums[k] + five[k]));
        for (k, sum) in sums.into_iter().enumerate() {
            assert!((sum / f64::from(n) - 0.5).abs() < 0.01, "mean of the five's number {k}: {}", sum / f64::from(n));
        }
        let counts = (0..n).map(|s| f64::from(chance.poisson(Stream::Reports, u64::from(s), q, 4.0))).sum::<f64>();
        assert!((counts / f64::from(n) - 4.0).abs() < 0.06);
        assert_eq!(chance.poisson(Stream::Reports, 1, q, 0.0), 0);
    }
}
