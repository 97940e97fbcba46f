//! Checks the rules of `[rules]`: each condition by itself, then the whole rule.
use super::{Examiner, Subject};
use crate::access::lower::{Lowered, RuleLowering};
use crate::scenario::fault::{Fault, Place};
use crate::scenario::format::RuleEntry;

impl Examiner<'_> {
    /// The faults of the rules.
    pub(super) fn rules(&self) -> Vec<Fault> {
        self.scenario.file.rules.iter().flat_map(|(id, rule)| self.rule(id, rule)).collect()
    }

    fn rule(&self, id: &str, rule: &RuleEntry) -> Vec<Fault> {
        let texts = [("when", Some(rule.when.as_str())), ("unless", rule.unless.as_deref())];
        let given: Vec<(&'static str, &str)> = texts.into_iter().filter_map(|(key, text)| Some((key, text?))).collect();
        let shallow = |(key, text): &(&'static str, &str)| self.shallow_condition(id, key, text).err();
        let mut faults: Vec<Fault> = given.iter().filter_map(shallow).collect();
        if !faults.is_empty() {
            return faults;
        }
        let lowering = RuleLowering::new(id, rule);
        for (key, _) in &given {
            let lowered = lowering.alone(key).expect("only what is given is examined");
            let noun = if *key == "when" { "the condition" } else { "the exception" };
            faults.extend(self.lowered(id, key, &lowered, noun));
        }
        if faults.is_empty() {
            faults = self.lowered(id, "when", &lowering.policy(), "the rule");
        }
        faults
    }

    fn shallow_condition(&self, id: &str, key: &str, text: &str) -> Result<(), Fault> {
        if text.trim().is_empty() {
            let help = "say on whom the rule binds, such as `context.core_flagged_percent > 0`";
            return Err(Fault::new("cedar-syntax", "a condition is empty").at(self.within(id, key, 0, 0)).help(help));
        }
        self.shallow(text, &|start, end| self.within(id, key, start, end - start))
    }

    fn lowered(&self, id: &str, key: &'static str, lowered: &Lowered, noun: &'static str) -> Vec<Fault> {
        let place = |start: usize, end: usize| self.original(id, key, lowered, start, end);
        let subject = Subject { id, text: &lowered.text, noun, authored: lowered.authored_end() };
        match self.parsed(subject, &place) {
            Ok(policy) => self.validated(subject, &policy, &place),
            Err(faults) => faults,
        }
    }

    /// The place in the author's text of a span of a lowered rule.
    fn original(&self, id: &str, key: &str, lowered: &Lowered, start: usize, end: usize) -> Option<Place> {
        match lowered.original(start, end.saturating_sub(start)) {
            Some((key, first, len)) => self.within(id, key, first, len),
            None => self.scenario.origin(&format!("rules.{id}.{key}")).cloned(),
        }
    }

    /// The place of a span of a rule's text.
    fn within(&self, id: &str, key: &str, first: usize, len: usize) -> Option<Place> {
        let path = format!("rules.{id}.{key}");
        self.sources.place_in(self.scenario, &path, first, len).or_else(|| self.scenario.origin(&path).cloned())
    }
}
