//! Files of the repository, for tests and benchmarks of the engine, which itself reads no files.
use noforn::load::files::Files;

/// Reads files relative to the folder in which the test runs.
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> Result<String, String> {
        std::fs::read_to_string(path).map_err(|error| error.to_string())
    }
}
