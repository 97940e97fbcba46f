//! Bonds: what the trust and the reliance of one nation on another rest on, as groups and pacts are now.
use super::agreement::Covenant;
use super::ids::NationId;
use super::levels::{LEVELS, Level, clamp_share};
use super::matrix::Matrix;
use super::model::Model;
use super::nation::Profile;
use super::sets::NationSet;
use super::setting::everyone;
use bevy_ecs::prelude::*;
use std::sync::Arc;

/// What ties two nations whatever groups they belong to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bond {
    /// True if one lists the other among its pacts.
    pub pact: bool,
    /// Closeness of their voting positions, 0 to 1.
    pub close: f64,
    /// True if each keeps a mission with the other at the start.
    pub missions: bool,
}

/// What two nations have by the groups to which both belong.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GroupBond {
    /// The greatest `trust_weight` of these groups, 0 to 1.
    pub weight: f64,
    /// True if one of them is a defence pact.
    pub pact: bool,
}

impl GroupBond {
    /// The bond of two nations that also share a further group.
    pub fn with(self, further: Self) -> Self {
        Self { weight: self.weight.max(further.weight), pact: self.pact || further.pact }
    }
}

/// The bonds of all pairs, and what membership of each group adds.
#[derive(Resource, Clone, Debug)]
pub struct Bonds {
    /// By ordered pair.
    pub pairs: Arc<Matrix<Bond>>,
    /// By group, in identity order: what its members have in common.
    pub groups: Arc<[GroupBond]>,
}

impl Bonds {
    /// What two nations have by their groups; `members` are the members of each group.
    pub fn shared(&self, members: &[NationSet], a: NationId, b: NationId) -> GroupBond {
        let both = self.groups.iter().zip(members).filter(|(_, members)| members.contains(a) && members.contains(b));
        both.fold(GroupBond::default(), |bond, (group, _)| bond.with(*group))
    }

    /// True if the two have a defence pact, of their own or by a group.
    pub fn pact(&self, shared: GroupBond, a: NationId, b: NationId) -> bool {
        shared.pact || self.pairs[(a, b)].pact
    }

    /// Trust, 0 to 1: the weighted sum of a base, the group of greatest weight to which both belong, a pact, closeness
    /// of voting positions, and missions kept with each other. Trust in oneself is 1.
    pub fn trust(&self, model: &Model, shared: GroupBond, from: NationId, to: NationId) -> f64 {
        let bond = self.pairs[(from, to)];
        let yes = |holds: bool| f64::from(u8::from(holds));
        let sum = model.trust_base_share
            + model.trust_group_share * shared.weight
            + model.trust_pact_share * yes(self.pact(shared, from, to))
            + model.trust_alignment_share * bond.close
            + model.trust_mission_share * yes(bond.missions);
        if from == to { 1.0 } else { clamp_share(sum) }
    }

    /// How much each nation's security depends on the guarantor, 0 to 1; 0 for itself, and for all if there is none.
    pub fn reliance(
        &self,
        model: &Model,
        guarantor: Option<NationId>,
        profiles: &[&Profile],
        covenant: &Covenant,
        members: &[NationSet],
    ) -> Vec<f64> {
        let one = |i: NationId| {
            let profile = profiles[i.index()];
            guarantor.filter(|g| *g != i).map_or(0.0, |g| {
                let pact = self.pact(self.shared(members, i, g), i, g);
                let secrets = covenant.ceiling(g, i).map(|ceiling| ceiling.min(profile.clearance));
                reliance(model, pact, profile.threat, secrets)
            })
        };
        everyone(profiles.len()).map(one).collect()
    }
}

/// How much a nation's security depends on the guarantor, 0 to 1: the weighted sum of a pact with it (more under
/// threat), the threat (0 to 1), and the highest level of its secrets that the nation may read.
fn reliance(model: &Model, pact: bool, threat: f64, secrets: Option<Level>) -> f64 {
    let guaranteed = model.reliance_pact_share + model.reliance_guaranteed_share * threat;
    clamp_share(
        guaranteed * f64::from(u8::from(pact))
            + model.reliance_threat_share * threat
            + model.reliance_intelligence_share * secrets.map_or(0.0, depth),
    )
}

/// How much access a ceiling gives to a nation's secrets: 1 at the top level, half as much for each level below.
fn depth(ceiling: Level) -> f64 {
    libm::exp2(ceiling.rank() as f64 - (LEVELS - 1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_of_greatest_weight_counts_and_any_of_them_may_be_a_pact() {
        let [a, b, c] = [0, 1, 2].map(NationId::new);
        let bonds = Bonds {
            pairs: Arc::new(Matrix::filled(3, Bond { close: 1.0, ..Bond::default() })),
            groups: [(0.4, false), (0.8, false), (0.0, true)].map(|(weight, pact)| GroupBond { weight, pact }).into(),
        };
        let members = [vec![a, b, c], vec![a, b], vec![a, c]].map(|group| NationSet::from_members(3, group));
        assert_eq!(bonds.shared(&members, a, b), GroupBond { weight: 0.8, pact: false });
        assert_eq!(bonds.shared(&members, a, c), GroupBond { weight: 0.4, pact: true });
        let model = Model::default();
        let trust = |to| bonds.trust(&model, bonds.shared(&members, a, to), a, to);
        let base = model.trust_base_share + model.trust_alignment_share;
        assert!((trust(b) - base - 0.8 * model.trust_group_share).abs() < 1e-12);
        assert!((trust(c) - base - 0.4 * model.trust_group_share - model.trust_pact_share).abs() < 1e-12);
        assert_eq!(trust(a), 1.0);
    }
}
