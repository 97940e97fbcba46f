//! What a scenario leaves to the draw of each run: sets of parameters, and the intelligence of nations.
use super::{NationEntry, ScenarioFile};

impl ScenarioFile {
    /// True if runs draw parameters or the intelligence of a nation; if not, runs differ by luck alone.
    pub fn draws(&self) -> bool {
        !self.posterior.is_empty() || self.ranges() > 0
    }

    /// The number of nations whose intelligence has a range.
    pub fn ranges(&self) -> usize {
        self.nations.values().filter(|nation| nation.range().is_some()).count()
    }

    /// Removes everything that runs draw: each then uses the scenario's own values.
    pub fn fix(&mut self) {
        self.posterior.clear();
        self.nations.values_mut().for_each(NationEntry::fix);
    }
}

impl NationEntry {
    /// The range of its intelligence, if it has one.
    pub fn range(&self) -> Option<(f64, f64)> {
        self.intelligence_low.zip(self.intelligence_high)
    }

    /// Removes the range of its intelligence.
    pub fn fix(&mut self) {
        (self.intelligence_low, self.intelligence_high) = (None, None);
    }
}
