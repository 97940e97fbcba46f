//! Room to work in: what was evaluated once and serves again. One for each thread.
use super::book::Book;
use super::cedar::World;
use super::facts::Facts;
use super::planes::Planes;
use crate::world::ids::NationId;
use crate::world::matrix::BitMatrix;
use crate::world::sets::{NationSet, words_for};
use crate::world::slot::SLOTS;
use bevy_ecs::prelude::Resource;
use std::sync::Arc;

/// Room to work in; what it holds never changes a decision.
#[derive(Resource, Clone, Debug, Default)]
pub struct Scratch {
    /// Counts sweeps and givers, so that what was kept for an earlier one is never read.
    pub(super) clock: u64,
    pub(super) kept: Vec<(u64, Planes)>,
    pub(super) everyone: NationSet,
    pub(super) rows: Vec<Vec<i64>>,
    pub(super) standing: Option<Standing>,
    world: Option<(Facts, World)>,
}

/// The permits that change with agreements only, and everything they were derived from.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub book: Arc<Book>,
    pub groups: Vec<NationSet>,
    pub agreements: Vec<NationSet>,
    pub side: [BitMatrix; 5],
    /// By question; nobody towards itself.
    pub permits: [BitMatrix; SLOTS],
}

impl Standing {
    /// Derived from nothing yet.
    pub(super) fn new(book: Arc<Book>) -> Self {
        let none = || BitMatrix::none(0);
        let side = std::array::from_fn(|_| none());
        Self { book, groups: Vec::new(), agreements: Vec::new(), side, permits: std::array::from_fn(|_| none()) }
    }
}

impl Scratch {
    /// Empty; it grows to what the policies need.
    pub fn new() -> Self {
        Self::default()
    }
    /// Starts a sweep over new facts; returns its time.
    pub(super) fn start(&mut self, facts: &Facts, kept: usize) -> u64 {
        self.clock += 1;
        self.kept.resize_with(self.kept.len().max(kept), Default::default);
        let fits = self.everyone.len() == facts.nations && self.everyone.words().len() == words_for(facts.nations);
        if !fits {
            self.everyone = NationSet::all(facts.nations);
        }
        self.clock
    }
    /// Starts the next giver; returns its time.
    pub(super) fn next_giver(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }
    /// The facts as Cedar sees them, made once for equal facts.
    pub(super) fn world(&mut self, book: &Book, facts: &Facts) -> &World {
        if self.world.as_ref().is_none_or(|(of, world)| of != facts || !world.is_of(&book.cedar)) {
            self.world = Some((facts.clone(), World::new(&book.cedar, facts)));
        }
        self.world.as_ref().map(|(_, world)| world).expect("made above")
    }
    /// Everyone but one.
    pub(super) fn others(&self, one: NationId) -> NationSet {
        let mut others = self.everyone.clone();
        others.remove(one);
        others
    }
}
