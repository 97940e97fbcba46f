//! Side agreements are made only between nations that no agreement already joins as high.
use super::shared::scenario;
use noforn::history::Detail;
use noforn::run::Prepared;

#[test]
fn no_side_agreement_repeats_what_an_agreement_gives() {
    let scenario = scenario("scenarios/huawei-2019.toml", "as-spoken", &[("model.realign_rate", "20.0")]);
    let prepared = Prepared::new(&scenario);
    let agreements: Vec<_> = scenario.file.agreements.values().collect();
    let mut made = 0;
    for rep in 0..4 {
        let history = prepared.run(rep, Detail { full: true }).expect("no rule errs");
        for row in history.decisions.iter().filter(|row| row.kind == "agreement") {
            let pair = [row.actor_iso3.to_string(), row.target_iso3.as_ref().expect("a partner").to_string()];
            let joined = agreements.iter().filter(|agreement| pair.iter().all(|id| agreement.members.contains(id)));
            let before = joined.map(|agreement| agreement.ceiling).max();
            let ceiling = row.outcome.strip_prefix("bilateral up to ").expect("a ceiling");
            assert!(
                before.is_none_or(|before| {
                    let cleared = pair.iter().map(|id| scenario.file.nations[id].clearance).min();
                    Some(before) < cleared
                }),
                "{pair:?} agreed up to {ceiling} in run {rep}, and had {before:?}"
            );
            made += 1;
        }
    }
    assert!(made > 0, "no side agreement was made, so the law was not tried");
}
