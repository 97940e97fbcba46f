//! Giving depends on getting, and trust has parts: the stylised facts, on the world of 2019.
use super::shared::{runs_with, scenario};
use noforn::history::rows::DyadRow;
use noforn::history::{Detail, History};
use noforn::quarter::quarter;
use noforn::run::{Prepared, step};
use noforn::world::matrix::Matrix;
use noforn::world::ties::{Credibility, Giving, Trust};

const HUAWEI: &str = "scenarios/huawei-2019.toml";
const REPS: u32 = 20;

fn variant(name: &str, set: &[(&str, &str)]) -> Vec<History> {
    let set: Vec<_> = [("run.end", "2021Q4")].iter().chain(set).copied().collect();
    runs_with(&scenario(HUAWEI, name, &set), REPS, Detail { full: true })
}

fn dyads(history: &History, year: u32) -> impl Iterator<Item = &DyadRow> {
    history.dyads.iter().filter(move |row| row.year == year)
}

/// What the United States got in 2021, by value over all runs, from those from whom it withheld all year `cut`, in these runs.
fn got(cut: &[History], of: &[History]) -> f64 {
    let of_run = |(cut, of): (&History, &History)| {
        let whom = |row: &&DyadRow| &*row.sender_iso3 == "USA" && row.level_rank.is_none_or(|rank| rank == 0);
        let both = |row: &DyadRow| {
            dyads(cut, 2020)
                .filter(whom)
                .any(|before| before.receiver_iso3 == row.receiver_iso3 && before.ceiling_rank > Some(0))
        };
        let cut_off: Vec<&str> =
            dyads(cut, 2021).filter(whom).filter(|row| both(row)).map(|row| &*row.receiver_iso3).collect();
        let sent = dyads(of, 2021).filter(|row| &*row.receiver_iso3 == "USA" && cut_off.contains(&&*row.sender_iso3));
        sent.map(|row| row.value_sent.0).sum::<f64>()
    };
    cut.iter().zip(of).map(of_run).sum()
}

#[test]
fn those_who_are_cut_give_the_author_less_within_a_year_and_mostly_because_they_get_less() {
    let (spoken, base) = (variant("as-spoken", &[]), variant("baseline", &[]));
    let (less, whole) = (got(&spoken, &spoken), got(&spoken, &base));
    let indifferent = variant("as-spoken", &[("model.reciprocity_weight", "0.0")]);
    let (unmoved, unmoved_base) = (
        got(&indifferent, &indifferent),
        got(&indifferent, &variant("baseline", &[("model.reciprocity_weight", "0.0")])),
    );
    println!("{less} of {whole}; {unmoved} of {unmoved_base} if giving does not follow getting");
    assert!(whole > 0.0 && less <= 0.8 * whole, "the author gets {less} of {whole}");
    assert!(
        unmoved / unmoved_base > less / whole + 0.05,
        "{unmoved} of {unmoved_base}: what trust alone takes is less"
    );
}

/// The state of ties at the end of each quarter of a run.
fn ties(variant: &str, set: &[(&str, &str)]) -> Vec<(Trust, Giving, Credibility)> {
    let prepared = Prepared::new(&scenario(HUAWEI, variant, set));
    let (mut world, mut schedule) = (prepared.world(0, Detail { full: false }), quarter());
    let quarters = prepared.quarters().collect::<Vec<_>>().into_iter();
    quarters
        .map(|now| {
            step(&mut world, &mut schedule, now).expect("no rule errs");
            let (trust, giving) = (world.resource::<Trust>().clone(), world.resource::<Giving>().clone());
            (trust, giving, world.resource::<Credibility>().clone())
        })
        .collect()
}

#[test]
fn a_contradiction_costs_reliability_and_no_goodwill() {
    // Nothing is enforced, so that only the contradiction tells the two runs apart.
    let set = [("run.end", "2019Q4"), ("model.credibility_step_share", "0.0")];
    let (with, without) = (ties("as-spoken", &set), ties("no-contradiction", &set));
    let (with, without) = (&with[3], &without[3]);
    let less = with.2.0.iter().zip(&without.2.0).filter(|(with, without)| with < without).count();
    assert_eq!(less, 1, "the author's word counts for less");
    assert_eq!(with.0.goodwill.cells().len(), without.0.goodwill.cells().len());
    let moved = |matrix: &Matrix<f64>, initial: &Matrix<f64>| matrix.cells() != initial.cells();
    assert!(!moved(&with.0.goodwill, &with.0.initial), "nobody was restricted yet, and goodwill is what it was");
}

#[test]
fn what_is_given_returns_later_than_what_is_got() {
    let mut lags = 0;
    for quarters in ties("as-spoken", &[("run.end", "2026Q4")]).windows(2) {
        let [(_, before, _), (_, after, _)] = quarters else { continue };
        let cells = |giving: &Giving| {
            giving.received.cells().iter().copied().zip(giving.kept.cells().iter().copied()).collect::<Vec<_>>()
        };
        for ((got_before, kept_before), (got, kept)) in cells(before).into_iter().zip(cells(after)) {
            // All is got again, after little was: giving is on its way.
            if got_before < 0.7 && got > 0.999 && kept_before < 0.999 {
                assert!(kept <= 1.0, "{kept}");
                lags += u32::from(kept < 1.0);
            }
        }
    }
    assert!(lags > 10, "restored {lags} times while giving was not yet");
}
