//! Threads and disk: studies written into folders that are there whole or not at all; going on with them, dividing them
//! into parts, joining these, making a folder again and comparing; exports for other tools.
pub mod disk;
pub mod export;
pub mod folder;
pub mod growth;
mod home;
pub mod merge;
pub mod on_disk;
pub mod reopen;
pub mod threads;
pub mod verify;
pub mod write;

#[cfg(test)]
#[path = "../../../tests/common/three_nations.rs"]
mod three_nations;
