//! The work space of decisions: buffers, and caches that a generation counter invalidates. One for each thread.
use super::cedar::CedarEntities;
use super::facts::Facts;
use super::planes::Planes;
use super::store::PolicyStore;
use crate::world::ids::NationId;
use crate::world::matrix::BitMatrix;
use crate::world::sets::{NationSet, words_for};
use crate::world::slot::SLOTS;
use bevy_ecs::prelude::Resource;
use std::sync::Arc;

/// Buffers and caches for decisions. What it holds changes their speed, never their result.
#[derive(Resource, Clone, Debug, Default)]
pub struct Scratch {
    /// Grows by 1 with every decision and every giver. A cached result is valid if it is not older than the generation
    /// in which its decision, or its giver, began.
    pub(super) generation: u64,
    /// Cached results of parts of conditions, each with the generation in which it was computed.
    pub(super) cached: Vec<(u64, Planes)>,
    pub(super) everyone: NationSet,
    /// Buffers that are free, to save allocations.
    pub(super) buffers: Vec<Vec<i64>>,
    pub(super) permit_cache: Option<PermitCache>,
    entities: Option<(Facts, CedarEntities)>,
}

/// The generations in which the current decision and the current giver began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Generations {
    pub decision: u64,
    pub giver: u64,
}

/// The static permits, and the inputs that they were computed from.
#[derive(Clone, Debug)]
pub(super) struct PermitCache {
    pub store: Arc<PolicyStore>,
    pub groups: Vec<NationSet>,
    pub agreements: Vec<NationSet>,
    pub side: [BitMatrix; 5],
    /// For each question, the permitted pairs; the diagonal is empty.
    pub permits: [BitMatrix; SLOTS],
}

impl PermitCache {
    /// An empty cache for no nations.
    pub(super) fn new(store: Arc<PolicyStore>) -> Self {
        let side = std::array::from_fn(|_| BitMatrix::none(0));
        let permits = std::array::from_fn(|_| BitMatrix::none(0));
        Self { store, groups: Vec::new(), agreements: Vec::new(), side, permits }
    }
}

impl Scratch {
    /// An empty work space; it grows to what the policies need.
    pub fn new() -> Self {
        Self::default()
    }
    /// Starts a decision on new facts; returns its generation. `cache_len` is the number of cached results.
    pub(super) fn start_decision(&mut self, facts: &Facts, cache_len: usize) -> u64 {
        self.generation += 1;
        self.cached.resize_with(self.cached.len().max(cache_len), Default::default);
        let fits = self.everyone.len() == facts.nations && self.everyone.words().len() == words_for(facts.nations);
        if !fits {
            self.everyone = NationSet::all(facts.nations);
        }
        self.generation
    }
    /// Starts the next giver; returns its generation.
    pub(super) fn start_giver(&mut self) -> u64 {
        self.generation += 1;
        self.generation
    }
    /// The facts as Cedar entities, built again only where the facts or the names changed.
    pub(super) fn entities(&mut self, store: &PolicyStore, facts: &Facts) -> &CedarEntities {
        let current = |(of, entities): &(Facts, CedarEntities)| of == facts && entities.has_names(&store.cedar);
        if !self.entities.as_ref().is_some_and(current) {
            self.entities = Some((facts.clone(), CedarEntities::new(&store.cedar, facts)));
        }
        self.entities.as_ref().map(|(_, entities)| entities).expect("set above")
    }
    /// All nations but one.
    pub(super) fn others(&self, one: NationId) -> NationSet {
        let mut others = self.everyone.clone();
        others.remove(one);
        others
    }
}
