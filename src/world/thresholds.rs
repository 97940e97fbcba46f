//! The trust that a level needs, and the highest level that a trust allows.
use super::levels::Level;
use super::model::Model;

impl Model {
    /// The trust (0 to 1) that a sender needs before it sends reports of this level; 0 for `open`.
    pub fn trust_needed(&self, level: Level) -> f64 {
        level.rank().checked_sub(1).map_or(0.0, |above_open| self.trust_for_level[above_open])
    }

    /// The highest level for which this trust (0 to 1) is enough.
    pub fn trusted_level(&self, trust: f64) -> Level {
        let mut above_open = Level::ALL.iter().skip(1).rev().copied();
        above_open.find(|level| trust >= self.trust_needed(*level)).unwrap_or(Level::Open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trust_allows_the_highest_level_that_needs_no_more() {
        let model = Model { trust_for_level: [0.25, 0.4, 0.55, 0.8], ..Model::default() };
        for (trust, allowed) in [
            (0.0, Level::Open),
            (0.249, Level::Open),
            (0.25, Level::Restricted),
            (0.55, Level::Secret),
            (0.799, Level::Secret),
            (1.0, Level::TopSecret),
        ] {
            assert_eq!(model.trusted_level(trust), allowed, "trust {trust}");
        }
    }

    #[test]
    fn a_trust_allows_exactly_the_levels_it_suffices_for() {
        let model = Model::default();
        for trust in (0..=100).map(|percent| f64::from(percent) / 100.0) {
            for level in Level::ALL {
                assert_eq!(
                    trust >= model.trust_needed(*level),
                    model.trusted_level(trust) >= *level,
                    "{trust} {level:?}"
                );
            }
        }
    }
}
