//! Threads and disk: writes studies into folders that appear complete or not at all; resumes, merges and verifies them;
//! exports folders for other tools.
pub mod disk;
pub mod disk_folder;
pub mod export;
pub mod journaled_files;
mod locked_folder;
pub mod merge;
pub mod reopen;
mod shard_file;
pub mod staged_folder;
pub mod threads;
pub mod verify;
pub mod write;

#[cfg(test)]
#[path = "../../../tests/common/three_nations.rs"]
mod three_nations;
