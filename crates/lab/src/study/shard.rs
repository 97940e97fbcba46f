//! A shard: one of the parts into which the items of a study are divided.
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// Greatest number of shards of a study.
const MOST_SHARDS: u32 = 100_000;

/// One shard of a study: a contiguous range of its items (runs, or points of a sweep).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shard {
    /// Its number, from 1.
    pub part: u32,
    /// Number of shards.
    pub of: u32,
}

impl Shard {
    /// The items of this shard among `all` items. Shards are consecutive, and their sizes differ by at most one.
    pub fn items(self, all: usize) -> Range<usize> {
        let end_of = |part: u32| (all as u128 * u128::from(part) / u128::from(self.of)) as usize;
        end_of(self.part - 1)..end_of(self.part)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.trim().parse::<u32>().ok();
        let parts = text.split_once('/').and_then(|(part, of)| Some((number(part)?, number(of)?)));
        match parts {
            Some((part, of @ 1..=MOST_SHARDS)) if (1..=of).contains(&part) => Ok(Self { part, of }),
            _ => Err(format!("a part is written `I/N`, such as `2/5`: I from 1 to N, N at most {MOST_SHARDS}")),
        }
    }
}

/// The items of a shard; without a shard, all items.
pub fn items(shard: Option<Shard>, all: usize) -> Range<usize> {
    shard.map_or(0..all, |shard| shard.items(all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_shards_contain_every_item_once(all in 0_usize..100_000, of in 1_u32..300) {
            let mut next = 0;
            for part in 1..=of {
                let items = Shard { part, of }.items(all);
                prop_assert_eq!(items.start, next);
                prop_assert!(items.len() >= all / of as usize && items.len() <= all / of as usize + 1);
                next = items.end;
            }
            prop_assert_eq!(next, all);
        }
    }

    #[test]
    fn a_shard_is_written_as_its_number_and_the_number_of_shards() {
        assert_eq!("2/5".parse(), Ok(Shard { part: 2, of: 5 }));
        for bad in ["0/5", "6/5", "2", "2/0", "a/b", "-1/2", "1/100001", ""] {
            assert!(bad.parse::<Shard>().is_err(), "{bad}");
        }
    }
}
