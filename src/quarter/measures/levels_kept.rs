//! How much of the levels that agreements allow a nation still shares.
use super::flow::FlowInputs;
use crate::world::levels::{LEVELS, Level};
use crate::world::sets::NationSet;

/// The sum over a producer's partners by agreement of (rank of the highest level it may send them + 1); a partner to
/// whom nothing may go adds 0. A level may go if an agreement carries it, no rule forbids it, the partner is cleared for
/// it and trusted with it.
pub fn levels_kept(inputs: &FlowInputs<'_>) -> u32 {
    let mut partners = NationSet::none(inputs.trust.len());
    let mut sum = 0;
    for rank in (0..LEVELS).rev() {
        let needed = inputs.model.trust_needed(Level::ALL[rank]);
        let mut others = inputs.clearances.0[rank].clone();
        others.intersect_words(inputs.covenant.joined[rank].row(inputs.producer));
        others.intersect_words(inputs.lawful[rank].row(inputs.producer));
        others.subtract(&partners);
        // Whoever may get a level counts once for it and once for each level below.
        others.iter().filter(|to| inputs.trust[to.index()] >= needed).for_each(|to| partners.insert(to));
        sum += partners.len() as u32;
    }
    sum
}
