//! The size of a generated world, and its random generator.

/// The SplitMix64 generator: pseudo-random numbers that are the same on every machine.
pub(super) struct SplitMix64(pub u64);

impl SplitMix64 {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    pub(super) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
    pub(super) fn among(&mut self, least: i64, greatest: i64) -> i64 {
        least + (self.next() % (greatest - least + 1) as u64) as i64
    }
}

/// The number of nations, groups, rules and so on in a generated world.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub nations: usize,
    pub groups: usize,
    pub agreements: usize,
    pub numbers: usize,
    pub flags: usize,
    pub rules: usize,
    pub complete: usize,
}

impl Shape {
    pub(super) fn nation(rank: usize) -> String {
        let letter = |n: usize| char::from(b'A' + (n % 26) as u8);
        [letter(rank / 676), letter(rank / 26), letter(rank)].iter().collect()
    }

    pub(super) fn random(luck: &mut SplitMix64) -> Self {
        let nations = if luck.chance(10) { 63 + luck.below(6) } else { 2 + luck.below(7) };
        let few = |luck: &mut SplitMix64, most: usize| luck.below(most + 1);
        Self {
            nations,
            groups: few(luck, 3),
            agreements: few(luck, 3),
            numbers: few(luck, 2),
            flags: few(luck, 2),
            rules: 1 + luck.below(4),
            complete: few(luck, 3),
        }
    }
}
