//! How an examined text finds its places in the author's files.
use crate::scenario::fault::Place;

/// From a stretch of the examined text, first byte and byte behind the last, to its place.
pub(super) type Placing<'p> = &'p dyn Fn(usize, usize) -> Option<Place>;
