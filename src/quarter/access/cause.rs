//! The cause of a restriction: the contract that exposed a nation to a vendor that an owner flags.
use super::RuleApplication;
use super::sight::percent_rounded_up;
use crate::access::Scratch;
use crate::access::facts::{Exposure, Facts};
use crate::world::ids::NationId;
use crate::world::network::{Installed, LayerState, Layers, Network};
use crate::world::record::Because;
use crate::world::rule::Rule;

/// Each field of an exposure alone, with its sources: the layers it comes from, and whether only networks that carry
/// government traffic count.
fn single_fields(seen: &Exposure) -> [(Exposure, [bool; 3], bool); 6] {
    let none = Exposure::default();
    [
        (Exposure { core: seen.core, ..none }, [true, false, false], false),
        (Exposure { access: seen.access, ..none }, [false, true, true], false),
        (Exposure { government: seen.government, ..none }, [true, true, true], true),
        (Exposure { access_4g: seen.access_4g, ..none }, [false, true, false], false),
        (Exposure { access_5g: seen.access_5g, ..none }, [false, false, true], false),
        (Exposure { mission: seen.mission, ..none }, [true, true, true], false),
    ]
}

impl RuleApplication<'_, '_> {
    /// The last contract with a vendor that the owner flags, in a layer that the rule's condition reads. `None` if the
    /// condition would also hold with only the equipment left from the start, or if it reads no layer.
    pub fn causing_contract(&self, rule: &Rule, nation: NationId, facts: &Facts) -> Option<Because> {
        let mut scratch = Scratch::new();
        let mut holds = |seen: Exposure| self.policies.would_hold(rule.id, facts, nation, seen, &mut scratch);
        let flagged = |vendor: usize| self.vendors.flagged_by[vendor].contains(rule.owner);
        let seen = facts.seen[(rule.owner, nation)];
        let networks: Vec<(&Network, &Layers)> =
            self.networks.iter_many(&self.roll.networks).matched().filter(|(n, _)| n.nation == nation).collect();
        let old = initial_exposure(
            &networks,
            &self.equipment.0[nation.index()],
            flagged,
            self.setting.model.vigilance_share,
            seen,
        );
        if holds(old) != Some(false) {
            return None;
        }
        let alone: Vec<_> = single_fields(&seen).into_iter().filter(|(one, ..)| holds(*one) == Some(true)).collect();
        let mut last = None;
        for (network, layers) in networks {
            for (_, state) in layers.0.iter().enumerate().filter(|(layer, _)| counts(&alone, *layer, network)) {
                last = last.max(contract(state, flagged));
            }
        }
        last
    }
}

/// True if a layer of a network may have caused the exposure; `alone` are the fields that fulfil the condition by
/// themselves. If none does, the condition reads several together, and every layer counts.
fn counts(alone: &[(Exposure, [bool; 3], bool)], layer: usize, network: &Network) -> bool {
    alone.is_empty() || alone.iter().any(|(_, layers, only)| layers[layer] && (!only || network.government))
}

/// The contract under which a flagged vendor supplies a layer now.
fn contract(state: &LayerState, flagged: impl Fn(usize) -> bool) -> Option<Because> {
    let ordered = state.order.iter().enumerate().any(|(vendor, part)| *part > 0.0 && flagged(vendor));
    (ordered && matches!(state.because, Because::Decision { .. })).then_some(state.because)
}

/// The exposure that an owner would see if all equipment bought since the start came from vendors that it does not
/// flag.
fn initial_exposure(
    networks: &[(&Network, &Layers)],
    installed: &Installed,
    flagged: impl Fn(usize) -> bool + Copy,
    vigilance: f64,
    seen: Exposure,
) -> Exposure {
    let part = |layer: usize, government: bool| mean_initial_share(networks, flagged, layer, government);
    let mixed = |government: bool, new: f64| part(1, government) * (1.0 - new) + part(2, government) * new;
    let (core, access) = (part(0, false), mixed(false, installed.traffic_5g));
    let government = part(0, true).max(mixed(true, installed.government_5g));
    let see = |share: f64| percent_rounded_up(share * vigilance);
    Exposure {
        core: see(core),
        access: see(access),
        government: see(government),
        access_4g: see(part(1, false)),
        access_5g: see(part(2, false)),
        mission: if seen.mission == 0 { 0 } else { see(core.max(access)) },
    }
}

/// The share of a layer in a nation that was there at the start and comes from a flagged vendor, weighted by
/// subscribers (for 5G by subscribers with 5G); `government`: only of networks that carry government traffic.
fn mean_initial_share(
    networks: &[(&Network, &Layers)],
    flagged: impl Fn(usize) -> bool + Copy,
    layer: usize,
    government: bool,
) -> f64 {
    let (mut sum, mut weight) = (0.0, 0.0);
    for (network, layers) in networks.iter().filter(|(network, _)| !government || network.government) {
        let state = &layers.0[layer];
        let size = network.subscribers * if layer == 2 { state.built } else { 1.0 };
        sum += size * initial_share(state, flagged);
        weight += size;
    }
    if weight > 0.0 { sum / weight } else { 0.0 }
}

/// The share of a layer that was there at the start and comes from a flagged vendor.
fn initial_share(state: &LayerState, flagged: impl Fn(usize) -> bool) -> f64 {
    let old: f64 = state.initial.iter().enumerate().filter(|(v, _)| flagged(*v)).map(|(_, share)| share).sum();
    let all = state.part(|_| true);
    if all > 0.0 { old / all } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{DEU, USA, rules, with_owners, world};
    use super::*;
    use crate::world::clock::Quarter;
    use crate::world::lots::Lots;
    use crate::world::setting::Roll;
    use bevy_ecs::prelude::World;

    /// This amount from the first of two vendors.
    fn bought(part: f64) -> Lots {
        let mut bought = Lots::none(2);
        bought.open()[0] += part;
        bought
    }

    fn layer(order: [f64; 2], because: Because) -> LayerState {
        LayerState { initial: vec![0.2, 0.4], bought: bought(0.4), built: 1.0, because, ..LayerState::unbuilt(&order) }
    }

    #[test]
    fn a_contract_is_a_cause_if_its_vendor_is_flagged() {
        let signed = Because::Decision { quarter: Quarter::new(2020, 1), number: 7 };
        let cases = [
            ([1.0, 0.0], signed, Some(signed)),
            ([0.0, 1.0], signed, None),
            ([0.5, 0.5], Because::Start, None),
            ([0.5, 0.5], signed, Some(signed)),
        ];
        for (order, because, expected) in cases {
            assert_eq!(contract(&layer(order, because), |vendor| vendor == 0), expected, "{order:?}");
        }
    }

    #[test]
    fn each_field_is_taken_alone_with_the_layers_it_comes_from() {
        let seen = Exposure { core: 1, access: 2, government: 3, access_4g: 4, access_5g: 5, mission: 6 };
        let shown = single_fields(&seen).map(|(alone, layers, government)| {
            let values = [alone.core, alone.access, alone.government, alone.access_4g, alone.access_5g, alone.mission];
            (values, layers.map(u8::from), government)
        });
        let expected = [
            ([1, 0, 0, 0, 0, 0], [1, 0, 0], false),
            ([0, 2, 0, 0, 0, 0], [0, 1, 1], false),
            ([0, 0, 3, 0, 0, 0], [1, 1, 1], true),
            ([0, 0, 0, 4, 0, 0], [0, 1, 0], false),
            ([0, 0, 0, 0, 5, 0], [0, 0, 1], false),
            ([0, 0, 0, 0, 0, 6], [1, 1, 1], false),
        ];
        assert_eq!(shown, expected);
    }

    /// A network with these amounts of each layer from the first vendor at the start, the rest from the second vendor
    /// at the start or bought from the first.
    fn network(subscribers: f64, government: bool, old: [f64; 3], built_5g: f64) -> (Network, Layers) {
        let (id, nation) = (crate::world::ids::NetworkId::new(0), NationId::new(0));
        let of = |old: f64, built| LayerState {
            initial: vec![old, 0.1],
            bought: bought(0.9 - old),
            built,
            ..layer([0.5, 0.5], Because::Start)
        };
        let layers = Layers([of(old[0], 1.0), of(old[1], 1.0), of(old[2], built_5g)]);
        (Network { id, subject: 0, nation, subscribers, public: true, government }, layers)
    }

    #[test]
    fn initial_exposure_is_weighted_by_subscribers_and_traffic() {
        let all = [network(3.0, true, [0.1, 0.3, 0.6], 0.5), network(1.0, false, [0.5, 0.7, 0.2], 1.0)];
        let networks: Vec<(&Network, &Layers)> = all.iter().map(|(network, layers)| (network, layers)).collect();
        let installed = Installed { traffic_5g: 0.25, government_5g: 0.5, ..Installed::default() };
        let served = Exposure { mission: 1, ..Exposure::default() };
        let seen = |vigilance, seen| initial_exposure(&networks, &installed, |vendor| vendor == 0, vigilance, seen);
        let expected = Exposure { core: 20, access: 41, government: 45, access_4g: 40, access_5g: 44, mission: 0 };
        assert_eq!(seen(1.0, Exposure::default()), expected);
        assert_eq!(seen(1.0, served), Exposure { mission: 41, ..expected });
        assert_eq!(seen(0.5, Exposure::default()).core, 10);
        let (young, layers) = network(3.0, true, [0.1, 0.3, 0.0], 0.0);
        let early = initial_exposure(&[(&young, &layers)], &Installed::default(), |vendor| vendor == 0, 1.0, served);
        assert_eq!((early.access, early.access_5g), (30, 0), "a layer that is not built carries nothing");
        let none = initial_exposure(&[], &installed, |_| true, 1.0, served);
        assert_eq!(none, Exposure::default(), "without networks nothing is seen");
    }

    #[test]
    fn the_initial_share_counts_without_what_was_bought() {
        let state = layer([0.5, 0.5], Because::Start);
        assert!((initial_share(&state, |vendor| vendor == 0) - 0.2).abs() < 1e-12);
        assert_eq!(initial_share(&state, |_| false), 0.0);
        let part = LayerState { bought: bought(0.2), ..state.clone() };
        assert!((initial_share(&part, |vendor| vendor == 0) - 0.25).abs() < 1e-12);
        let nothing = LayerState { initial: vec![0.0, 0.0], bought: Lots::none(2), ..state };
        assert_eq!(initial_share(&nothing, |_| true), 0.0, "what is not built comes from nobody");
    }

    /// The contract of this number.
    fn contract_of(number: usize) -> Because {
        Because::Decision { quarter: Quarter::new(2020, 1), number: u32::try_from(number).expect("few contracts") }
    }

    /// Makes every layer of every network bought from the flagged vendor, under contracts numbered network by network:
    /// 1 to 3 for the German network with government traffic, 4 to 6 for the other, 7 to 9 abroad.
    fn sign(world: &mut World) {
        for (at, network) in world.resource::<Roll>().networks.clone().into_iter().enumerate() {
            let mut layers = world.get_mut::<Layers>(network).expect("networks have layers");
            for (rank, state) in layers.0.iter_mut().enumerate() {
                let signed = layer([1.0, 0.0], contract_of(3 * at + rank + 1));
                *state = LayerState { initial: vec![0.0, 0.4], bought: bought(0.6), ..signed };
            }
        }
    }

    #[test]
    fn the_last_contract_in_a_layer_that_the_condition_reads_is_the_cause() {
        // Expected if nothing came from the flagged vendor at the start; and if a fifth of the core of the network
        // without government traffic did, a tenth of all.
        let cases: [(&str, Option<usize>, Option<usize>); 10] = [
            ("context.core_flagged_percent > 0", Some(4), None),
            ("context.core_flagged_percent > 10", Some(4), Some(4)),
            ("context.access_flagged_percent > 0", Some(6), Some(6)),
            ("context.government_flagged_percent > 0", Some(3), Some(3)),
            ("context.access_4g_flagged_percent > 0", Some(5), Some(5)),
            ("context.access_5g_flagged_percent > 0", Some(6), Some(6)),
            ("context.mission_flagged_percent > 0", Some(6), None),
            ("context.core_flagged_percent > 0 && context.access_4g_flagged_percent > 0", Some(6), Some(6)),
            ("context.core_flagged_percent > 0 || context.government_flagged_percent > 0", Some(4), None),
            ("resource.careless", None, None),
        ];
        let rule = |(at, when)| format!("[rules.r{at}]\nowner = \"USA\"\nforbids = [\"share\"]\nwhen = '{when}'\n");
        let mut world = world(&cases.iter().map(|case| case.0).enumerate().map(rule).collect::<String>());
        sign(&mut world);
        let (rules, mut facts) = (rules(&world), world.resource::<Facts>().clone());
        facts.seen[(USA, DEU)] =
            Exposure { core: 60, access: 60, government: 60, access_4g: 60, access_5g: 60, mission: 60 };
        let causes = |world: &mut World| -> Vec<Option<Because>> {
            with_owners(world, |owners| rules.iter().map(|rule| owners.causing_contract(rule, DEU, &facts)).collect())
        };
        assert_eq!(causes(&mut world), cases.map(|case| case.1.map(contract_of)), "all of it was bought");
        let other = world.resource::<Roll>().networks[1];
        world.get_mut::<Layers>(other).expect("networks have layers").0[0].initial = vec![0.2, 0.2];
        assert_eq!(causes(&mut world), cases.map(|case| case.2.map(contract_of)), "some of it stood at the start");
    }
}
