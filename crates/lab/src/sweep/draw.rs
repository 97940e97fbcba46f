//! The random numbers of designs and of the bootstrap.
use noforn::world::chance::{Chance, Stream, subject};
use noforn::world::clock::Quarter;

/// A uniform draw from 0 to 1 for a design. It uses a run number that no run has, so it shares no random numbers with runs.
pub fn draw(seed: u64, path: &str, k: usize) -> f64 {
    let k = u32::try_from(k).expect("a design has fewer draws than 2^32");
    Chance::new(seed, u32::MAX).uniform(Stream::Parameters, subject(path), Quarter(0), k)
}
