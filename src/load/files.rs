//! File access through a trait, and the rules for file names.
use crate::scenario::fault::Fault;
use crate::scenario::words::{is_hidden, shown};

/// A source of files: the disk, or a map in memory.
pub trait Files {
    /// The text of a file.
    ///
    /// # Errors
    /// If it cannot be read: why, in words (`there is no such file`).
    fn read(&self, path: &str) -> Result<String, String>;
}

/// Files in memory, by path.
impl Files for std::collections::BTreeMap<String, String> {
    fn read(&self, path: &str) -> Result<String, String> {
        self.get(path).cloned().ok_or_else(|| "there is no such file".to_owned())
    }
}

/// The folder of a path, with a slash at the end; empty for a path without a slash.
pub fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |slash| &path[..=slash])
}

/// Resolves a file name that occurs in the file `naming`: relative to that file unless it is absolute.
pub fn named_by(naming: &str, named: &str) -> String {
    if named.starts_with('/') { normal(named) } else { normal(&format!("{}{named}", folder(naming))) }
}

/// The path of a file name that is relative to the scenario's folder.
pub fn path_of(scenario_folder: &str, name: &str) -> String {
    if name.starts_with('/') { name.to_owned() } else { format!("{scenario_folder}{name}") }
}

/// Normalizes a path: removes `.` and `x/..`.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if path.starts_with('/') => {}
            part => parts.push(part),
        }
    }
    format!("{}{}", if path.starts_with('/') { "/" } else { "" }, parts.join("/"))
}

/// Checks a file name.
///
/// # Errors
/// If the name is empty, has hidden characters, or does not have the ending.
pub fn check_name(name: &str, ending: &str) -> Result<(), Fault> {
    if name.is_empty() || name.chars().any(is_hidden) {
        return Err(Fault::new("bad-file", format!("`{}` cannot name a file", shown(name))));
    }
    if !name.ends_with(ending) || name.rsplit('/').next() == Some(ending) {
        return Err(Fault::new("bad-file", format!("`{}` does not end in `{ending}`", shown(name)))
            .help(format!("files named here end in `{ending}`")));
    }
    Ok(())
}

/// The name of a scenario: its file name without folder and ending. It also names the folder of the results.
///
/// # Errors
/// If the name is no safe name of a folder.
pub fn scenario_name(path: &str) -> Result<String, Fault> {
    check_name(path, ".toml")?;
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.strip_suffix(".toml").unwrap_or(file);
    let starts_well = stem.chars().next().is_some_and(char::is_alphanumeric);
    let rest_well = stem.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' '));
    if !starts_well || !rest_well || stem.chars().count() > 100 {
        return Err(Fault::new("bad-file", format!("`{}` cannot name a scenario", shown(stem)))
            .help("it also names the folder of the results: a letter or digit, then letters, digits, spaces, `-`, `_` and `.`"));
    }
    Ok(stem.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_relative_to_the_file_that_gives_them() {
        assert_eq!(named_by("a.toml", "base/w.toml"), "base/w.toml");
        assert_eq!(named_by("base/w.toml", "../data/n.csv"), "data/n.csv");
        assert_eq!(named_by("base/w.toml", "../../n.csv"), "../n.csv");
        assert_eq!(named_by("base/w.toml", "/x/./y/../n.csv"), "/x/n.csv");
        assert_eq!(named_by("a.toml", "/../n.csv"), "/n.csv");
        assert_eq!(path_of("scenarios/", "base/w.toml"), "scenarios/base/w.toml");
    }

    #[test]
    fn a_scenarios_name_cannot_move_its_results_elsewhere() {
        for bad in ["...toml", ".toml", "x/.toml", "a\nb.toml", "=x.toml", "x.csv", "a\\b.toml", "c:.toml"] {
            assert!(scenario_name(bad).is_err(), "{bad}");
        }
        assert_eq!(scenario_name("x/my study 2.toml").ok().as_deref(), Some("my study 2"));
    }
}
