//! Who may give what to whom: Cedar policies, compiled and decided.
pub mod facts;
pub mod grants;
