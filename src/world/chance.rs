//! Luck with an address: every draw is a function of seed, run, stream, subject, quarter and number, nothing else.
use super::clock::Quarter;
use rand::rand_core::{Infallible, TryRng};
use rand_distr::{Distribution, Poisson};

/// What a draw is for. Streams are appended, never renumbered: the number is part of the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Stream {
    /// Which vendors are compromised.
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
    /// Once: which reports are fused. They are drawn with the report.
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
}

/// The luck of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chance {
    seed: u64,
    run: u32,
}

impl Chance {
    /// The luck that this master seed and run number name.
    pub fn new(seed: u64, run: u32) -> Self {
        Self { seed, run }
    }

    /// The generator at an address. `subject` is the stable hash of an id (see [`subject`]), so that adding a
    /// nation changes nobody else's draws.
    pub fn at(self, stream: Stream, subject: u64, quarter: Quarter) -> Draws {
        let [seed_lo, seed_hi] = split(self.seed);
        let [sub_lo, sub_hi] = split(subject);
        // The run enters the key through an odd multiplier, so runs of one seed never share a key.
        let key = [seed_lo ^ self.run.wrapping_mul(0x9E37_79B1), seed_hi];
        let counter = [0, quarter.0 | (stream as u32) << 16, sub_lo, sub_hi];
        Draws { key, counter, block: [0; 4], used: 4 }
    }

    /// A number in [0, 1) at an address: the `k`-th.
    pub fn uniform(self, stream: Stream, subject: u64, quarter: Quarter, k: u32) -> f64 {
        let Draws { key, mut counter, .. } = self.at(stream, subject, quarter);
        counter[0] = k;
        let [low, high, ..] = philox4x32_10(counter, key);
        unit(low, high)
    }

    /// A standard Gumbel number at an address: adding it to utilities and taking the greatest is a logit choice.
    pub fn gumbel(self, stream: Stream, subject: u64, quarter: Quarter, k: u32) -> f64 {
        gumbel_of(self.uniform(stream, subject, quarter, k))
    }

    /// A Poisson count with this mean at an address (0 for a mean of 0).
    pub fn poisson(self, stream: Stream, subject: u64, quarter: Quarter, mean: f64) -> u32 {
        self.count(stream, subject, quarter, &Counts::new(mean))
    }

    /// A count at an address.
    pub fn count(self, stream: Stream, subject: u64, quarter: Quarter, counts: &Counts) -> u32 {
        let sample = |poisson: Poisson<f64>| poisson.sample(&mut self.at(stream, subject, quarter)) as u32;
        counts.poisson.map_or(0, sample)
    }
}

/// Poisson counts with one mean, made ready: what they rest on is derived once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counts {
    /// Their mean.
    pub mean: f64,
    poisson: Option<Poisson<f64>>,
}

impl Counts {
    /// Counts with this mean; always 0 where it is 0.
    pub fn new(mean: f64) -> Self {
        Self { mean, poisson: Poisson::new(mean).ok() }
    }
}

/// The standard Gumbel quantile of a number in [0, 1).
fn gumbel_of(u: f64) -> f64 {
    let open = u.max(1e-300);
    -libm::log((-libm::log(open)).max(1e-300))
}

/// A logit choice by Gumbel-max: the option whose utility times `beta` plus its own Gumbel number is greatest. Under
/// other utilities the choice changes only where they changed enough.
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

/// The logit probability of an option.
pub fn logit_probability(utilities: &[f64], beta: f64, option: usize) -> f64 {
    let total: f64 = utilities.iter().map(|u| libm::exp(beta * (u - utilities[option]))).sum();
    1.0 / total
}

/// The stable name of a subject: 64-bit FNV-1a of its id, the same on every platform.
pub fn subject(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The subject of a pair, or of a thing within a thing; the order matters.
pub fn within(outer: u64, inner: u64) -> u64 {
    outer.rotate_left(23).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ inner
}

/// The sequence of numbers at one address; `rand` and `rand_distr` draw from it.
#[derive(Clone, Debug)]
pub struct Draws {
    key: [u32; 2],
    counter: [u32; 4],
    block: [u32; 4],
    used: usize,
}

impl Draws {
    /// The next number in [0, 1), with 53 random bits.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        unit(self.word(), self.word())
    }

    /// Five numbers in [0, 1) from one block, with 25 random bits each: where many are drawn and none needs more.
    #[inline]
    pub fn five(&mut self) -> [f64; 5] {
        let block = philox4x32_10(self.counter, self.key);
        self.counter[0] = self.counter[0].wrapping_add(1);
        let bits = block.iter().rev().fold(0u128, |bits, word| bits << 32 | u128::from(*word));
        std::array::from_fn(|k| (bits >> (25 * k) & 0x1FF_FFFF) as f64 * (1.0 / 33_554_432.0))
    }

    #[inline]
    fn word(&mut self) -> u32 {
        if self.used == 4 {
            self.block = philox4x32_10(self.counter, self.key);
            self.counter[0] = self.counter[0].wrapping_add(1);
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }
}

impl TryRng for Draws {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.word())
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from(self.word()) | u64::from(self.word()) << 32)
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(4) {
            chunk.copy_from_slice(&self.word().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

/// The number in [0, 1) with the 53 highest bits of two words.
fn unit(low: u32, high: u32) -> f64 {
    let bits = u64::from(low) | u64::from(high) << 32;
    (bits >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
}

fn split(x: u64) -> [u32; 2] {
    [x as u32, (x >> 32) as u32]
}

/// Philox4x32 with ten rounds (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3").
#[inline]
fn philox4x32_10(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let [lo0, hi0] = split(u64::from(counter[0]) * 0xD251_1F53);
        let [lo1, hi1] = split(u64::from(counter[2]) * 0xCD9E_8D57);
        counter = [hi1 ^ counter[1] ^ key[0], lo1, hi0 ^ counter[3] ^ key[1], lo0];
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
    }
    counter
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers published with Random123 (kat_vectors, philox4x32 10).
    #[test]
    fn philox_gives_the_published_known_answers() {
        let cases = [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ];
        for (counter, key, expected) in cases {
            assert_eq!(philox4x32_10(counter, key), expected);
        }
    }

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
