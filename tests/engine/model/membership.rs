//! Trust, pacts and reliance follow who joins and leaves a group.
use super::shared::{runs, scenario, written};
use noforn::history::Detail;
use noforn::quarter::quarter;
use noforn::run::{Prepared, step};
use noforn::world::ids::NationId;
use noforn::world::ties::{Guarantor, Trust};

/// Germany joins a group of two in the second quarter and leaves it in the fourth; America owns a rule.
const JOINING: &str = r#"
format = 1
title = "joining"
[run]
start = "2019Q1"
end = "2020Q2"
[model]
review_rate = 0.0
[nations.DEU]
name = "Germany"
intelligence = 10.0
[nations.FRA]
name = "France"
intelligence = 10.0
[nations.USA]
name = "United States"
intelligence = 20.0
[groups.ALLIES]
members = ["FRA", "USA"]
trust_weight = 0.6
defence_pact = true
[rules.idle]
owner = "USA"
forbids = ["share"]
when = 'resource.stance > 3'
[events.joins]
on = "2019Q2"
join = "ALLIES"
nation = "DEU"
[events.leaves]
on = "2019Q4"
leave = "ALLIES"
nation = "DEU"
"#;

#[test]
fn who_joins_is_trusted_as_a_member_and_who_leaves_is_a_stranger_again() {
    let prepared = Prepared::new(&written(JOINING));
    let (mut world, mut schedule) = (prepared.world(0, Detail { full: false }), quarter());
    let [deu, fra, usa] = [0, 1, 2].map(NationId::new);
    let mut seen = Vec::new();
    for now in prepared.quarters() {
        step(&mut world, &mut schedule, now).expect("no rule errs");
        let trust = world.resource::<Trust>();
        assert_eq!(trust.goodwill, trust.initial, "nobody was restricted");
        assert_eq!(trust.goodwill[(deu, usa)], trust.goodwill[(usa, deu)]);
        let reliance = &world.resource::<Guarantor>().reliance;
        seen.push((
            [trust.goodwill[(deu, fra)], trust.goodwill[(fra, usa)]],
            [reliance[deu.index()], reliance[fra.index()]],
        ));
    }
    for (quarter, (trust, reliance)) in seen.iter().enumerate() {
        let member = quarter == 1 || quarter == 2;
        assert_eq!(trust[0] == trust[1], member, "quarter {quarter}: trust {trust:?}");
        assert_eq!(reliance[0] == reliance[1], member, "quarter {quarter}: reliance {reliance:?}");
        assert_eq!(trust[1], seen[0].0[1], "the trust of those who stay does not move");
    }
    assert_eq!(seen[0], seen[5], "leaving undoes joining");
}

#[test]
fn a_new_member_of_nato_does_not_thin_its_pool() {
    let huawei = scenario("scenarios/huawei-2019.toml", "baseline", &[("run.end", "2021Q4")]);
    let runs = runs(&huawei, 8);
    // North Macedonia joined in March 2020.
    let mean = |years: std::ops::RangeInclusive<u32>| {
        let rows = runs.iter().flat_map(|run| &run.metrics).filter(|row| years.contains(&row.year));
        let shares: Vec<f64> = rows.filter_map(|row| row.pool_thinning_share).map(|share| share.0).collect();
        shares.iter().sum::<f64>() / shares.len() as f64
    };
    let (before, after) = (mean(2019..=2019), mean(2021..=2021));
    assert!(after < before + 0.05, "{before} of pooled reports on side lists before, {after} after");
}
