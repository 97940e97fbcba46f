//! A history of three nations made by hand, for tests.
use noforn::history::History;
use noforn::history::cell::{Millions, Quantity, Share};
use noforn::history::rows::{BlocRow, DecisionRow, DyadRow, EventRow, MetricsRow, MissionRow, NationRow, NetworkRow};
use noforn::world::clock::Quarter;
use noforn::world::levels::Binding;

/// The nations: id, name, and stance and bloc in the second year.
const NATIONS: [(&str, &str, &str, u32, &str); 3] = [
    ("DEU", "Germany", "open", 0, "DEU"),
    ("GBR", "United Kingdom", "restricted", 1, "USA"),
    ("USA", "United States", "removal", 3, "USA"),
];

/// A history of them: all together in 2019, Germany cut off in 2020. A higher replicate withholds more.
pub fn history(rep: u32) -> History {
    History {
        metrics: (0..8).map(|index| metrics(2019 + index / 4, index % 4 + 1, rep)).collect(),
        nations: [2019, 2020]
            .into_iter()
            .flat_map(|year| NATIONS.map(|_| year).into_iter().zip(NATIONS))
            .map(nation)
            .collect(),
        dyads: [2019, 2020].into_iter().flat_map(pairs).collect(),
        blocs: vec![bloc(2019, "USA", 3), bloc(2020, "DEU", 1), bloc(2020, "USA", 2)],
        networks: vec![
            network("access_4g", "ericsson", 0.4),
            network("access_4g", "huawei", 0.6),
            network("core", "ericsson", 1.0),
        ],
        missions: vec![MissionRow {
            year: 2020,
            mission_id: "usa-deu-embassy".into(),
            sender_iso3: "USA".into(),
            host_iso3: "DEU".into(),
            kind: "embassy",
            status: "withdrawn",
            flagged_share: Share(0.6),
        }],
        decisions: vec![decision()],
        events: vec![EventRow {
            year: 2019,
            quarter: 1,
            event_id: "warning".into(),
            effect: "announce",
            source: Some("Interview, \"21 February\" 2019".into()),
        }],
    }
}

fn metrics(year: u32, quarter: u32, rep: u32) -> MetricsRow {
    let cut = year == 2020;
    let when_cut = |value: f64| Share(if cut { value } else { 0.0 });
    MetricsRow {
        year,
        quarter,
        bloc_count: if cut { 2 } else { 1 },
        largest_bloc_share: Share(if cut { 2.0 / 3.0 } else { 1.0 }),
        fragmentation_index: when_cut(2.0 / 3.0),
        distance_fragmentation_index: when_cut(2.0 / 3.0),
        effective_pictures: Quantity(if cut { 1.5 } else { 1.0 }),
        picture_overlap_share: Share(if cut { 0.5 } else { 1.0 }),
        reach_share: Share(0.75),
        hub_outflow_share: Some(Share(if cut { 0.5 } else { 1.0 })),
        hub_inflow_share: Some(Share(0.75)),
        rest_reach_share: None,
        level_kept_share: Some(Share(0.9)),
        stance_distance: Some(when_cut(1.0 / 3.0)),
        stance_distance_to_hub: Some(when_cut(2.0 / 3.0)),
        reports_produced: 8,
        reports_withheld_share: when_cut(0.25 + 0.1 * f64::from(rep)),
        reports_lost_to_trust_share: Share(0.0),
        reports_lost_to_friction_share: Share(0.0),
        warnings_raised: quarter - 1,
        warnings_missed_share: (quarter > 1).then_some(Share(0.5)),
        reports_leaked_share: Share(0.125),
        pool_thinning_share: None,
        declared_restriction_count: if cut { 4 } else { 0 },
        applied_restriction_count: if cut { 2 } else { 0 },
        declared_actual_gap: cut.then_some(Share(0.5)),
        mean_core_flagged_share: Share(0.0),
        mean_access_4g_flagged_share: Share(0.2),
        mean_access_5g_flagged_share: Share(0.0),
        missions_withdrawn_count: u32::from(cut),
        replacement_cost_musd: Millions(12.5),
    }
}

fn nation(
    (year, (iso3, name, stance, stance_rank, bloc)): (
        u32,
        (&'static str, &'static str, &'static str, u32, &'static str),
    ),
) -> NationRow {
    let cut = year == 2020;
    NationRow {
        year,
        iso3: iso3.into(),
        name: name.into(),
        cow_code: (iso3 != "DEU").then_some(2),
        bloc_id: if cut { bloc.into() } else { "USA".into() },
        stance: if cut { stance } else { "open" },
        stance_rank: if cut { stance_rank } else { 0 },
        belief_share: Share(0.1),
        threat_share: Share(0.2),
        core_flagged_share: Share(0.0),
        access_4g_flagged_share: Share(0.6),
        access_5g_flagged_share: Share(0.0),
        reports_produced: 3,
        reports_read: 5,
        reports_withheld_from: 1,
        value_produced: Quantity(7.5),
        value_read: Quantity(12.0),
        raw_value_read: Quantity(4.0),
        value_withheld_from: Quantity(2.0),
        warnings_missed: 0,
        reports_leaked: 1,
        restricted_by_count: u32::from(cut && iso3 == "DEU"),
        replacement_cost_musd: Millions(0.0),
    }
}

fn pairs(year: u32) -> Vec<DyadRow> {
    let ids = NATIONS.map(|(iso3, ..)| iso3);
    let pairs = ids.into_iter().flat_map(|from| ids.into_iter().map(move |to| (from, to)));
    pairs.filter(|(from, to)| from != to).map(|(from, to)| pair(year, from, to)).collect()
}

fn pair(year: u32, from: &'static str, to: &'static str) -> DyadRow {
    let cut = year == 2020 && (from, to) == ("USA", "DEU");
    DyadRow {
        year,
        sender_iso3: from.into(),
        receiver_iso3: to.into(),
        sender_cow: None,
        receiver_cow: Some(200),
        ceiling_rank: Some(3),
        cap_rank: if cut { None } else { Some(3) },
        level_rank: if cut { None } else { Some(3) },
        share_permitted: !cut,
        work_permitted: !cut,
        colocate_permitted: true,
        trust_share: Share(0.5),
        handling_share: Share(1.0),
        giving_share: Share(1.0),
        reports_sent: 4,
        reports_withheld: if cut { 6 } else { 0 },
        value_sent: Quantity(9.5),
        value_withheld: Quantity(if cut { 14.0 } else { 0.0 }),
        binding_reason: if cut { Binding::Rule } else { Binding::None },
        binding_rule: cut.then(|| "no-flagged-core".into()),
        decision_id: cut.then(|| noforn::history::decision_id(Quarter::new(2020, 1), 1)),
    }
}

fn bloc(year: u32, id: &str, member_count: u32) -> BlocRow {
    BlocRow { year, bloc_id: id.into(), member_count, leader_iso3: id.into(), internal_flow_share: Share(1.0) }
}

fn network(layer: &'static str, vendor: &str, share: f64) -> NetworkRow {
    NetworkRow {
        year: 2020,
        network_id: "deu-telekom".into(),
        layer,
        vendor_id: vendor.into(),
        vendor_share: Share(share),
        flagged_by_count: 1,
    }
}

fn decision() -> DecisionRow {
    DecisionRow {
        year: 2020,
        quarter: 1,
        decision_id: noforn::history::decision_id(Quarter::new(2020, 1), 1),
        kind: "restrict",
        actor_iso3: "USA".into(),
        target_iso3: Some("DEU".into()),
        rule_id: Some("no-flagged-core".into()),
        outcome: "full".into(),
        probability: Share(0.8),
        draw: Some(Share(0.3)),
        reason: "core 30 % flagged, above 0 %".into(),
        because_id: Some("warning".into()),
        source_file: "three.toml".into(),
        source_line: 12,
    }
}
