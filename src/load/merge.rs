//! Merges trees: tables key by key; other values replace each other.
use super::tree::{ConfigNode, ConfigValue};
use crate::scenario::fault::Fault;
use crate::scenario::words::{instead, nearest, shown};

/// The keys of a network that hold a vendor mix. A mix replaces the whole mix, because its shares must sum to 1.
const MIXES: [&str; 3] = ["core", "access_4g", "access_5g"];

/// Overlays one tree with another: tables merge key by key; scalars, lists and vendor mixes are replaced.
pub fn overlay(base: &mut ConfigNode, over: ConfigNode) {
    overlay_at(base, over, &mut Vec::new());
}

fn overlay_at(base: &mut ConfigNode, over: ConfigNode, path: &mut Vec<String>) {
    let both = base.entries().is_some() && over.entries().is_some();
    if !both || is_mix(path) {
        *base = over;
        return;
    }
    let (ConfigValue::Table(under), ConfigValue::Table(entries)) = (&mut base.value, over.value) else { return };
    for (key, node) in entries {
        match under.get_mut(&key) {
            Some(there) => {
                path.push(key);
                overlay_at(there, node, path);
                path.pop();
            }
            None => {
                under.insert(key, node);
            }
        }
    }
}

fn is_mix(path: &[String]) -> bool {
    matches!(path, [networks, _, mix] if networks == "networks" && MIXES.contains(&mix.as_str()))
}

/// The keys of a dotted path.
///
/// # Errors
/// If a key is empty or there are more than eight.
fn keys(path: &str) -> Result<Vec<&str>, Fault> {
    let keys: Vec<&str> = path.split('.').map(str::trim).collect();
    if keys.iter().any(|key| key.is_empty()) || keys.len() > 8 {
        return Err(Fault::new("bad-path", format!("`{}` is not a path", shown(path)))
            .help("a path is keys joined by dots, such as `rules.no-flagged-core.enforcement`"));
    }
    Ok(keys)
}

/// Deletes the value at a path.
///
/// # Errors
/// If there is no value.
pub fn remove(tree: &mut ConfigNode, path: &str) -> Result<(), Fault> {
    let keys = keys(path)?;
    let (last, above) = keys.split_last().expect("a split text has a part");
    let mut node = Some(&mut *tree);
    for key in above {
        node = node.and_then(|node| node.entries_mut()?.get_mut(*key));
    }
    let removed = node.and_then(|node| node.entries_mut()?.remove(*last));
    match removed {
        Some(_) => Ok(()),
        None => {
            Err(Fault::new("unknown-path", format!("there is no `{}` to remove", shown(path))).help(hint(tree, &keys)))
        }
    }
}

/// Help for a path that does not exist: what its first unknown key may have meant.
fn hint(tree: &ConfigNode, keys: &[&str]) -> String {
    let mut node = tree;
    for (depth, key) in keys.iter().enumerate() {
        let Some(branch) = node.entries() else { break };
        let Some(next) = branch.get(*key) else {
            let above = keys[..depth].join(".");
            if let Some(near) = nearest(key, branch.keys().map(String::as_str)) {
                let near = if above.is_empty() { near.to_owned() } else { format!("{above}.{near}") };
                return format!("did you mean `{near}`?");
            }
            let place = if above.is_empty() { "at the top".to_owned() } else { format!("in `{above}`") };
            return format!("{place}, {}", instead(key, branch.keys().map(String::as_str), "there is nothing"));
        };
        node = next;
    }
    "only a key of a table has a path; lists and single values are replaced whole".to_owned()
}

/// The paths that say how a scenario is built, or what `noforn run` makes of the file. No variant and no `--set` can change them.
const FIXED: [&[&str]; 8] = [
    &["format"],
    &["extends"],
    &["tables"],
    &["remove"],
    &["variants"],
    &["policies"],
    &["run", "variants"],
    &["run", "reps"],
];

/// Sets the value at a path.
///
/// # Errors
/// If the path is not valid, or neither it nor the table above it exists.
pub fn set(tree: &mut ConfigNode, path: &str, value: ConfigNode) -> Result<(), Fault> {
    let keys = keys(path)?;
    if let Some(fixed) = FIXED.iter().find(|fixed| keys.starts_with(fixed)) {
        return Err(Fault::new("fixed-key", format!("`{}` cannot be set from outside the file", fixed.join(".")))
            .help("write it in a file that `extends` this one"));
    }
    let entry_missing = keys.len() > 2 && keys[0] != "model" && tree.at(&keys[..2]).is_none();
    let root_missing = keys.len() > 1 && tree.at(&keys[..1]).is_none() && !is_known(keys[0]);
    if entry_missing || root_missing {
        return Err(Fault::new("unknown-path", format!("there is no `{}` to change", shown(&keys[..2].join("."))))
            .help(hint(tree, &keys)));
    }
    let key = value.key.clone();
    let mut over = value;
    for inner in keys.iter().rev() {
        let mut table = ConfigNode::empty_table(key.clone());
        if let ConfigValue::Table(branch) = &mut table.value {
            branch.insert((*inner).to_owned(), over);
        }
        over = table;
    }
    if !set_share(tree, &keys, over.at(&keys)) {
        overlay(tree, over);
    }
    Ok(())
}

/// Sets one share of a vendor mix; false if the path does not lead into a mix.
fn set_share(tree: &mut ConfigNode, keys: &[&str], share: Option<&ConfigNode>) -> bool {
    let (&[networks, id, mix, vendor], Some(share)) = (keys, share) else { return false };
    if networks != "networks" || !MIXES.contains(&mix) {
        return false;
    }
    let there = [networks, id, mix].iter().try_fold(tree, |node, key| node.entries_mut()?.get_mut(*key));
    let Some(there) = there else { return false };
    let Some(branch) = there.entries_mut() else { return false };
    branch.insert(vendor.to_owned(), share.clone());
    // A fault in the sum then points at the share that was set.
    there.place = share.key.clone();
    true
}

fn is_known(key: &str) -> bool {
    crate::scenario::schema::top().contains_key(key)
}
