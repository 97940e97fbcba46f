//! Narrowing: full cuts are rare and less is common; and what one distrusted reader does to a pool.
use super::shared::{runs_with, scenario, written};
use noforn::history::Detail;
use noforn::run::Prepared;
use noforn::world::levels::Binding;

const REPS: u32 = 10;

#[test]
fn in_the_base_run_full_cuts_are_rare_and_narrowing_is_common() {
    let (mut pairs, mut cut, mut narrowed) = (0, 0, 0);
    for history in runs_with(&scenario("scenarios/huawei-2019.toml", "baseline", &[]), REPS, Detail { full: true }) {
        for row in history.dyads.iter().filter(|row| row.ceiling_rank.is_some()) {
            pairs += 1;
            cut += usize::from(row.binding_reason == Binding::Rule && row.level_rank.is_none_or(|rank| rank == 0));
            narrowed += usize::from(row.level_rank < row.ceiling_rank);
        }
    }
    assert!(cut * 200 < pairs, "{cut} full cuts of {pairs}");
    assert!(narrowed * 20 > pairs && narrowed > 10 * cut, "{narrowed} narrowed of {pairs}, {cut} cut");
}

#[test]
fn one_distrusted_reader_thins_a_pool_and_more_so_for_raw_than_for_finished_reports() {
    let thinned = |raw: f64, stranger: bool| {
        let nation = |id: &str, name: &str, alignment: f64| {
            format!(
                "[nations.{id}]\nname = \"{name}\"\nintelligence = 100\nraw_share = {raw:?}\nclearance = \"top_secret\"\nalignment_share = {alignment:?}\n"
            )
        };
        let text = format!(
            "format = 1\ntitle = \"a pool\"\n[run]\nstart = \"2019Q1\"\nend = \"2021Q4\"\nseed = 1\n\
             [model]\ntrust_base_share = 0.5\ntrust_alignment_share = 0.4\nhandling_loss_share = 0.0\n{}{}{}\
             [agreements.pool]\nkind = \"pool\"\nmembers = [\"GBR\", \"HUN\", \"USA\"]\nceiling = \"top_secret\"\n",
            nation("USA", "United States", 1.0),
            nation("GBR", "United Kingdom", 1.0),
            nation("HUN", "Hungary", if stranger { 0.2 } else { 1.0 }),
        );
        let history = Prepared::new(&written(&text)).run(0, Detail { full: true }).expect("no rule errs");
        let shares = history.metrics.iter().filter_map(|row| row.pool_thinning_share).map(|share| share.0);
        let lost = |id: &str| {
            let of = history.nations.iter().filter(|row| row.iso3 == id.into());
            of.map(|row| row.value_read.0).sum::<f64>()
        };
        (shares.sum::<f64>() / history.metrics.len() as f64, lost("GBR"))
    };
    for raw in [0.0, 1.0] {
        let ((trusted, all), (thinned, less)) = (thinned(raw, false), thinned(raw, true));
        assert!(trusted < thinned && less < all, "raw {raw}: {trusted} and {thinned} thinned, {all} and {less} read");
    }
    assert!(thinned(0.0, true).0 < 0.7 * thinned(1.0, true).0, "raw reports need more trust");
}
