//! Tables told.
