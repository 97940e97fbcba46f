//! The ladder of stances over generated worlds: a stricter stance never leaves more flagged equipment.
use super::shared::written;
use noforn::history::Detail;
use noforn::quarter::quarter;
use noforn::run::{Prepared, step};
use noforn::world::levels::Stance;
use noforn::world::network::{Layers, Network};
use noforn::world::vendor::VendorList;
use proptest::prelude::*;
use std::fmt::Write;

/// How long generated worlds run.
const YEARS: u32 = 12;
/// The vendors, of which the first two are flagged.
const VENDORS: [&str; 5] = ["huawei", "zte", "ericsson", "nokia", "samsung"];

/// The stance of one government over time: at the start, then from these quarters on.
type Path = Vec<(u32, usize)>;

/// A world in which one government's stance is left open.
#[derive(Clone, Debug)]
struct Market {
    /// By network and layer: the weight of each vendor in the mix.
    mixes: Vec<[[u32; 5]; 3]>,
    /// The stance of a partner.
    partner: usize,
    access_cap: f64,
    contract_years: f64,
    /// In quarters: core, removal of the core, removal of access, turnover of the core, of access.
    periods: [u32; 5],
    w_incumbent: f64,
    rollout: u32,
    seed: u64,
}

impl Market {
    /// The world with the stance of Germany along a path.
    fn toml(&self, path: &Path) -> String {
        let word = |rank: usize| Stance::from_rank(rank).expect("four stances").as_str();
        let [core, removal_core, removal, refresh_core, refresh] =
            self.periods.map(|quarters| f64::from(quarters) / 4.0);
        let mut text = format!(
            "format = 1\ntitle = \"market\"\n[run]\nstart = \"2019Q1\"\nend = \"{}Q4\"\nseed = {}\n[model]\n\
             review_rate = 0.0\naccess_cap = {:?}\ncontract_years = {:?}\ncore_years = {core:?}\n\
             removal_years = [{removal_core:?}, {removal:?}, {removal:?}]\n\
             refresh_years = [{refresh_core:?}, {refresh:?}, {refresh:?}]\nw_incumbent = {:?}\n\
             [nations.DEU]\nname = \"Germany\"\nintelligence = 10.0\nstance = \"{}\"\nrollout_start = \"{}Q1\"\n\
             [nations.FRA]\nname = \"France\"\nintelligence = 10.0\nstance = \"{}\"\n\
             [nations.USA]\nname = \"United States\"\nintelligence = 10.0\n[rivals.CHN]\nname = \"China\"\n\
             capability_share = 0.2\n",
            2018 + YEARS,
            self.seed,
            self.access_cap,
            self.contract_years,
            self.w_incumbent,
            word(path[0].1),
            2017 + self.rollout,
            word(self.partner),
        );
        for (at, vendor) in VENDORS.iter().enumerate() {
            let price = 0.75 + 0.05 * at as f64;
            let flagged = if at < 2 { "\"USA\"" } else { "" };
            let _ =
                writeln!(text, "[vendors.{vendor}]\nhome = \"CHN\"\nprice_index = {price:?}\nflagged_by = [{flagged}]");
        }
        for (at, mixes) in self.mixes.iter().enumerate() {
            let _ = writeln!(
                text,
                "[networks.n{at}]\nnation = \"DEU\"\nsubscribers_million = 10.0\ntraffic = [\"public\"]"
            );
            for (layer, weights) in ["core", "access_4g", "access_5g"].iter().zip(mixes) {
                let total: u32 = weights.iter().sum();
                let shares =
                    VENDORS.iter().zip(weights).map(|(v, w)| format!("{v} = {:?}", f64::from(*w) / f64::from(total)));
                let _ = writeln!(text, "{layer} = {{ {} }}", shares.collect::<Vec<_>>().join(", "));
            }
        }
        for (quarter, stance) in &path[1..] {
            let (year, part) = (2019 + quarter / 4, quarter % 4 + 1);
            let _ = writeln!(
                text,
                "[events.e{quarter:03}]\non = \"{year}Q{part}\"\nstance = \"{}\"\nnation = \"DEU\"",
                word(*stance)
            );
        }
        text
    }

    /// The flagged share of every layer of every German network, quarter by quarter.
    fn shares(&self, path: &Path) -> Vec<Vec<f64>> {
        let prepared = Prepared::new(&written(&self.toml(path)));
        let (mut world, mut schedule) = (prepared.world(0, Detail { full: false }), quarter());
        let quarters = prepared.quarters().map(|now| {
            step(&mut world, &mut schedule, now).expect("no rule errs");
            let flagged = world.resource::<VendorList>().covered.clone();
            let mut query = world.query::<(&Network, &Layers)>();
            let mut networks: Vec<_> = query.iter(&world).collect();
            networks.sort_by_key(|(network, _)| network.id);
            let layers = networks.iter().flat_map(|(_, layers)| &layers.0);
            layers.map(|state| state.share(|vendor| flagged[vendor])).collect()
        });
        quarters.collect()
    }
}

fn market() -> impl Strategy<Value = Market> {
    let mix = || prop::array::uniform5(prop_oneof![2 => Just(0u32), 3 => 1u32..10]);
    let mix = move || mix().prop_filter("somebody supplies it", |weights| weights.iter().sum::<u32>() > 0);
    let networks = prop::collection::vec([mix(), mix(), mix()], 1..4);
    let periods = [1u32..20, 1..30, 1..40, 4..48, 4..48];
    let numbers = (0.0..=1.0f64, 0.5..8.0f64, 0.0..5.0f64);
    (networks, 0usize..4, numbers, periods, 0u32..8, 0u64..1000).prop_map(
        |(mixes, partner, (access_cap, contract_years, w_incumbent), periods, rollout, seed)| Market {
            mixes,
            partner,
            access_cap,
            contract_years,
            periods,
            w_incumbent,
            rollout,
            seed,
        },
    )
}

/// Two paths of a stance that only tightens; the second is at no time milder than the first. A stance may be taken again.
fn paths() -> impl Strategy<Value = (Path, Path)> {
    let steps = prop::collection::btree_map(1..4 * YEARS, (0usize..3, 0usize..3), 0..4);
    ((0usize..4, 0usize..4), steps).prop_map(|((mild, more), steps)| {
        let (mut mild, mut strict) = (mild, (mild + more).min(3));
        let mut both = (vec![(0, mild)], vec![(0, strict)]);
        for (quarter, (step, further)) in steps {
            mild = (mild + step).min(3);
            strict = (strict + further).min(3).max(mild);
            both.0.push((quarter, mild));
            both.1.push((quarter, strict));
        }
        both
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_stricter_stance_never_leaves_more_flagged_equipment(market in market(), (mild, strict) in paths()) {
        let (more, less) = (market.shares(&mild), market.shares(&strict));
        for (quarter, (more, less)) in more.iter().zip(&less).enumerate() {
            for (layer, (more, less)) in more.iter().zip(less).enumerate() {
                prop_assert!(less - more < 1e-9, "quarter {}, layer {}: {} under {:?}, {} under {:?}", quarter, layer, more, mild, less, strict);
            }
        }
    }

    #[test]
    fn taking_the_stance_in_force_again_changes_nothing(market in market(), stance in 0usize..4, again in 1..4 * YEARS) {
        let once = market.shares(&vec![(0, stance)]);
        prop_assert_eq!(once, market.shares(&vec![(0, stance), (again, stance)]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// What governments expect of their stances; whatever is installed wears out within the run, also what is bought in
    /// its first year.
    #[test]
    fn a_stance_leads_to_what_governments_expect_of_it(market in market(), stance in 1usize..4) {
        let market = Market { periods: market.periods.map(|quarters| quarters.min(40)), ..market };
        let left = market.shares(&vec![(0, stance)]).pop().expect("quarters");
        for (at, share) in left.iter().enumerate() {
            let expected = if stance == 1 && at % 3 > 0 { market.access_cap } else { 0.0 };
            prop_assert!(*share < expected + 1e-9, "layer {}: {} of {} under {}", at, share, expected, stance);
        }
    }
}

#[test]
fn each_step_of_the_ladder_leaves_less_somewhere() {
    let market = Market {
        mixes: vec![[[6, 0, 4, 0, 0]; 3]],
        partner: 0,
        access_cap: 0.35,
        contract_years: 5.0,
        periods: [12, 20, 28, 32, 40],
        w_incumbent: 2.35,
        rollout: 3,
        seed: 1,
    };
    let left = [0, 1, 2, 3].map(|stance| market.shares(&vec![(0, stance)]).iter().flatten().sum::<f64>());
    assert!(left.windows(2).all(|pair| pair[1] < pair[0]), "{left:?}");
}
