//! What happens in a quarter: THE LIST, in order.
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

use bevy_ecs::prelude::*;
use bevy_ecs::schedule::{LogLevel, ScheduleBuildSettings, SingleThreadedExecutor};

/// The schedule of one quarter. To move when something happens, move its line.
pub fn quarter() -> Schedule {
    let mut schedule = Schedule::default();
    schedule.set_executor(SingleThreadedExecutor::new());
    schedule.set_build_settings(ScheduleBuildSettings {
        ambiguity_detection: LogLevel::Error,
        ..ScheduleBuildSettings::default()
    });
    schedule.add_systems(
        (
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
