//! Access decisions: which nation may give what to which, by Cedar policies that are compiled and evaluated.
mod answer;
mod assemble;
mod cedar;
mod cell;
mod compile;
pub mod condition;
mod decide;
mod declared;
pub mod depth;
pub mod facts;
mod ir;
mod lex;
mod lower;
mod memoize;
pub mod oracle;
mod planes;
mod policies;
pub mod possible;
mod range;
mod row;
mod schema;
mod scratch;
mod split;
mod store;
#[cfg(test)]
mod tests;
mod validate;

pub use answer::{AccessError, Explanation, PolicyIx};
pub use policies::Policies;
pub use schema::cedar_schema;
pub use scratch::Scratch;
