//! The sampler of reports: draws product, level, content, delicacy, reserve, friction and fusion of each report.
use crate::world::chance::{Chance, Stream, within};
use crate::world::clock::Quarter;
use crate::world::levels::{LEVELS, Level, Product};
use crate::world::model::{ByProduct, Model};
use crate::world::report::Content;
use crate::world::subjects::Subjects;

/// A report as it was drawn, before its readers are known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampledReport {
    /// What it is.
    pub product: Product,
    /// Its classification level.
    pub level: Level,
    /// How reluctant its producer is to contribute it, uniform in [0, 1): an agreement carries it if its contribution
    /// share is greater.
    pub reserve: f64,
    /// What it says.
    pub content: Content,
    /// How delicate it is among the reports of its level, uniform in [0, 1).
    pub delicacy: f64,
    /// True if it is lost when it must move from a pool to a side list.
    pub friction: bool,
    /// True if its producer fuses it with another, if it can.
    pub fusion: bool,
}

/// What the reports of a quarter are drawn with.
#[derive(Clone, Copy, Debug)]
pub struct ReportSampler<'a> {
    /// The random streams of the run.
    pub chance: Chance,
    /// The quarter.
    pub now: Quarter,
    /// The parameters.
    pub model: &'a Model,
    /// By product: upper bound of each level's interval in [0, 1), cumulative.
    pub level_bounds: ByProduct,
    /// The nations that reports concern, with their weights.
    pub subjects: &'a Subjects,
}

impl ReportSampler<'_> {
    /// Draws the report with this subject in the random streams; `raw_share` is the raw part of what its producer collects.
    pub fn draw(&self, luck: u64, raw_share: f64) -> SampledReport {
        let mut draws = self.chance.at(Stream::Report, luck, self.now);
        let [level, warning, delicacy, friction, fusion] = draws.five();
        let [product, reserve, ..] = draws.five();
        let product = if product < raw_share { Product::Raw } else { Product::Assessment };
        let level = level_of(&self.level_bounds[product.rank()], level);
        let warning = warning < self.model.warning_share;
        let (friction, fusion) = (friction < self.model.side_list_friction, fusion < self.model.fusion_share);
        let subject = self.subjects.at(within(luck, u64::from(self.now.0)));
        SampledReport { product, level, reserve, content: Content { subject, warning }, delicacy, friction, fusion }
    }
}

/// The upper bound of each level's interval in [0, 1), from the probabilities of the levels.
pub fn level_bounds(mix: &[f64; LEVELS]) -> [f64; LEVELS] {
    let mut below = 0.0;
    let mut bounds = mix.map(|part| {
        below += part;
        below
    });
    // Rounding may leave the sum slightly below 1: the highest level with a positive probability takes the rest.
    let last = mix.iter().rposition(|part| *part > 0.0).unwrap_or(0);
    bounds[last..].fill(1.0);
    bounds
}

/// The level whose interval contains a draw from [0, 1).
fn level_of(bounds: &[f64; LEVELS], draw: f64) -> Level {
    // The branch would be unpredictable, so all bounds are compared without one.
    Level::ALL[bounds.iter().map(|bound| usize::from(draw >= *bound)).sum::<usize>()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_friction_and_fusion_have_the_frequencies_of_their_shares() {
        let subjects = Subjects::new(&[1, 2, 3]);
        let now = Quarter::new(2020, 1);
        let drawn = |warning_share, side_list_friction, fusion_share| {
            let model = Model { warning_share, side_list_friction, fusion_share, ..Model::default() };
            let level_bounds = model.level_probabilities().map(|mix| level_bounds(&mix));
            let sampler =
                ReportSampler { chance: Chance::new(1, 0), now, model: &model, level_bounds, subjects: &subjects };
            let reports: Vec<SampledReport> = (0..4000).map(|luck| sampler.draw(within(7, luck), 0.5)).collect();
            let share =
                |is: fn(&SampledReport) -> bool| reports.iter().filter(|report| is(report)).count() as f64 / 4000.0;
            [share(|report| report.content.warning), share(|report| report.friction), share(|report| report.fusion)]
        };
        assert_eq!(drawn(0.0, 1.0, 0.0), [0.0, 1.0, 0.0]);
        let (frequencies, shares) = (drawn(0.1, 0.3, 0.8), [0.1, 0.3, 0.8]);
        assert!(frequencies.iter().zip(shares).all(|(got, share)| (got - share).abs() < 0.03), "{frequencies:?}");
    }

    #[test]
    fn a_draw_selects_the_level_whose_interval_contains_it() {
        let bounds = level_bounds(&[0.2, 0.3, 0.0, 0.5, 0.0]);
        for (draw, expected) in
            [(0.0, Level::Open), (0.2, Level::Restricted), (0.5, Level::Secret), (0.999_999, Level::Secret)]
        {
            assert_eq!(level_of(&bounds, draw), expected);
        }
        let short = level_bounds(&[0.5, 0.4, 0.0, 0.0, 0.0]);
        assert_eq!(level_of(&short, 0.95), Level::Restricted, "a sliver above the sum goes to a level that has weight");
    }
}
