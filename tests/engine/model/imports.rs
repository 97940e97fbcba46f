//! What the files of the engine import, read from their text.
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A module or an item, by the names that lead to it from the crate's root; a file is the module it holds.
pub type Module = Vec<String>;

/// A path that a file names.
#[derive(Debug)]
struct Named {
    path: Module,
    /// The name it has in the file: its last, or what follows `as`; none outside a `use`.
    name: Option<String>,
    /// Whether a `pub use` makes it a name of this file too.
    public: bool,
}

/// The files of some rooms, with what each names.
pub struct Tree {
    texts: BTreeMap<Module, String>,
    named: BTreeMap<Module, Vec<Named>>,
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// Every file of `src/` and of the crates: its path in the repository, and its text.
pub fn all() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    sources(&root.join("src"), &mut found);
    for entry in fs::read_dir(root.join("crates")).expect("the crates are there") {
        sources(&entry.expect("an entry").path().join("src"), &mut found);
    }
    found.sort();
    let name = |path: &Path| path.strip_prefix(root).expect("below").display().to_string();
    found.iter().map(|path| (name(path), fs::read_to_string(path).expect("text"))).collect()
}

/// The files of some rooms, which are folders of `src/` with the files beside them.
pub fn tree(rooms: &[&str]) -> Tree {
    let inside = all().into_iter().filter(|(name, _)| room(name).is_some_and(|room| rooms.contains(&room)));
    Tree::new(inside.map(|(name, text)| (name["src/".len()..].to_owned(), text)))
}

/// The room that a file of the engine lies in, by its path in the repository.
pub fn room(name: &str) -> Option<&str> {
    name.strip_prefix("src/")?.split(['/', '.']).next()
}

impl Tree {
    /// Reads files: the name below `src/` and the text of each.
    pub fn new(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let module = |name: &str| name.trim_end_matches(".rs").split('/').map(str::to_owned).collect::<Module>();
        let texts: BTreeMap<Module, String> =
            files.into_iter().map(|(name, text)| (module(&name), plain(&text))).collect();
        let named = texts.iter().map(|(file, text)| (file.clone(), named(file, text, &texts))).collect();
        Self { texts, named }
    }

    /// Every file.
    pub fn files(&self) -> impl Iterator<Item = &Module> {
        self.texts.keys()
    }

    /// Every file with the paths that it names.
    pub fn paths(&self) -> impl Iterator<Item = (&Module, Vec<&Module>)> {
        self.named.iter().map(|(file, named)| (file, named.iter().map(|one| &one.path).collect()))
    }

    /// Every file with the files that it imports. No import: that a module declares a module below it, and that it
    /// re-exports what is there without using it.
    pub fn imports(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let of = |(file, named): (&Module, &Vec<Named>)| {
            let used =
                named.iter().filter(|one| !(one.public && one.path.starts_with(file) && self.only_once(file, one)));
            let targets = used.filter_map(|one| self.file_of(&one.path, 0)).filter(|target| target != file);
            (file.clone(), targets.collect())
        };
        self.named.iter().map(of).collect()
    }

    /// Whether a file names something in its `use` alone.
    fn only_once(&self, file: &Module, one: &Named) -> bool {
        let Some(name) = &one.name else { return false };
        let words = self.texts[file].split(|c: char| !c.is_alphanumeric() && c != '_');
        words.filter(|word| word == name).count() <= 1
    }

    /// The file that holds what a path leads to, through what modules on the way import or re-export.
    fn file_of(&self, path: &Module, depth: usize) -> Option<Module> {
        let length = (1..=path.len()).rev().find(|length| self.texts.contains_key(&path[..*length]))?;
        let module = path[..length].to_vec();
        let Some(item) = path.get(length).filter(|_| depth < 8) else { return Some(module) };
        let onward = self.named[&module].iter().find(|one| one.name.as_ref() == Some(item) && one.path != *path);
        onward.and_then(|one| self.file_of(&one.path, depth + 1)).or(Some(module))
    }
}

/// A text without comments and without the modules of its own tests.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let is_test = line == "#[cfg(test)]" && lines.peek().is_some_and(|next| next.starts_with("mod "));
        if is_test {
            if lines.next().is_some_and(|module| module.ends_with('{')) {
                lines.find(|line| *line == "}");
            }
            continue;
        }
        plain.push_str(line.split("//").next().unwrap_or_default());
        plain.push('\n');
    }
    plain
}

/// The paths that a file names, from the crate's root.
fn named(file: &Module, text: &str, texts: &BTreeMap<Module, String>) -> Vec<Named> {
    let mut named = Vec::new();
    let mut rest = String::new();
    for statement in text.split_inclusive(';') {
        let Some(at) = use_in(statement) else {
            rest.push_str(statement);
            continue;
        };
        rest.push_str(&statement[..at]);
        let line = rest.rsplit('\n').next().unwrap_or_default();
        let public = line.trim_start().starts_with("pub");
        for (path, name) in leaves(statement[at + "use ".len()..].trim_end_matches(';')) {
            named.extend(rooted(file, &path, texts).map(|path| Named { path, name: Some(name), public }));
        }
    }
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    for word in rest.split(|c: char| !is_part(c)).filter(|word| word.contains("::")) {
        let path: Module = word.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect();
        named.extend(rooted(file, &path, texts).map(|path| Named { path, name: None, public: false }));
    }
    named
}

/// Where the `use` of a statement starts, if it has one: first on its line, or behind `pub`.
fn use_in(statement: &str) -> Option<usize> {
    let before = |at: usize| statement[..at].rsplit('\n').next().unwrap_or_default().trim();
    let starts = |at: usize| before(at).is_empty() || (before(at).starts_with("pub") && !before(at).contains('{'));
    statement.match_indices("use ").map(|(at, _)| at).find(|at| starts(*at))
}

/// The paths of a tree such as `a::{b, c::{self, D as E}}`, each with the name that it has from then on.
fn leaves(tree: &str) -> Vec<(Module, String)> {
    let tree = tree.trim();
    let Some((before, inner)) = tree.split_once('{') else {
        let (path, name) = tree.split_once(" as ").map_or((tree, None), |(path, name)| (path, Some(name.trim())));
        let mut path: Module = path.split("::").map(|part| part.trim().to_owned()).collect();
        if path.len() > 1 && path.last().is_some_and(|last| last == "self" || last == "*") {
            path.pop();
        }
        let name = name.map_or_else(|| path.last().cloned().unwrap_or_default(), str::to_owned);
        return vec![(path, name)];
    };
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for c in inner[..inner.rfind('}').unwrap_or(inner.len())].chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        match c {
            ',' if depth == 0 => parts.push(String::new()),
            c => parts.last_mut().expect("never empty").push(c),
        }
    }
    let whole = |part: &String| leaves(&format!("{before}{part}"));
    parts.iter().filter(|part| !part.trim().is_empty()).flat_map(whole).collect()
}

/// A path from the crate's root; none for what another crate holds, and for names that are no path.
fn rooted(file: &Module, path: &Module, texts: &BTreeMap<Module, String>) -> Option<Module> {
    let (first, rest) = path.split_first()?;
    let rooted: Module = match first.as_str() {
        "crate" => rest.to_vec(),
        "self" => [file, rest].concat(),
        "super" => {
            let ups = path.iter().take_while(|part| *part == "super").count();
            [&file[..file.len().checked_sub(ups)?], &path[ups..]].concat()
        }
        // A module below this one.
        _ => Some([file, path.as_slice()].concat()).filter(|whole| texts.contains_key(&whole[..file.len() + 1]))?,
    };
    Some(rooted).filter(|path| !path.is_empty())
}

#[test]
fn the_paths_of_a_use_are_read_however_it_is_nested() {
    let found = leaves("crate::{\n    a::B,\n    c::{self, d::{E as F, G}},\n}");
    let found: Vec<String> = found.iter().map(|(path, name)| format!("{} {name}", path.join("::"))).collect();
    assert_eq!(found, ["crate::a::B B", "crate::c c", "crate::c::d::E F", "crate::c::d::G G"]);
}
