//! Compiled decisions are compared with Cedar's over generated worlds; mutations of them must be found.
mod conditions;
mod decisions;
mod hypothetical;
mod mutations;
mod nesting;
mod places;
mod shape;
mod worlds;
