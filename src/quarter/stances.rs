//! Stances: governments review their policy on the flagged vendors and choose a stance.
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
use crate::world::record::{Because, Decision, DecisionKind, DecisionLog};
use crate::world::setting::{Clock, Names, Roll, Setting};
use crate::world::ties::{Credibility, Dependence, Guarantor, Trust};
use crate::world::vendor::VendorList;
use bevy_ecs::message::{MessageCursor, Messages};
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use utility::{Weighing, choose, short_of_ban, utilities};

/// Distance of each stance from the one that a nation has, in ranks.
type StanceDistances = [f64; STANCES];

/// Trust from which on a partner's ban is salient.
const TRUSTED_PARTNER: f64 = 0.6;

/// Values of a quarter that all governments share.
struct ReviewSetting {
    /// Probability that a government reviews its stance this quarter.
    calm: f64,
    /// The same probability if something is salient to it.
    alert: f64,
    /// The covered share, 0 to 1, that a market without restrictions leads to.
    prospect: f64,
    /// The largest price advantage of a covered vendor, as a share of the market's price.
    discount: f64,
    /// The largest part of a covered vendor's chip supply that is cut, 0 to 1.
    embargo: f64,
}

/// What governments know when they review their stances.
#[derive(SystemParam)]
pub struct Review<'w> {
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

/// Lets every government that reviews its stance choose one. Nothing happens while the guarantor flags no vendor. The
/// guarantor itself does not review: events of the scenario set its stance.
pub fn stances(
    review: Review,
    mut scratch: ResMut<Scratch>,
    mut decision_log: ResMut<DecisionLog>,
    mut news: ResMut<Messages<News>>,
    mut cursor: Local<MessageCursor<News>>,
    mut governments: Query<(&Nation, &Profile, &Belief, &mut Pressure, &mut Attention, &mut Position)>,
    mut buffers: Local<(Vec<StanceDistances>, Vec<News>)>,
) {
    let now = review.clock.0;
    let (distances, recent_news) = &mut *buffers;
    recent_news.clear();
    recent_news.extend(cursor.read(&news));
    if !review.vendors.covered.contains(&true) {
        return;
    }
    let shared = review.shared_values();
    distances.clear();
    let stances = governments.iter_many(&review.roll.nations).matched();
    distances.extend(stances.map(|(.., position)| std::array::from_fn(|s| s.abs_diff(position.stance.rank()) as f64)));
    let mut governments = governments.iter_many_mut(&review.roll.nations).matched();
    while let Some((nation, profile, belief, mut pressure, mut attention, mut position)) = governments.fetch_next() {
        pressure.retaliation *= 0.75;
        if let Some(because) = recent_news.iter().find_map(|item| review.salient(nation.id, item)) {
            *attention = Attention { until: Some(now.plus(1)), because };
        }
        if review.guarantor.nation == Some(nation.id) || !review.reviews(nation, profile, &attention, &shared) {
            continue;
        }
        let weighing =
            review.weigh(nation.id, profile, belief, &pressure, position.stance, distances, &shared, &mut scratch);
        let values = utilities(&review.setting.model, &weighing);
        let term = review.term(nation);
        let draws = std::array::from_fn(|s| {
            review.setting.chance.uniform(Stream::StanceChoice, nation.subject, term, s as u32)
        });
        let choice = choose(&values, review.setting.model.beta, &draws);
        if choice == position.stance {
            continue;
        }
        // What made the government look, which is not why it chose: the terms of its utility say that.
        let alerted = attention.until >= Some(now);
        let because = if alerted { attention.because } else { position.because };
        let decision = decision_log.record(now, || Decision {
            kind: DecisionKind::Stance,
            actor: nation.id,
            target: review.guarantor.nation.filter(|g| *g != nation.id),
            rule: None,
            outcome: choice.as_str().into(),
            probability: logit_probability(&values, review.setting.model.beta, choice.rank()),
            draw: Some(draws[choice.rank()]),
            reason: format!(
                "{}; {}",
                if alerted {
                    "reviewed because of news"
                } else {
                    "reviewed as governments do now and then, or for its roll-out"
                },
                weighing.describe(&review.setting.model, choice)
            ),
            because,
            path: format!("nations.{}", review.names.nation(nation.id)),
        });
        if choice >= Stance::Banned && position.stance < Stance::Banned {
            news.write(News::Ban { nation: nation.id, because: decision });
        }
        position.take(choice, now, decision);
    }
}

impl Review<'_> {
    /// The cause of a piece of news, if the news is salient to a government: the discovery of a compromise, or a ban by
    /// a trusted partner.
    fn salient(&self, nation: NationId, item: &News) -> Option<Because> {
        match *item {
            News::Disclosure { because, .. } => Some(because),
            News::Ban { nation: by, because } => {
                (by != nation && self.trust.goodwill[(nation, by)] >= TRUSTED_PARTNER).then_some(because)
            }
            _ => None,
        }
    }

    /// Draws whether a government reviews its stance this quarter. It does so more often after something salient, and
    /// around the start of its 5G roll-out, because it must then decide on licences.
    fn reviews(&self, nation: &Nation, profile: &Profile, attention: &Attention, shared: &ReviewSetting) -> bool {
        let distance = self.clock.0.since(profile.rollout_start).unsigned_abs() as f64;
        let salient = attention.until >= Some(self.clock.0) || distance < self.setting.model.rollout_quarters;
        let draw = self.setting.chance.uniform(Stream::Review, nation.subject, self.clock.0, 0);
        draw < if salient { shared.alert } else { shared.calm }
    }

    fn shared_values(&self) -> ReviewSetting {
        let model = &self.setting.model;
        ReviewSetting {
            calm: per_quarter(model.review_rate),
            alert: per_quarter(model.review_rate * model.review_salience),
            prospect: prospect(&self.vendors),
            discount: self.covered_maximum(|v| (1.0 - self.vendors.price[v]).max(0.0)),
            embargo: self.covered_maximum(|v| self.vendors.embargo[v]),
        }
    }

    /// The quarter in which a nation's present government took office. The random part of its utilities is drawn once a
    /// term, so that within a term it chooses differently only if its reasons changed. With terms of zero length it is
    /// drawn anew at every review.
    fn term(&self, nation: &Nation) -> Quarter {
        let now = self.clock.0;
        let length = (self.setting.model.term_years * 4.0) as u32;
        if length == 0 {
            return now;
        }
        let offset = self.setting.chance.uniform(Stream::Election, nation.subject, Quarter(0), 0) * f64::from(length);
        Quarter(now.0 - (now.0 + offset as u32) % length)
    }

    /// Collects what the choice of one government depends on.
    #[expect(clippy::too_many_arguments, reason = "the columns of one government")]
    fn weigh(
        &self,
        i: NationId,
        profile: &Profile,
        belief: &Belief,
        pressure: &Pressure,
        stance: Stance,
        distances: &[StanceDistances],
        shared: &ReviewSetting,
        scratch: &mut Scratch,
    ) -> Weighing {
        let installed = &self.equipment.0[i.index()];
        let covered = |v: usize| self.vendors.covered[v];
        let prospect = shared.prospect;
        let (core, access) = (installed.layer(0, covered), installed.access(covered));
        let (intelligence_lost, avoidable) = self.expected_loss(i, core, access, prospect, scratch);
        let confidence = self.guarantor.nation.map_or(0.0, |guarantor| self.confidence(i, guarantor));
        let means = 1.0 + installed.subscribers * self.setting.model.unit_cost_usd;
        Weighing {
            stance,
            core,
            access,
            prospect,
            discount: shared.discount,
            cost_sensitivity: profile.cost_sensitivity,
            compensation: (pressure.compensation_musd / means).min(1.0),
            risk: profile.threat * belief.share(),
            intelligence_lost,
            partners: self.partner_distances(i, distances),
            guard: self.guard(i, confidence, &avoidable),
            trade: profile.trade,
            retaliation: pressure.retaliation.max(self.setting.model.retaliation_share),
            // The embargo counts as far as the government trusts its author to keep it.
            supply: shared.embargo * confidence,
        }
    }

    /// Cost of defying the guarantor, by stance: reliance on it, times confidence in it, times how far the stance
    /// defies it. A stance defies its rules by what they would stop under it and not under another, and counts as far
    /// as the guarantor is credible: a stance under which they stop as much as under `open` earns nothing. Its campaign
    /// demands a ban, and counts in full: it puts goodwill at stake and makes no threat that could lack credibility.
    fn guard(&self, i: NationId, confidence: f64, avoidable: &[f64; STANCES]) -> [f64; STANCES] {
        let Some(guarantor) = self.guarantor.nation else { return [0.0; STANCES] };
        let reliance = self.guarantor.reliance[i.index()] * confidence;
        let credibility = self.credibility.0[guarantor.index()];
        let campaign = self.setting.model.campaign_weight * self.guarantor.campaign;
        std::array::from_fn(|rank| {
            let stance = Stance::from_rank(rank).expect("four stances");
            reliance * (credibility * avoidable[rank] + campaign * short_of_ban(stance))
        })
    }

    /// The weight of what the guarantor demands and does: trust in it, raised to a power, so that close allies weigh it
    /// much more than others.
    fn confidence(&self, i: NationId, guarantor: NationId) -> f64 {
        libm::pow(self.trust.goodwill[(i, guarantor)], self.setting.model.confidence_power)
    }

    /// The largest value of a covered vendor, at least 0.
    fn covered_maximum(&self, value: impl Fn(usize) -> f64) -> f64 {
        (0..self.vendors.len()).filter(|v| self.vendors.covered[*v]).map(value).fold(0.0, f64::max)
    }

    /// Mean distance of each stance from the partners' stances, 0 to 1, weighted by the square of trust.
    fn partner_distances(&self, i: NationId, distances: &[StanceDistances]) -> [f64; STANCES] {
        let others = self.trust.goodwill.row(i).iter().zip(distances).enumerate().filter(|(j, _)| *j != i.index());
        let (distance, total) =
            others.fold((StanceDistances::default(), 0.0), |(distance, total), (_, (trust, other))| {
                let weight = trust * trust;
                (std::array::from_fn(|s| distance[s] + weight * other[s]), total + weight)
            });
        distance.map(|sum| if total > 0.0 { sum / total / 3.0 } else { 0.0 })
    }

    /// The share of its reading that a government expects to lose at each stance, and the share of the levels, 0 to 1,
    /// that the guarantor's rules would stop under each stance beyond what they stop under any.
    fn expected_loss(
        &self,
        i: NationId,
        core: f64,
        access: f64,
        prospect: f64,
        scratch: &mut Scratch,
    ) -> ([f64; STANCES], [f64; STANCES]) {
        let (mut lost, mut avoidable) = ([0.0; STANCES], [0.0; STANCES]);
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
                avoidable = beyond_least(&stopped);
            }
        }
        (lost, avoidable)
    }

    /// What nation `i` assumes of an owner's interest in enforcing against it, 0 to 1: less, the more the owner reads
    /// from `i`.
    fn interest(&self, owner: NationId, i: NationId) -> f64 {
        1.0 - (self.setting.model.w_receive * self.dependence.0[(owner, i)]).min(1.0)
    }
}

/// What an owner's rules stop under each stance beyond what they stop under the stance at which they stop least.
fn beyond_least(stopped: &[f64; STANCES]) -> [f64; STANCES] {
    let least = stopped.iter().copied().fold(f64::INFINITY, f64::min);
    stopped.map(|stopped| stopped - least)
}

/// The covered share, 0 to 1, that a market without restrictions leads to: a logit choice on price alone.
fn prospect(vendors: &VendorList) -> f64 {
    let weight = |v: usize| libm::exp(-2.0 * vendors.price[v]);
    let all: f64 = (0..vendors.len()).map(weight).sum();
    let covered: f64 = (0..vendors.len()).filter(|v| vendors.covered[*v]).map(weight).sum();
    if all > 0.0 { covered / all } else { 0.0 }
}

/// The exposure that an owner would see if the nation took a stance and the stance had done its work: its deadlines have
/// passed, and what a ban leaves without a deadline has worn out. Shares are 0 to 1, exposure is in percent.
fn expected_exposure(stance: Stance, core: f64, access: f64, prospect: f64, cap: f64) -> Exposure {
    let (core, access) = match stance {
        Stance::Open => (core.max(prospect / 2.0), access.max(prospect)),
        Stance::Restricted => (0.0, access.max(prospect).min(cap)),
        Stance::Banned | Stance::Removal => return Exposure::default(),
    };
    let (core, access) = (percent(core), percent(access));
    let larger = core.max(access);
    Exposure { core, access, government: larger, access_4g: access, access_5g: access, mission: larger }
}

/// A share in percent, rounded up, with a tolerance for rounding errors.
fn percent(share: f64) -> u8 {
    libm::ceil(share * 100.0 - 1e-9).clamp(0.0, 100.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_another_stance_would_avoid_counts_as_defiance() {
        let cases = [
            ([1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]),
            ([1.0, 1.0, 1.0, 0.2], [0.8, 0.8, 0.8, 0.0]),
            ([0.0; 4], [0.0; 4]),
            ([1.0; 4], [0.0; 4]),
        ];
        for (stopped, expected) in cases {
            assert_eq!(beyond_least(&stopped), expected, "{stopped:?}");
        }
    }

    #[test]
    fn a_stance_leads_to_the_exposure_that_it_allows() {
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
