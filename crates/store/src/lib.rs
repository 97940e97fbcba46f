//! Threads and disk: writes studies into folders that appear complete or not at all; resumes, merges and verifies them;
//! exports folders for other tools.
mod carry;
mod commit;
mod destination;
pub mod disk;
pub mod disk_folder;
pub mod draft;
pub mod export;
pub mod inputs;
mod journal;
pub mod journaled_files;
pub mod merge;
mod names;
mod own_files;
pub mod refusal;
pub mod reopen;
mod shard_file;
pub mod staged_files;
pub mod staged_folder;
pub mod threads;
pub mod verify;
pub mod write;

#[cfg(test)]
#[path = "../../../tests/common/three_nations.rs"]
mod three_nations;
