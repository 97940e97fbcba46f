//! Stances: governments review their policy on the flagged vendors, and choose.
mod utility;

use crate::access::Policies;
use crate::access::Scratch;
use crate::access::facts::{Exposure, Facts, WhatIf};
use crate::world::chance::{Stream, logit_probability};
use crate::world::clock::{Quarter, per_quarter};
use crate::world::ids::NationId;
use crate::world::levels::{STANCES, Stance};
use crate::world::nation::{Attention, Belief, Nation, Position, Pressure, Profile};
use crate::world::network::Equipment;
use crate::world::news::News;
use crate::world::record::{Because, Chronicle, Decision, DecisionKind};
use crate::world::setting::{Clock, Names, Roll, Setting};
use crate::world::ties::{Credibility, Dependence, Guarantor, Trust};
use crate::world::vendor::VendorList;
use bevy_ecs::message::{MessageCursor, Messages};
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use utility::{Weighing, choose, defiance, utilities};

/// How far each stance is from the one that a nation has, in ranks.
type Apart = [f64; STANCES];

/// How much trust in a partner makes its ban salient.
const TRUSTED_PARTNER: f64 = 0.6;

/// What is the same for all governments in a quarter.
struct Mood {
    /// The chance that a government reviews its stance.
    calm: f64,
    /// The same where something is salient.
    alert: f64,
    /// The flagged share that a market without restrictions leads to.
    prospect: f64,
    /// The price advantage of the covered vendors.
    discount: f64,
    /// How far their chip supply is cut.
    embargo: f64,
}

/// What a government knows when it reviews.
#[derive(SystemParam)]
pub struct Outlook<'w> {
    setting: Res<'w, Setting>,
    clock: Res<'w, Clock>,
    roll: Res<'w, Roll>,
    names: Res<'w, Names>,
    facts: Res<'w, Facts>,
    trust: Res<'w, Trust>,
    dependence: Res<'w, Dependence>,
    credibility: Res<'w, Credibility>,
    guarantor: Res<'w, Guarantor>,
    equipment: Res<'w, Equipment>,
    vendors: Res<'w, VendorList>,
    policies: Res<'w, Policies>,
}

/// Every government that reviews its stance chooses one; none has one to choose where the guarantor flags nobody. The
/// guarantor itself does not review: its acts are the scenario's events.
pub fn stances(
    outlook: Outlook,
    mut scratch: ResMut<Scratch>,
    mut chronicle: ResMut<Chronicle>,
    mut news: ResMut<Messages<News>>,
    mut cursor: Local<MessageCursor<News>>,
    mut governments: Query<(&Nation, &Profile, &Belief, &mut Pressure, &mut Attention, &mut Position)>,
    mut room: Local<(Vec<Apart>, Vec<News>)>,
) {
    let now = outlook.clock.0;
    let (apart, heard) = &mut *room;
    heard.clear();
    heard.extend(cursor.read(&news));
    if !outlook.vendors.covered.contains(&true) {
        return;
    }
    let mood = outlook.mood();
    apart.clear();
    let stances = governments.iter_many(&outlook.roll.nations).matched();
    apart.extend(stances.map(|(.., position)| std::array::from_fn(|s| s.abs_diff(position.stance.rank()) as f64)));
    let mut turn = governments.iter_many_mut(&outlook.roll.nations).matched();
    while let Some((nation, profile, belief, mut pressure, mut attention, mut position)) = turn.fetch_next() {
        pressure.retaliation *= 0.75;
        if let Some(because) = heard.iter().find_map(|item| outlook.salient(nation.id, item)) {
            *attention = Attention { until: Some(now.plus(1)), because };
        }
        if outlook.guarantor.nation == Some(nation.id) || !outlook.reviews(nation, profile, &attention, &mood) {
            continue;
        }
        let weighing =
            outlook.weigh(nation.id, profile, belief, &pressure, position.stance, apart, &mood, &mut scratch);
        let values = utilities(&outlook.setting.model, &weighing);
        let term = outlook.term(nation);
        let draws = std::array::from_fn(|s| {
            outlook.setting.chance.uniform(Stream::StanceChoice, nation.subject, term, s as u32)
        });
        let choice = choose(&values, outlook.setting.model.beta, &draws);
        if choice == position.stance {
            continue;
        }
        let because = if attention.until >= Some(now) { attention.because } else { position.because };
        let decision = chronicle.record(now, || Decision {
            kind: DecisionKind::Stance,
            actor: nation.id,
            target: outlook.guarantor.nation.filter(|g| *g != nation.id),
            rule: None,
            outcome: choice.as_str().into(),
            probability: logit_probability(&values, outlook.setting.model.beta, choice.rank()),
            draw: Some(draws[choice.rank()]),
            reason: weighing.tell(position.stance, &values),
            because,
            path: format!("nations.{}", outlook.names.nation(nation.id)),
        });
        if choice >= Stance::Banned && position.stance < Stance::Banned {
            news.write(News::Ban { nation: nation.id, because: decision });
        }
        *position = Position { stance: choice, since: now, because: decision };
    }
}

impl Outlook<'_> {
    /// What led to a piece of news, if it is one that makes a government look again: a compromise found, or a trusted
    /// partner's ban.
    fn salient(&self, nation: NationId, item: &News) -> Option<Because> {
        match *item {
            News::Disclosure { because, .. } => Some(because),
            News::Ban { nation: by, because } => {
                (by != nation && self.trust.now[(nation, by)] >= TRUSTED_PARTNER).then_some(because)
            }
            _ => None,
        }
    }

    /// Whether a government reviews this quarter: more often after something salient, and while its 5G roll-out begins,
    /// when licences force the question.
    fn reviews(&self, nation: &Nation, profile: &Profile, attention: &Attention, mood: &Mood) -> bool {
        let distance = self.clock.0.since(profile.rollout_start).unsigned_abs() as f64;
        let salient = attention.until >= Some(self.clock.0) || distance < self.setting.model.rollout_quarters;
        let draw = self.setting.chance.uniform(Stream::Review, nation.subject, self.clock.0, 0);
        draw < if salient { mood.alert } else { mood.calm }
    }

    /// What is the same for all governments this quarter.
    fn mood(&self) -> Mood {
        let model = &self.setting.model;
        Mood {
            calm: per_quarter(model.review_rate),
            alert: per_quarter(model.review_rate * model.review_salience),
            prospect: prospect(&self.vendors),
            discount: self.most(|v| (1.0 - self.vendors.price[v]).max(0.0)),
            embargo: self.most(|v| self.vendors.embargo[v]),
        }
    }

    /// The quarter in which a nation's present government took office: its leanings, which no model sees, are drawn once
    /// a term, so that within one it chooses otherwise only where its reasons changed. Terms of zero length: every
    /// review has leanings of its own.
    fn term(&self, nation: &Nation) -> Quarter {
        let now = self.clock.0;
        let length = (self.setting.model.term_years * 4.0) as u32;
        if length == 0 {
            return now;
        }
        let offset = self.setting.chance.uniform(Stream::Election, nation.subject, Quarter(0), 0) * f64::from(length);
        Quarter(now.0 - (now.0 + offset as u32) % length)
    }

    /// What weighs on the choice of one government.
    #[expect(clippy::too_many_arguments, reason = "the columns of one government")]
    fn weigh(
        &self,
        i: NationId,
        profile: &Profile,
        belief: &Belief,
        pressure: &Pressure,
        stance: Stance,
        apart: &[Apart],
        mood: &Mood,
        scratch: &mut Scratch,
    ) -> Weighing {
        let installed = &self.equipment.0[i.index()];
        let covered = |v: usize| self.vendors.covered[v];
        let prospect = mood.prospect;
        let (core, access) = (installed.layer(0, covered), installed.access(covered));
        let (intelligence_lost, satisfied) = self.expected_loss(i, core, access, prospect, scratch);
        let confidence = self.guarantor.nation.map_or(0.0, |guarantor| self.confidence(i, guarantor));
        let means = 1.0 + installed.subscribers * self.setting.model.unit_cost_usd;
        Weighing {
            stance,
            core,
            access,
            prospect,
            discount: mood.discount,
            cost_sensitivity: profile.cost_sensitivity,
            compensation: (pressure.compensation_musd / means).min(1.0),
            risk: profile.threat * belief.share(),
            intelligence_lost,
            partners: self.partners(i, apart),
            guard: self.guard(i, confidence, satisfied),
            trade: profile.trade,
            retaliation: pressure.retaliation.max(self.setting.model.retaliation_share),
            // The chip embargo as the government takes it: as hard as it is, and as lasting as it trusts its author to
            // keep it.
            supply: mood.embargo * confidence,
        }
    }

    /// Reliance on the guarantor, as far as it is trusted, times how far each stance defies it: its standing rules ask for
    /// the stance that satisfies them, and count as far as it is credible; its campaign asks for a ban, and what is at
    /// stake there is its goodwill, which needs no threat to be believed.
    fn guard(&self, i: NationId, confidence: f64, satisfied: usize) -> [f64; STANCES] {
        let Some(guarantor) = self.guarantor.nation else { return [0.0; STANCES] };
        let reliance = self.guarantor.reliance[i.index()] * confidence;
        let credibility = self.credibility.0[guarantor.index()];
        let campaign = self.setting.model.campaign_weight * self.guarantor.campaign;
        std::array::from_fn(|rank| {
            let stance = Stance::from_rank(rank).expect("four stances");
            reliance * (credibility * defiance(stance, satisfied) + campaign * defiance(stance, Stance::Banned.rank()))
        })
    }

    /// How much weight trust gives to what the guarantor asks and does: the closest stand far closer than the next.
    fn confidence(&self, i: NationId, guarantor: NationId) -> f64 {
        libm::pow(self.trust.now[(i, guarantor)], self.setting.model.confidence_power)
    }

    /// The most of something that a covered vendor has.
    fn most(&self, of: impl Fn(usize) -> f64) -> f64 {
        (0..self.vendors.len()).filter(|v| self.vendors.covered[*v]).map(of).fold(0.0, f64::max)
    }

    /// Mean distance from partners' stances at each stance: shares of trust at each rank.
    fn partners(&self, i: NationId, apart: &[Apart]) -> [f64; STANCES] {
        let others = self.trust.now.row(i).iter().zip(apart).enumerate().filter(|(j, _)| *j != i.index());
        let (distance, total) = others.fold((Apart::default(), 0.0), |(distance, total), (_, (trust, apart))| {
            let weight = trust * trust;
            (std::array::from_fn(|s| distance[s] + weight * apart[s]), total + weight)
        });
        distance.map(|sum| if total > 0.0 { sum / total / 3.0 } else { 0.0 })
    }

    /// The share of its reading that a government expects to lose at each stance, and the least stance that satisfies
    /// the guarantor's rules.
    fn expected_loss(
        &self,
        i: NationId,
        core: f64,
        access: f64,
        prospect: f64,
        scratch: &mut Scratch,
    ) -> ([f64; STANCES], usize) {
        let mut lost = [0.0; STANCES];
        let mut satisfied = 0;
        let cap = self.setting.model.access_cap;
        let exposures: [Exposure; STANCES] = std::array::from_fn(|rank| {
            let stance = Stance::from_rank(rank).expect("four stances");
            expected_exposure(stance, core, access, prospect, cap)
        });
        for owner in self.policies.owners().iter().copied().filter(|owner| *owner != i) {
            let stopped: [f64; STANCES] = std::array::from_fn(|rank| {
                let what_if = WhatIf { exposure: exposures[rank], stance: rank as i64 };
                f64::from(self.policies.would_forbid(&self.facts, owner, i, what_if, scratch).count_ones()) / 5.0
            });
            let belief = self.credibility.0[owner.index()] * self.interest(owner, i) * self.dependence.0[(i, owner)];
            lost.iter_mut().zip(&stopped).for_each(|(sum, stopped)| *sum += belief * stopped);
            if self.guarantor.nation == Some(owner) {
                satisfied = satisfied.max(satisfies(&stopped));
            }
        }
        (lost, satisfied)
    }

    /// What `i` thinks of an owner's own interest in enforcing against it: less, the more the owner reads from it.
    fn interest(&self, owner: NationId, i: NationId) -> f64 {
        1.0 - (self.setting.model.w_receive * self.dependence.0[(owner, i)]).min(1.0)
    }
}

/// The least stance at which an owner's rules stop as little as they ever would (0: no stance makes a difference).
fn satisfies(stopped: &[f64; STANCES]) -> usize {
    let least = stopped.iter().copied().fold(f64::INFINITY, f64::min);
    stopped.iter().position(|stopped| *stopped <= least).unwrap_or(0)
}

/// The flagged share that a market without restrictions leads to: what a logit on price alone gives the covered vendors.
fn prospect(vendors: &VendorList) -> f64 {
    let weight = |v: usize| libm::exp(-2.0 * vendors.price[v]);
    let all: f64 = (0..vendors.len()).map(weight).sum();
    let covered: f64 = (0..vendors.len()).filter(|v| vendors.covered[*v]).map(weight).sum();
    if all > 0.0 { covered / all } else { 0.0 }
}

/// What an owner would come to see under a stance.
fn expected_exposure(stance: Stance, core: f64, access: f64, prospect: f64, cap: f64) -> Exposure {
    let percent = |share: f64| libm::ceil(share * 100.0 - 1e-9).clamp(0.0, 100.0) as u8;
    let (core, access) = match stance {
        Stance::Open => (core.max(prospect / 2.0), access.max(prospect)),
        Stance::Restricted => (0.0, access.max(prospect).min(cap)),
        Stance::Banned | Stance::Removal => return Exposure::default(),
    };
    let (core, access) = (percent(core), percent(access));
    let larger = core.max(access);
    Exposure { core, access, government: larger, access_4g: access, access_5g: access, mission: larger }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_stance_that_ends_what_a_rule_stops_satisfies_its_owner() {
        let cases = [([1.0, 0.0, 0.0, 0.0], 1), ([1.0, 1.0, 0.0, 0.0], 2), ([0.0; 4], 0), ([1.0; 4], 0)];
        for (stopped, rank) in cases {
            assert_eq!(satisfies(&stopped), rank, "{stopped:?}");
        }
    }

    #[test]
    fn a_stance_leads_to_the_exposure_it_allows() {
        let see = |stance| {
            let e = expected_exposure(stance, 0.2, 0.5, 0.3, 0.35);
            (e.core, e.access, e.government)
        };
        assert_eq!(see(Stance::Open), (20, 50, 50));
        assert_eq!(see(Stance::Restricted), (0, 35, 35));
        assert_eq!(see(Stance::Banned), (0, 0, 0));
        assert_eq!(see(Stance::Removal), (0, 0, 0));
    }
}
