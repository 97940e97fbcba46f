//! What lies on the disk.
pub mod disk;
pub mod export;
