//! What happens in a quarter: THE LIST, and one file per cause. To change the order of causes, move a line of the list.
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
            update_news,
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

/// Resets the state of every cause that keeps some, one line each, to the start of a run. Call it after the plan's
/// resources and entities are in the world.
pub fn reset(world: &mut World) {
    procurement::reset(world);
    access::reset(world);
    compromise::reset(world);
    measures::reset(world);
}

/// Drops news that is two quarters old. Each cause reads a piece of news once: later in the quarter in which it is
/// written, or early in the next.
fn update_news(mut news: ResMut<Messages<News>>) {
    news.update();
}
