//! The record of who became restricted, by which rule, and who was restored.
use super::Bench;
use crate::access::facts::Facts;
use crate::access::grants::Grants;
use crate::access::{PolicyIx, Slot};
use crate::world::ids::{NationId, RuleId};
use crate::world::record::{Because, Chronicle, Decision, DecisionKind};
use crate::world::rule::{Application, Course, Measure, Restrictions, Rule};

impl Bench<'_, '_> {
    /// Records which pairs became restricted and which were restored.
    pub fn tell(
        &self,
        facts: &Facts,
        grants: &Grants,
        courses: &[(&Rule, &Course)],
        restrictions: &mut Restrictions,
        chronicle: &mut Chronicle,
    ) {
        for owner in self.policies.owners().iter().copied() {
            let now = grants.restricted(owner);
            let mut changed = restrictions.pairs.set_of(owner);
            changed.toggle(&now);
            restrictions.pairs.row_mut(owner).copy_from_slice(now.words());
            for nation in changed.iter() {
                let stopped = now.contains(nation);
                let record = chronicle.record(self.clock.0, || match stopped {
                    true => self.restriction(facts, grants, courses, owner, nation),
                    false => self.restoration(courses, owner, nation),
                });
                if stopped {
                    restrictions.because.insert((owner, nation), record);
                } else {
                    restrictions.because.remove(&(owner, nation));
                }
            }
        }
    }

    /// Names the rule that stops each pair: at the lowest level that is stopped, else for working or locating there.
    pub fn bind(&self, facts: &Facts, grants: &Grants, restrictions: &mut Restrictions) {
        restrictions.binding.clear();
        for (owner, nation) in restrictions.because.keys().copied() {
            if let Some(policy) = self.binding(facts, grants, owner, nation) {
                restrictions.binding.insert((owner, nation), self.policies.id(policy).into());
            }
        }
    }

    /// The first policy that stops a pair at the first question that is stopped.
    fn binding(&self, facts: &Facts, grants: &Grants, owner: NationId, nation: NationId) -> Option<PolicyIx> {
        let slot = Slot::all().find(|slot| grants.forbidden(*slot).get(owner, nation))?;
        self.policies.explain(facts, owner, nation, slot).forbids.first().copied()
    }

    fn restriction(
        &self,
        facts: &Facts,
        grants: &Grants,
        courses: &[(&Rule, &Course)],
        owner: NationId,
        nation: NationId,
    ) -> Decision {
        let policy = self.binding(facts, grants, owner, nation);
        let rule = policy.and_then(|policy| self.policies.rule(policy));
        let chosen = |id: RuleId| courses.iter().find_map(|(rule, course)| chosen(rule, course, id, nation));
        let name = policy.map_or("a policy", |policy| self.policies.id(policy));
        Decision {
            kind: DecisionKind::Restrict,
            actor: owner,
            target: Some(nation),
            rule,
            outcome: what(grants, owner, nation).into(),
            probability: 1.0,
            draw: None,
            reason: format!("`{name}` forbids it"),
            because: rule.and_then(chosen).unwrap_or_default(),
            // What no rule of the scenario forbids, a policy file does.
            path: rule.map_or_else(|| "policies".to_owned(), |rule| format!("rules.{}", self.names.rule(rule))),
        }
    }

    /// What ended a restriction: a waiver, a tear-line, the end of a rule, or what the nation's government did.
    fn restoration(&self, courses: &[(&Rule, &Course)], owner: NationId, nation: NationId) -> Decision {
        let own = || courses.iter().filter(|(rule, _)| rule.owner == owner);
        let softened = own().find_map(|(rule, course)| match course.towards[nation.index()] {
            Application::Triggered { because, .. } => Some((rule.id, because)),
            _ => None,
        });
        let ended = own().find_map(|(rule, course)| match course.because {
            because @ Because::Event(_) if course.announced.is_none() => Some((rule.id, because)),
            _ => None,
        });
        let cause = softened.or(ended);
        let government = self.governments.get(self.roll.nation(nation)).map(|(_, position, _)| position.because);
        let rule = cause.map(|(rule, _)| rule);
        let place = || format!("nations.{}", self.names.nation(nation));
        Decision {
            kind: DecisionKind::Restore,
            actor: owner,
            target: Some(nation),
            rule,
            outcome: "restored".into(),
            probability: 1.0,
            draw: None,
            reason: "no rule forbids anything any more".to_owned(),
            because: cause.map_or(government.unwrap_or_default(), |(_, because)| because),
            path: rule.map_or_else(place, |rule| format!("rules.{}", self.names.rule(rule))),
        }
    }
}

/// What is stopped, in words: `share above confidential; work_alongside`.
fn what(grants: &Grants, owner: NationId, nation: NationId) -> String {
    let mut what = Vec::new();
    let forbidden = grants.share_forbidden.iter().any(|plane| plane.get(owner, nation));
    match grants.rule_cap(owner, nation) {
        None => what.push("share".to_owned()),
        Some(level) if forbidden => what.push(format!("share above {}", level.as_str())),
        Some(_) => {}
    }
    if grants.work_forbidden.get(owner, nation) {
        what.push("work_alongside".to_owned());
    }
    if grants.colocate_forbidden.get(owner, nation) {
        what.push("co_locate".to_owned());
    }
    what.join("; ")
}

/// The choice under a rule that restricts a nation, if this is the rule.
fn chosen(rule: &Rule, course: &Course, id: RuleId, nation: NationId) -> Option<Because> {
    if rule.id != id {
        return None;
    }
    match course.towards[nation.index()] {
        Application::Triggered { measure, because, .. } | Application::Restoring { measure, because, .. } => {
            (measure != Measure::Waived).then_some(because)
        }
        Application::Clear => None,
    }
}
