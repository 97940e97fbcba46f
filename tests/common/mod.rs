//! What several test files need: scenarios from the disk, and many runs of them.
#![allow(dead_code, reason = "each test file uses a part")]
use noforn::cli::disk::Disk;
use noforn::history::{Detail, History};
use noforn::run::Prepared;
use noforn::scenario::Scenario;
use noforn::scenario::load::{Choice, load};

/// A shipped scenario, or one in a folder; `variant` may be `baseline`.
pub fn scenario(path: &str, variant: &str, set: &[(&str, &str)]) -> Scenario {
    let choice = Choice {
        variant: (variant != "baseline").then(|| variant.to_owned()),
        set: set.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect(),
        seed: None,
    };
    load(&Disk, path, &choice).unwrap_or_else(|faults| panic!("{path} {variant}: {:?}", faults.faults))
}

/// Runs 0 to `reps` of a scenario, on two threads, in order.
pub fn runs(scenario: &Scenario, reps: u32) -> Vec<History> {
    let prepared = Prepared::new(scenario);
    let run = |rep| prepared.run(rep, Detail { full: false }).expect("no rule errs");
    std::thread::scope(|scope| {
        let run = &run;
        let half = |odd: u32| scope.spawn(move || (odd..reps).step_by(2).map(run).collect::<Vec<_>>());
        let (even, odd) = (half(0), half(1));
        let mut even = even.join().expect("runs end").into_iter();
        let mut odd = odd.join().expect("runs end").into_iter();
        (0..reps).filter_map(|rep| if rep % 2 == 0 { even.next() } else { odd.next() }).collect()
    })
}
