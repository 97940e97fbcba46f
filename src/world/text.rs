//! Text that many rows share, such as an id.
use std::sync::Arc;

/// Immutable text whose clones share one allocation.
pub type Text = Arc<str>;
