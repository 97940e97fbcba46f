//! The sequence of random numbers at one address, from the counter-based generator Philox4x32-10.
use rand::rand_core::{Infallible, TryRng};

/// The sequence of numbers at one address: uniform, normal and gamma ones, and words for `rand`.
#[derive(Clone, Debug)]
pub struct Draws {
    pub(super) key: [u32; 2],
    pub(super) counter: [u32; 4],
    block: [u32; 4],
    used: usize,
}

impl Draws {
    /// The numbers of this key from this counter on.
    #[inline]
    pub(super) fn new(key: [u32; 2], counter: [u32; 4]) -> Self {
        Self { key, counter, block: [0; 4], used: 4 }
    }

    /// The first number in [0, 1) of a block, by its number.
    #[inline]
    pub(super) fn uniform_of_block(&self, block: u32) -> f64 {
        let mut counter = self.counter;
        counter[0] = block;
        let [low, high, ..] = philox4x32_10(counter, self.key);
        unit(low, high)
    }

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

/// The low and the high half of a word.
pub(super) fn split(x: u64) -> [u32; 2] {
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
}
