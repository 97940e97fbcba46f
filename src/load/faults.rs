//! All faults of a scenario together, sorted, with the texts that contain them.
use crate::scenario::fault::Fault;
use crate::scenario::source::Sources;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// All faults of a scenario, and the texts that contain them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// The faults, sorted by place.
    pub faults: Vec<Fault>,
    /// The texts, by the file name that a [`Place`](crate::scenario::fault::Place) has.
    pub texts: BTreeMap<Arc<str>, Arc<str>>,
    /// The scenario's folder, to which file names are relative: empty, or with a slash at the end.
    pub folder: String,
}

impl fmt::Display for Faults {
    /// Writes one line for each fault.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.faults.iter().try_for_each(|fault| writeln!(f, "{fault}"))
    }
}

impl std::error::Error for Faults {}

impl Faults {
    /// Sorts faults, removes duplicates, and keeps the first thousand.
    pub(super) fn new(mut faults: Vec<Fault>, sources: &Sources, folder: &str) -> Self {
        const MOST: usize = 1000;
        faults.sort_by(|a, b| (&a.place, a.code, &a.message).cmp(&(&b.place, b.code, &b.message)));
        faults.dedup();
        let more = faults.len().saturating_sub(MOST);
        faults.truncate(MOST);
        if more > 0 {
            faults.push(Fault::new("more", format!("there are {more} faults more")).help("mend these first"));
        }
        Self { faults, texts: sources.texts(), folder: folder.to_owned() }
    }

    /// Adds the faults of another variant of the same file, without duplicates.
    pub fn join(&mut self, more: Faults) {
        for fault in more.faults {
            if !self.faults.contains(&fault) {
                self.faults.push(fault);
            }
        }
        self.texts.extend(more.texts);
        self.folder = more.folder;
    }
}
