//! The function that maps a span of a checked text to its place in the author's files.
use crate::scenario::fault::Place;

/// Maps a span of the checked text, first byte and end, to its place.
pub(super) type SpanLocator<'p> = &'p dyn Fn(usize, usize) -> Option<Place>;
