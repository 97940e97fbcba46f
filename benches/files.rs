//! The time to load a scenario and to write the tables of a run.
use divan::Bencher;
use noforn::history::Detail;
use noforn::load::{Choice, load};
use noforn::scenario::Scenario;
use noforn_lab::ensemble::{Ensemble, Run};
use noforn_lab::runs::run_lines::RunLines;
use noforn_lab::runs::table_choice::TableChoice;
use noforn_store::disk::Disk;

const SCENARIOS: [&str; 3] = ["tutorial", "new-zealand-1985", "huawei-2019"];

fn main() {
    divan::main();
}

fn loaded(name: &str) -> Scenario {
    let scenario = load(&Disk, &format!("scenarios/{name}.toml"), &Choice::default());
    scenario.unwrap_or_else(|faults| panic!("{:?}", faults.faults))
}

/// From files to a checked scenario.
#[divan::bench(args = SCENARIOS, sample_count = 20, sample_size = 1)]
fn loading(bencher: Bencher, name: &str) {
    bencher.bench_local(|| loaded(name));
}

/// From a history to the text of its tables: the small ones of every run.
#[divan::bench(args = SCENARIOS, sample_count = 50)]
fn writing_metrics(bencher: Bencher, name: &str) {
    writing(bencher, name, "metrics", false);
}

/// All tables of a first run.
#[divan::bench(args = SCENARIOS, sample_count = 10, sample_size = 1)]
fn writing_all_tables(bencher: Bencher, name: &str) {
    writing(bencher, name, "runs,metrics,nations,dyads,networks,missions,decisions,events,blocs", true);
}

fn writing(bencher: Bencher, name: &str, tables: &str, full: bool) {
    let tables: TableChoice = tables.parse().expect("these are tables");
    let ensemble = Ensemble::new(vec![loaded(name)], 1);
    let history = ensemble.prepared[0].run(0, Detail { full }).expect("no rule errs");
    let run = Run { variant: 0, rep: 0 };
    bencher.bench_local(|| RunLines::new(&ensemble, run, &history, &tables));
}
