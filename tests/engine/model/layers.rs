//! The rooms of the engine import downwards only, and no files of it import one another in a circle.
use super::imports::{Module, Tree, all, tree};
use std::collections::{BTreeMap, BTreeSet};

/// The rooms of the engine (the folders of `src/`), each with the rooms that it may import.
pub const ROOMS: [(&str, &[&str]); 7] = [
    ("world", &[]),
    ("history", &["world"]),
    ("scenario", &["world"]),
    ("access", &["world", "scenario"]),
    ("load", &["world", "scenario", "access"]),
    ("quarter", &["world", "history", "access"]),
    ("run", &["world", "history", "scenario", "access", "quarter"]),
];

/// The files of the engine.
fn engine() -> Tree {
    tree(&ROOMS.map(|(room, _)| room))
}

/// What is wrong with what the files of the rooms import: rooms that they may not.
fn strays(tree: &Tree) -> Vec<String> {
    let mut strays = Vec::new();
    for (file, paths) in tree.paths() {
        let allowed = ROOMS.iter().find(|(room, _)| *room == file[0]).map_or(&[][..], |(_, rooms)| *rooms);
        for path in paths.iter().filter(|path| path[0] != file[0] && !allowed.contains(&path[0].as_str())) {
            strays.push(format!("src/{}.rs imports crate::{}", file.join("/"), path.join("::")));
        }
    }
    strays
}

/// Pairs of rooms of which each imports the other.
fn mutual(tree: &Tree) -> Vec<String> {
    let mut between = BTreeSet::new();
    for (file, paths) in tree.paths() {
        between.extend(paths.iter().map(|path| (file[0].clone(), path[0].clone())).filter(|(a, b)| a != b));
    }
    let both = between.iter().filter(|(a, b)| a < b && between.contains(&(b.clone(), a.clone())));
    both.map(|(a, b)| format!("{a} and {b} import each other")).collect()
}

/// Files that import one another in a circle: what is left after removing, again and again, files that import none of
/// the rest and files that none of the rest imports.
fn circle(tree: &Tree) -> Vec<String> {
    let mut rest: BTreeMap<Module, BTreeSet<Module>> = tree.imports();
    loop {
        let imported: BTreeSet<Module> = rest.values().flatten().cloned().collect();
        let before = rest.len();
        rest.retain(|file, imports| !imports.is_empty() && imported.contains(file));
        if rest.len() == before {
            break;
        }
        let left: BTreeSet<Module> = rest.keys().cloned().collect();
        rest.values_mut().for_each(|imports| imports.retain(|file| left.contains(file)));
    }
    let names = |files: &BTreeSet<Module>| files.iter().map(|file| file.join("/")).collect::<Vec<_>>().join(", ");
    rest.iter().map(|(file, imports)| format!("{} imports {}", file.join("/"), names(imports))).collect()
}

/// The causes: the files of `src/quarter/`.
fn causes(tree: &Tree) -> BTreeSet<String> {
    tree.files().filter(|file| file.len() == 2 && file[0] == "quarter").map(|file| file[1].clone()).collect()
}

/// Files of a cause that import another cause.
fn meetings(tree: &Tree) -> Vec<String> {
    let causes = causes(tree);
    let mut meetings = Vec::new();
    for (file, paths) in tree.paths().filter(|(file, _)| file.len() > 1 && file[0] == "quarter") {
        let others = paths.iter().filter(|path| path.len() > 1 && path[0] == "quarter" && path[1] != file[1]);
        meetings.extend(
            others
                .filter(|path| causes.contains(&path[1]))
                .map(|path| format!("src/{}.rs imports the cause `{}`", file.join("/"), path[1])),
        );
    }
    meetings
}

#[test]
fn a_room_imports_only_rooms_below_it() {
    let below = |room: &str| ROOMS.iter().position(|(name, _)| *name == room).expect("a room of the table");
    for (room, rooms) in ROOMS {
        assert!(rooms.iter().all(|other| below(other) < below(room)), "{room} may import a room that is not below it");
    }
    assert_eq!(strays(&engine()), Vec::<String>::new());
}

#[test]
fn every_room_of_the_engine_is_in_the_table() {
    let lib = all().into_iter().find(|(name, _)| name == "src/lib.rs").expect("the crate has a root").1;
    let modules = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let rooms: BTreeSet<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    assert_eq!(modules.collect::<BTreeSet<_>>(), rooms);
}

#[test]
fn no_two_rooms_import_each_other() {
    assert_eq!(mutual(&engine()), Vec::<String>::new());
}

#[test]
fn no_files_import_one_another_in_a_circle() {
    assert_eq!(circle(&engine()), Vec::<String>::new());
}

#[test]
fn causes_meet_only_in_the_world() {
    let tree = engine();
    assert!(causes(&tree).len() >= 11, "the causes are read from their folder");
    assert_eq!(meetings(&tree), Vec::<String>::new());
}

#[test]
fn a_cause_resets_its_own_state() {
    let tree = engine();
    let causes = causes(&tree);
    // The plan computes what agreements allow at the start, as the cause does later: that is no state of the cause.
    let parts = tree.paths().filter(|(file, _)| file.len() > 1 && file[0] == "run" && file[1] != "plan");
    let named = parts.flat_map(|(_, paths)| paths).filter(|path| path.len() > 1 && path[0] == "quarter");
    let named: Vec<&Module> = named.filter(|path| causes.contains(&path[1])).collect();
    assert!(named.is_empty(), "src/run/ names causes: {named:?}");
}

#[test]
fn what_the_claims_forbid_is_found() {
    let of = |files: &[(&str, &str)]| Tree::new(files.iter().map(|(name, text)| ((*name).into(), (*text).into())));
    let up = of(&[("world/a.rs", "use crate::{\n    world::b::B,\n    access::{facts::Facts, Slot},\n};\n")]);
    assert_eq!(strays(&up).len(), 2, "{:?}", strays(&up));
    let inline = of(&[("world/a.rs", "fn f() -> crate::run::Plan {}\n")]);
    assert_eq!(strays(&inline).len(), 1);
    let tested = of(&[(
        "world/a.rs",
        "fn f() {}\n#[cfg(test)]\nmod tests {\n    use crate::run::Plan;\n}\nuse crate::load::X;\n",
    )]);
    assert_eq!(strays(&tested), ["src/world/a.rs imports crate::load::X"]);
    let each = of(&[("load.rs", "use crate::access::P;\n"), ("access/p.rs", "use crate::load::load;\n")]);
    assert_eq!(mutual(&each), ["access and load import each other"]);
    let through = of(&[
        ("run.rs", "mod a;\nmod b;\nmod c;\npub use a::A;\n"),
        ("run/a.rs", "use super::c;\nfn f() { c::x() }\n"),
        ("run/b.rs", "use super::A;\n"),
        ("run/c.rs", "use crate::run::b::{self, B};\n"),
    ]);
    assert_eq!(circle(&through).len(), 3, "{:?}", circle(&through));
    let parent = of(&[("run.rs", "mod a;\nuse a::A;\nstruct B;\n"), ("run/a.rs", "use super::B;\n")]);
    assert_eq!(circle(&parent).len(), 2, "{:?}", circle(&parent));
    let declared = of(&[("run.rs", "mod a;\npub use a::A;\nstruct B;\n"), ("run/a.rs", "use super::B;\n")]);
    assert_eq!(circle(&declared), Vec::<String>::new());
    let meeting = of(&[("quarter/a.rs", ""), ("quarter/b/c.rs", "use super::super::a::A;\n"), ("quarter/b.rs", "")]);
    assert_eq!(meetings(&meeting), ["src/quarter/b/c.rs imports the cause `a`"]);
}
