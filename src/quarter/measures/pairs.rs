//! The highest level that every ordered pair shares, from a world, without recording the rows of pairs.
use super::year::find_binding;
use crate::access::facts::Facts;
use crate::world::agreement::Covenant;
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::levels::LEVELS;
use crate::world::matrix::Matrix;
use crate::world::setting::{Setting, everyone};
use crate::world::ties::Trust;
use bevy_ecs::prelude::World;

/// The rank of the highest level that one nation shares with another, as `level_rank` of `dyads`; `None` if it shares
/// nothing.
pub type PairLevel = Option<u8>;

/// The level of every ordered pair in the world's last quarter; `None` from a nation to itself.
pub fn levels(world: &World) -> Matrix<PairLevel> {
    let n = world.resource::<Setting>().nations;
    let mut levels = Matrix::filled(n, None);
    for from in everyone(n) {
        for to in everyone(n).filter(|to| *to != from) {
            levels[(from, to)] = level(world, from, to);
        }
    }
    levels
}

fn level(world: &World, from: NationId, to: NationId) -> PairLevel {
    let grants = world.resource::<Grants>();
    let trust = world.resource::<Trust>().with_reports(from, to);
    let binding = find_binding(
        world.resource::<Covenant>().ceiling(from, to).map(|level| level.rank()),
        (0..LEVELS).rev().find(|rank| !grants.share_forbidden[*rank].get(from, to)),
        world.resource::<Setting>().model.trusted_level(trust).rank(),
        world.resource::<Facts>().clearance[to.index()] as usize,
        false,
    );
    binding.level.map(|rank| u8::try_from(rank).expect("there are five levels"))
}
