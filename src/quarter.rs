//! What happens in a quarter: THE LIST, and one file per cause. To move when something happens, move its line.
pub mod access;
pub mod agreements;
pub mod beliefs;
pub mod compromise;
pub mod diplomacy;
pub mod events;
pub mod measures;
pub mod missions;
pub mod procurement;
pub mod sharing;
pub mod stances;

use crate::world::news::News;
use bevy_ecs::message::Messages;
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::{LogLevel, ScheduleBuildSettings, SingleThreadedExecutor};

/// The whole model, in order.
pub fn quarter() -> Schedule {
    let mut schedule = Schedule::default();
    schedule.set_executor(SingleThreadedExecutor::new());
    schedule.set_build_settings(ScheduleBuildSettings {
        ambiguity_detection: LogLevel::Error,
        ..ScheduleBuildSettings::default()
    });
    schedule.add_systems(
        (
            turn_page,
            events::events,
            beliefs::beliefs,
            stances::stances,
            procurement::procurement,
            access::access,
            missions::missions,
            agreements::agreements,
            sharing::sharing,
            compromise::compromise,
            diplomacy::diplomacy,
            measures::measures,
        )
            .chain(),
    );
    schedule
}

/// Puts the state that causes keep for themselves back to the start of a run: one line for each cause that has some.
/// What the plan gives must already be in the world.
pub fn reset(world: &mut World) {
    procurement::reset(world);
    access::reset(world);
    compromise::reset(world);
    measures::reset(world);
}

/// News is read once by each cause: later in the quarter it is told in, or early in the next.
fn turn_page(mut news: ResMut<Messages<News>>) {
    news.update();
}
