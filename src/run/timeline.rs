//! The timeline of a scenario as effects, every id resolved.
use super::rank::{rank, vendor};
use crate::scenario::Scenario;
use crate::scenario::format::{EventEntry, Operand};
use crate::world::clock::Quarter;
use crate::world::effect::{Club, Effect};
use crate::world::ids::{AgreementId, FactId, GroupId, MissionId, NationId, RuleId};
use crate::world::sets::NationSet;

/// The effects in the order they are applied; the rank of each is its `EventId`.
pub fn effects(scenario: &Scenario) -> Vec<(Quarter, Effect)> {
    let one = |event: &crate::scenario::Dated| {
        let reading = Reading { scenario, event: &scenario.file.events[&event.id] };
        (event.quarter, reading.effect())
    };
    scenario.timeline.iter().map(one).collect()
}

/// One event and the scenario it names things of.
struct Reading<'a> {
    scenario: &'a Scenario,
    event: &'a EventEntry,
}

impl Reading<'_> {
    fn effect(&self) -> Effect {
        let event = self.event;
        let of_vendor = self.of_vendor();
        let of_rule = self.of_rule();
        let of_government = self.of_government();
        let of_place = self.of_place();
        of_vendor.or(of_rule).or(of_government).or(of_place).unwrap_or_else(|| {
            debug_assert!(event.note.is_some(), "a checked event has one effect");
            Effect::Note
        })
    }

    fn nation_of(&self, id: &str) -> NationId {
        NationId::new(rank(&self.scenario.rosters.nations, id))
    }
    /// The nation of the key `nation`, or of an operand's short form.
    fn nation(&self, operand: Option<&Operand>) -> NationId {
        let id = match operand {
            Some(Operand::Id(id)) => id,
            _ => self.event.nation.as_ref().expect("the loader has seen to it"),
        };
        self.nation_of(id)
    }
    fn by(&self) -> NationId {
        self.nation_of(self.event.by.as_ref().expect("the loader has seen to it"))
    }
    fn strength(&self) -> f64 {
        self.event.strength_share.unwrap_or(1.0)
    }
    fn rule(&self, id: &str) -> RuleId {
        RuleId::new(rank(&self.scenario.rosters.rules, id))
    }
    fn mission(&self, id: &str) -> MissionId {
        MissionId::new(rank(&self.scenario.rosters.missions, id))
    }
    fn club(&self, id: &str) -> Club {
        match self.scenario.rosters.agreements.rank(id) {
            Some(agreement) => Club::Agreement(AgreementId::new(agreement)),
            None => Club::Group(GroupId::new(rank(&self.scenario.rosters.groups, id))),
        }
    }

    fn of_vendor(&self) -> Option<Effect> {
        let event = self.event;
        let vendor = |id: &String| vendor(self.scenario, id);
        None.or_else(|| event.flag.as_ref().map(|id| Effect::Flag { vendor: vendor(id), by: self.by() }))
            .or_else(|| event.unflag.as_ref().map(|id| Effect::Unflag { vendor: vendor(id), by: self.by() }))
            .or_else(|| {
                let strength = self.strength();
                event.embargo.as_ref().map(|id| Effect::Embargo { vendor: vendor(id), by: self.by(), strength })
            })
            .or_else(|| event.ease.as_ref().map(|id| Effect::Ease { vendor: vendor(id) }))
            .or_else(|| event.deny.as_ref().map(|id| Effect::Deny(vendor(id))))
            .or_else(|| {
                let strength = self.strength();
                event.advocate.as_ref().map(|_| Effect::Advocate { by: self.by(), strength })
            })
    }

    fn of_rule(&self) -> Option<Effect> {
        let event = self.event;
        None.or_else(|| event.announce.as_ref().map(|id| Effect::Announce(self.rule(id))))
            .or_else(|| event.lift.as_ref().map(|id| Effect::Lift(self.rule(id))))
            .or_else(|| event.contradict.as_ref().map(|_| Effect::Contradict { by: self.by() }))
            .or_else(|| event.waive.as_ref().map(|id| Effect::Waive { rule: self.rule(id), nation: self.nation(None) }))
    }

    fn of_government(&self) -> Option<Effect> {
        let event = self.event;
        None.or_else(|| event.disclose.as_ref().map(|_| Effect::Disclose(self.nation(None))))
            .or_else(|| {
                let strength = self.strength();
                let operand = event.retaliate.as_ref();
                operand.map(|_| Effect::Retaliate { nation: self.nation(operand), strength })
            })
            .or_else(|| {
                let amount_musd = event.amount_musd.unwrap_or(0.0);
                event.compensate.as_ref().map(|on| Effect::Compensate { nations: self.paid(on), amount_musd })
            })
            .or_else(|| event.stance.map(|stance| Effect::Stance { nation: self.nation(None), stance }))
            .or_else(|| {
                let fact = |id: &String| FactId::new(rank(&self.scenario.rosters.facts, id));
                let value = event.value.map_or(0, |value| value.number());
                event.set_fact.as_ref().map(|id| Effect::SetFact { fact: fact(id), nation: self.nation(None), value })
            })
    }

    fn of_place(&self) -> Option<Effect> {
        let event = self.event;
        None.or_else(|| event.join.as_ref().map(|id| Effect::Join { club: self.club(id), nation: self.nation(None) }))
            .or_else(|| event.leave.as_ref().map(|id| Effect::Leave { club: self.club(id), nation: self.nation(None) }))
            .or_else(|| event.open.as_ref().map(|id| Effect::Open(self.mission(id))))
            .or_else(|| event.close.as_ref().map(|id| Effect::Close(self.mission(id))))
            .or_else(|| event.clean_path.as_ref().map(|_| Effect::CleanPath(self.by())))
    }

    /// The nations that are paid: one, or the members of a group at the start.
    fn paid(&self, operand: &Operand) -> NationSet {
        let n = self.scenario.rosters.nations.len();
        let target = match operand {
            Operand::Id(id) => Some(id),
            Operand::Yes(_) => self.event.group.as_ref().or(self.event.nation.as_ref()),
        };
        let target = target.expect("the loader has seen to it");
        match self.scenario.file.groups.get(target) {
            Some(group) => NationSet::of(n, group.members.iter().map(|id| self.nation_of(id))),
            None => NationSet::of(n, [self.nation_of(target)]),
        }
    }
}
