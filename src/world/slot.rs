//! The seven questions asked of every ordered pair: share at each level, work alongside, co-locate.
use super::levels::{Action, LEVELS, Level};

/// How many questions there are.
pub const SLOTS: usize = LEVELS + 2;

/// One question: an action, and a level for sharing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(u8);

impl Slot {
    /// Working alongside.
    pub const WORK: Slot = Slot(LEVELS as u8);
    /// Co-locating.
    pub const COLOCATE: Slot = Slot(LEVELS as u8 + 1);

    /// Every question, sharing first, from the lowest level up.
    pub fn all() -> impl Iterator<Item = Slot> {
        (0..SLOTS as u8).map(Slot)
    }
    /// Sharing at a level.
    pub fn share(level: Level) -> Self {
        Slot(level.rank() as u8)
    }
    /// The question of an action; the level counts for sharing only (and is `open` where none is given).
    pub fn of(action: Action, level: Option<Level>) -> Self {
        match action {
            Action::Share => Self::share(level.unwrap_or(Level::Open)),
            Action::WorkAlongside => Self::WORK,
            Action::CoLocate => Self::COLOCATE,
        }
    }
    /// The action asked for.
    pub fn action(self) -> Action {
        match self {
            Slot::WORK => Action::WorkAlongside,
            Slot::COLOCATE => Action::CoLocate,
            _ => Action::Share,
        }
    }
    /// The rank of `context.level`: the report's for sharing, 0 for the other actions, which have no level.
    pub fn level_rank(self) -> usize {
        if self.index() < LEVELS { self.index() } else { 0 }
    }
    /// The level asked for, where the action has one.
    pub fn level(self) -> Option<Level> {
        Level::from_rank(self.index())
    }
    /// Its place in an array of all questions.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}
