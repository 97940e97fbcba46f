//! How far every ordered pair shares, read off a world without recording the rows of pairs.
use super::year::bind;
use crate::access::facts::Facts;
use crate::world::agreement::Covenant;
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::levels::LEVELS;
use crate::world::matrix::Matrix;
use crate::world::setting::{Setting, everyone};
use crate::world::ties::Trust;
use bevy_ecs::prelude::World;

/// What is shared from one nation to another: the rank of the highest level, as `level_rank` of `dyads`; none if
/// nothing.
pub type Level = Option<u8>;

/// The level of every ordered pair in the world's last quarter; none from a nation to itself.
pub fn levels(world: &World) -> Matrix<Level> {
    let n = world.resource::<Setting>().nations;
    let mut levels = Matrix::filled(n, None);
    for from in everyone(n) {
        for to in everyone(n).filter(|to| *to != from) {
            levels[(from, to)] = level(world, from, to);
        }
    }
    levels
}

fn level(world: &World, from: NationId, to: NationId) -> Level {
    let grants = world.resource::<Grants>();
    let trust = world.resource::<Trust>().now[(from, to)];
    let bound = bind(
        world.resource::<Covenant>().ceiling(from, to).map(|level| level.rank()),
        (0..LEVELS).rev().find(|rank| !grants.share_forbidden[*rank].get(from, to)),
        world.resource::<Setting>().model.trusted_level(trust).rank(),
        world.resource::<Facts>().clearance[to.index()] as usize,
        false,
    );
    bound.level.map(|rank| u8::try_from(rank).expect("there are five levels"))
}
