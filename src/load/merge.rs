//! How files combine: tables key by key, all else whole.
use super::tree::{Node, Value};
use crate::scenario::fault::Fault;
use crate::scenario::words::{instead, nearest, shown};

/// The keys of a network whose vendor mix replaces whole, because shares must sum to 1.
const MIXES: [&str; 3] = ["core", "access_4g", "access_5g"];

/// Lays one tree over another: tables merge key by key; scalars, lists and vendor mixes replace whole.
pub fn lay(base: &mut Node, over: Node) {
    lay_at(base, over, &mut Vec::new());
}

fn lay_at(base: &mut Node, over: Node, path: &mut Vec<String>) {
    let both = base.branch().is_some() && over.branch().is_some();
    if !both || is_mix(path) {
        *base = over;
        return;
    }
    let (Value::Table(under), Value::Table(entries)) = (&mut base.value, over.value) else { return };
    for (key, node) in entries {
        match under.get_mut(&key) {
            Some(there) => {
                path.push(key);
                lay_at(there, node, path);
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

/// The keys of a dotted path, or what is wrong with it.
fn keys(path: &str) -> Result<Vec<&str>, Fault> {
    let keys: Vec<&str> = path.split('.').map(str::trim).collect();
    if keys.iter().any(|key| key.is_empty()) || keys.len() > 8 {
        return Err(Fault::new("bad-path", format!("`{}` is not a path", shown(path)))
            .help("a path is keys joined by dots, such as `rules.no-flagged-core.enforcement`"));
    }
    Ok(keys)
}

/// Deletes what stands at a path.
pub fn remove(tree: &mut Node, path: &str) -> Result<(), Fault> {
    let keys = keys(path)?;
    let (last, above) = keys.split_last().expect("a split text has a part");
    let mut node = Some(&mut *tree);
    for key in above {
        node = node.and_then(|node| node.branch_mut()?.get_mut(*key));
    }
    let removed = node.and_then(|node| node.branch_mut()?.remove(*last));
    match removed {
        Some(_) => Ok(()),
        None => {
            Err(Fault::new("unknown-path", format!("there is no `{}` to remove", shown(path))).help(hint(tree, &keys)))
        }
    }
}

/// What the first key of a path that leads nowhere could have been.
fn hint(tree: &Node, keys: &[&str]) -> String {
    let mut node = tree;
    for (depth, key) in keys.iter().enumerate() {
        let Some(branch) = node.branch() else { break };
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

/// What a scenario says about its own making: no variant and no `--set` changes it.
const FIXED: [&str; 6] = ["format", "extends", "tables", "remove", "variants", "policies"];

/// Gives what stands at a path another value.
pub fn set(tree: &mut Node, path: &str, value: Node) -> Result<(), Fault> {
    let keys = keys(path)?;
    if FIXED.contains(&keys[0]) {
        return Err(Fault::new("fixed-key", format!("`{}` cannot be set from outside the file", keys[0]))
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
        let mut table = Node::table(key.clone());
        if let Value::Table(branch) = &mut table.value {
            branch.insert((*inner).to_owned(), over);
        }
        over = table;
    }
    if !set_share(tree, &keys, over.at(&keys)) {
        lay(tree, over);
    }
    Ok(())
}

/// A path into a mix changes that one share, where a whole mix replaces the mix. False where the path leads into none.
fn set_share(tree: &mut Node, keys: &[&str], share: Option<&Node>) -> bool {
    let (&[networks, id, mix, vendor], Some(share)) = (keys, share) else { return false };
    if networks != "networks" || !MIXES.contains(&mix) {
        return false;
    }
    let there = [networks, id, mix].iter().try_fold(tree, |node, key| node.branch_mut()?.get_mut(*key));
    let Some(there) = there else { return false };
    let Some(branch) = there.branch_mut() else { return false };
    branch.insert(vendor.to_owned(), share.clone());
    // Who changed a share answers for the sum.
    there.place = share.key.clone();
    true
}

fn is_known(key: &str) -> bool {
    crate::scenario::schema::top().contains_key(key)
}
