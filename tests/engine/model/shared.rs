//! What the tests of the model need: scenarios from the disk, and many runs of them.
use super::super::disk::Disk;
use noforn::history::{Detail, History};
use noforn::load::files::Files;
use noforn::load::{Choice, load};
use noforn::run::Prepared;
use noforn::scenario::Scenario;

/// A shipped scenario, or one in a folder; `variant` may be `baseline`.
pub fn scenario(path: &str, variant: &str, set: &[(&str, &str)]) -> Scenario {
    let choice = Choice {
        variant: (variant != "baseline").then(|| variant.to_owned()),
        set: set.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect(),
        ..Choice::default()
    };
    load(&Disk, path, &choice).unwrap_or_else(|faults| panic!("{path} {variant}: {:?}", faults.faults))
}

/// Runs 0 to `reps` of a scenario, on two threads, in order.
pub fn runs(scenario: &Scenario, reps: u32) -> Vec<History> {
    runs_with(scenario, reps, Detail { full: false })
}

/// The same runs with these tables.
pub fn runs_with(scenario: &Scenario, reps: u32, detail: Detail) -> Vec<History> {
    let prepared = Prepared::new(scenario);
    let run = |rep| prepared.run(rep, detail).expect("no rule errs");
    std::thread::scope(|scope| {
        let run = &run;
        let half = |odd: u32| scope.spawn(move || (odd..reps).step_by(2).map(run).collect::<Vec<_>>());
        let (even, odd) = (half(0), half(1));
        let mut even = even.join().expect("runs end").into_iter();
        let mut odd = odd.join().expect("runs end").into_iter();
        (0..reps).filter_map(|rep| if rep % 2 == 0 { even.next() } else { odd.next() }).collect()
    })
}

/// A scenario whose file has this text; what it names lies on the disk.
pub fn written(text: &str) -> Scenario {
    struct One<'a>(&'a str);
    impl Files for One<'_> {
        fn read(&self, path: &str) -> Result<String, String> {
            if path == "scenarios/written.toml" { Ok(self.0.to_owned()) } else { Disk.read(path) }
        }
    }
    load(&One(text), "scenarios/written.toml", &Choice::default())
        .unwrap_or_else(|faults| panic!("{:?}", faults.faults))
}

/// One run with every table.
pub fn whole(scenario: &Scenario) -> History {
    Prepared::new(scenario).run(0, Detail { full: true }).expect("no rule errs")
}
