//! Drafts: what is drawn of a report before anybody is asked who may read it.
use crate::world::chance::{Chance, Stream, within};
use crate::world::clock::Quarter;
use crate::world::ids::NationId;
use crate::world::levels::{LEVELS, Level};
use crate::world::model::Model;
use crate::world::report::Content;

/// A report as its own luck has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draft {
    /// How sensitive it is.
    pub level: Level,
    /// What it says.
    pub content: Content,
    /// How delicate it is among the reports of its level, 0 to 1.
    pub delicacy: f64,
    /// Whether it is lost if it must move from a pool to a side list.
    pub friction: bool,
}

/// What all reports of a quarter are drawn with.
#[derive(Clone, Copy, Debug)]
pub struct Urn<'a> {
    /// The luck of the run.
    pub chance: Chance,
    /// The quarter.
    pub now: Quarter,
    /// The parameters.
    pub model: &'a Model,
    /// The chance of each level.
    pub mix: [f64; LEVELS],
    /// The address in chance of every nation, in identity order.
    pub nations: &'a [u64],
}

impl Urn<'_> {
    /// The report at an address.
    pub fn draw(&self, luck: u64) -> Draft {
        let mut draws = self.chance.at(Stream::Report, luck, self.now);
        let level = level_of(&self.mix, draws.uniform());
        let warning = draws.uniform() < self.model.warning_share;
        let (delicacy, friction) = (draws.uniform(), draws.uniform() < self.model.side_list_friction);
        let subject = subject_of(within(luck, u64::from(self.now.0)), self.nations);
        Draft { level, content: Content { subject, warning }, delicacy, friction }
    }
}

/// The level whose part of [0, 1) a draw falls in.
fn level_of(mix: &[f64; LEVELS], draw: f64) -> Level {
    let mut below = 0.0;
    for level in Level::ALL {
        below += mix[level.rank()];
        if draw < below {
            return *level;
        }
    }
    // Rounding of the sum may leave a sliver above it: the most common level takes it.
    *Level::ALL.iter().rev().find(|level| mix[level.rank()] > 0.0).unwrap_or(&Level::Open)
}

/// The nation a report concerns: the one whose own luck ranks highest, so that a further nation takes only the reports
/// that it wins.
fn subject_of(luck: u64, nations: &[u64]) -> NationId {
    let rank = |nation: u64| {
        let mixed = (luck ^ nation).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9) ^ luck >> 7
    };
    let best = (0..nations.len()).max_by_key(|n| (rank(nations[*n]), std::cmp::Reverse(*n)));
    NationId::new(best.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_subjects_follow_their_draws() {
        let mix = [0.2, 0.3, 0.0, 0.5, 0.0];
        for (draw, expected) in
            [(0.0, Level::Open), (0.2, Level::Restricted), (0.5, Level::Secret), (0.999_999, Level::Secret)]
        {
            assert_eq!(level_of(&mix, draw), expected);
        }
        let short = [0.5, 0.4, 0.0, 0.0, 0.0];
        assert_eq!(level_of(&short, 0.95), Level::Restricted, "a sliver above the sum goes to a level that has weight");
        let three: Vec<u64> = ["DEU", "FRA", "USA"].map(crate::world::chance::subject).to_vec();
        let mut four = three.clone();
        four.push(crate::world::chance::subject("ZZZ"));
        let mut counts = [0u32; 4];
        for luck in 0..4000u64 {
            let luck = luck.wrapping_mul(0x5851_F42D_4C95_7F2D);
            let (small, large) = (subject_of(luck, &three), subject_of(luck, &four));
            assert!(large.index() == 3 || large == small, "a further nation changes only what it wins");
            counts[large.index()] += 1;
        }
        assert!(counts.iter().all(|c| (700..1300).contains(c)), "every nation gets its part: {counts:?}");
    }
}
