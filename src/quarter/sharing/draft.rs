//! Drafts: what is drawn of a report before anybody is asked who may read it.
use crate::world::chance::{Chance, Stream, within};
use crate::world::clock::Quarter;
use crate::world::levels::{LEVELS, Level};
use crate::world::model::Model;
use crate::world::report::Content;
use crate::world::subjects::Subjects;

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
    /// Whether its producer would fuse it with another.
    pub fusion: bool,
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
    /// Where in [0, 1) the part of each level ends.
    pub ends: [f64; LEVELS],
    /// Whom reports may concern.
    pub subjects: &'a Subjects,
}

impl Urn<'_> {
    /// The report at an address.
    pub fn draw(&self, luck: u64) -> Draft {
        let [level, warning, delicacy, friction, fusion] = self.chance.at(Stream::Report, luck, self.now).five();
        let level = level_of(&self.ends, level);
        let warning = warning < self.model.warning_share;
        let (friction, fusion) = (friction < self.model.side_list_friction, fusion < self.model.fusion_share);
        let subject = self.subjects.at(within(luck, u64::from(self.now.0)));
        Draft { level, content: Content { subject, warning }, delicacy, friction, fusion }
    }
}

/// Where in [0, 1) the part of each level ends, from the chance of each.
pub fn ends(mix: &[f64; LEVELS]) -> [f64; LEVELS] {
    let mut below = 0.0;
    let mut ends = mix.map(|part| {
        below += part;
        below
    });
    // Rounding of the sum may leave a sliver above it: the highest level that has weight takes it.
    let last = mix.iter().rposition(|part| *part > 0.0).unwrap_or(0);
    ends[last..].fill(1.0);
    ends
}

/// The level whose part of [0, 1) a draw falls in.
fn level_of(ends: &[f64; LEVELS], draw: f64) -> Level {
    // Nobody could guess which, so all are looked at.
    Level::ALL[ends.iter().map(|end| usize::from(draw >= *end)).sum::<usize>()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_friction_and_fusion_come_as_often_as_their_shares_say() {
        let subjects = Subjects::new(&[1, 2, 3]);
        let now = Quarter::new(2020, 1);
        let drawn = |warning_share, side_list_friction, fusion_share| {
            let model = Model { warning_share, side_list_friction, fusion_share, ..Model::default() };
            let ends = ends(&model.level_probabilities());
            let urn = Urn { chance: Chance::new(1, 0), now, model: &model, ends, subjects: &subjects };
            let drafts: Vec<Draft> = (0..4000).map(|luck| urn.draw(within(7, luck))).collect();
            let share = |of: fn(&Draft) -> bool| drafts.iter().filter(|draft| of(draft)).count() as f64 / 4000.0;
            [share(|draft| draft.content.warning), share(|draft| draft.friction), share(|draft| draft.fusion)]
        };
        assert_eq!(drawn(0.0, 1.0, 0.0), [0.0, 1.0, 0.0]);
        let (told, shares) = (drawn(0.1, 0.3, 0.8), [0.1, 0.3, 0.8]);
        assert!(told.iter().zip(shares).all(|(told, share)| (told - share).abs() < 0.03), "{told:?}");
    }

    #[test]
    fn levels_follow_their_draws() {
        let mix = ends(&[0.2, 0.3, 0.0, 0.5, 0.0]);
        for (draw, expected) in
            [(0.0, Level::Open), (0.2, Level::Restricted), (0.5, Level::Secret), (0.999_999, Level::Secret)]
        {
            assert_eq!(level_of(&mix, draw), expected);
        }
        let short = ends(&[0.5, 0.4, 0.0, 0.0, 0.0]);
        assert_eq!(level_of(&short, 0.95), Level::Restricted, "a sliver above the sum goes to a level that has weight");
    }
}
