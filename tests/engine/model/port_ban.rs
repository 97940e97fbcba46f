//! What a credible run of 1985 shows: a cut declared in full and applied in part, relays recalled, restored decades later.
use super::shared::{runs_with, scenario};
use noforn::history::rows::{DyadRow, MetricsRow};
use noforn::history::{Detail, History};
use noforn::world::levels::Binding;

const PORTS: &str = "scenarios/new-zealand-1985.toml";
const REPS: u32 = 20;
/// The years in which the cut stood from the first to the last quarter.
const CUT: std::ops::RangeInclusive<u32> = 1986..=2008;

fn variant(name: &str, set: &[(&str, &str)]) -> Vec<History> {
    runs_with(&scenario(PORTS, name, set), REPS, Detail { full: true })
}

fn row<'a>(history: &'a History, year: u32, sender: &str, receiver: &str) -> &'a DyadRow {
    let is = |row: &&DyadRow| row.year == year && &*row.sender_iso3 == sender && &*row.receiver_iso3 == receiver;
    history.dyads.iter().find(is).expect("every pair has a row a year")
}

/// What New Zealand reads of a sender in the years of the cut, over all runs.
fn read(runs: &[History], sender: &str) -> u32 {
    runs.iter().flat_map(|run| CUT.map(|year| row(run, year, sender, "NZL").reports_sent)).sum()
}

fn during_the_cut(history: &History) -> impl Iterator<Item = &MetricsRow> {
    history.metrics.iter().filter(|row| CUT.contains(&row.year))
}

#[test]
fn the_declared_cut_is_above_the_applied_one_in_every_quarter_of_every_run() {
    for run in variant("baseline", &[]) {
        for row in during_the_cut(&run) {
            let (declared, applied) = (row.declared_restriction_count, row.applied_restriction_count);
            assert!(
                declared > applied && applied > 0,
                "{}Q{}: {declared} declared, {applied} applied",
                row.year,
                row.quarter
            );
        }
    }
    for run in variant("to-the-letter", &[]) {
        let equal = |row: &MetricsRow| row.declared_restriction_count == row.applied_restriction_count;
        assert!(during_the_cut(&run).all(equal), "to the letter, what is declared is applied");
    }
}

#[test]
fn fewer_copies_go_out_and_direct_flows_are_partly_kept() {
    let base = variant("baseline", &[]);
    for run in &base {
        let before = row(run, 1984, "USA", "NZL");
        assert!(before.reports_withheld == 0, "nothing is withheld before");
        for year in CUT {
            let now = row(run, year, "USA", "NZL");
            assert!(now.level_rank < before.level_rank && now.share_permitted, "{year}: {now:?}");
            assert_eq!(
                (now.binding_reason, now.binding_rule.as_deref()),
                (Binding::Rule, Some("fewer-copies")),
                "{year}"
            );
            assert!(!now.work_permitted && now.reports_withheld > 0, "{year}: {now:?}");
        }
    }
    assert!(read(&base, "USA") > 0, "part of the direct flow is kept");
    for run in variant("to-the-letter", &[]) {
        let level = |year| row(&run, year, "USA", "NZL").level_rank;
        assert!(CUT.into_iter().all(|year| level(year) == Some(0)), "cut to the letter: only what is open is left");
    }
}

#[test]
fn others_no_longer_pass_american_content_on() {
    let base = variant("baseline", &[]);
    // The same history in which the flow of copies is never reduced, on the same luck.
    let uncut =
        variant("baseline", &[("events.copies-reduced.on", "2013-12-31"), ("events.copies-restored.on", "2013-12-31")]);
    for sender in ["AUS", "GBR", "CAN"] {
        let (with, without) = (read(&base, sender), read(&uncut, sender));
        assert!(with > 0 && with < without, "{sender}: {with} reports read with the cut, {without} without");
    }
}

#[test]
fn the_flow_is_restored_decades_later_while_the_ban_stands() {
    for run in variant("baseline", &[]) {
        let before = row(&run, 1984, "USA", "NZL").level_rank;
        assert!(row(&run, 2008, "USA", "NZL").level_rank < before, "still cut after 23 years");
        for year in 2010..=2013 {
            let after = row(&run, year, "USA", "NZL");
            // Leaks that were found there may still keep back the most secret.
            let doubted = after.binding_reason == Binding::Trust && after.handling_share.0 < 1.0;
            assert!(
                (after.level_rank == before || doubted) && after.work_permitted && after.reports_withheld == 0,
                "{year}: {after:?}"
            );
        }
    }
    for run in variant("ban-lifted", &[]) {
        assert!(row(&run, 1994, "USA", "NZL").work_permitted, "without the ban the condition no longer holds");
    }
}
