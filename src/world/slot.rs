//! The seven access questions for every ordered pair: share at each of five levels, work alongside, co-locate.
use super::levels::{Action, LEVELS, Level};

/// The number of questions.
pub const SLOTS: usize = LEVELS + 2;

/// One access question: an action and, for sharing, a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(u8);

impl Slot {
    /// May they work alongside each other?
    pub const WORK: Slot = Slot(LEVELS as u8);
    /// May the sender keep missions there?
    pub const COLOCATE: Slot = Slot(LEVELS as u8 + 1);

    /// All questions in the order of their index: sharing first, from the lowest level up.
    pub fn all() -> impl Iterator<Item = Slot> {
        (0..SLOTS as u8).map(Slot)
    }
    /// May the sender share reports of this level?
    pub fn share(level: Level) -> Self {
        Slot(level.rank() as u8)
    }
    /// The action it asks about.
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
    /// The level it asks about, if the action has one.
    pub fn level(self) -> Option<Level> {
        Level::from_rank(self.index())
    }
    /// Its index in an array of all questions, 0 to 6.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}
