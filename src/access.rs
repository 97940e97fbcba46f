//! Who may give what to whom: Cedar policies, compiled and decided.
mod answer;
mod assemble;
mod book;
mod cedar;
mod cell;
mod compile;
mod decide;
mod declared;
pub mod depth;
pub mod facts;
mod ir;
mod keep;
mod lex;
mod lower;
pub mod oracle;
mod planes;
mod policies;
pub mod possible;
mod range;
pub mod reading;
mod row;
mod schema;
mod scratch;
mod statements;
#[cfg(test)]
mod tests;
mod validate;

pub use answer::{AccessError, Explanation, PolicyIx};
pub use policies::Policies;
pub use schema::cedar_schema;
pub use scratch::Scratch;
