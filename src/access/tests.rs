//! Compiled decisions against Cedar's own, over generated worlds; faults that are planted must be found.
mod conditions;
mod decisions;
mod hypothetical;
mod nesting;
mod places;
mod planted;
mod shape;
mod worlds;
