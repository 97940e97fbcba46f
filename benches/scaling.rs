//! What a quarter costs as the world grows: generated worlds of 73 to 1,000 nations. Divide by ordered pairs.
use divan::Bencher;
use divan::counter::ItemsCount;
use noforn::history::Detail;
use noforn::run::Prepared;
use noforn::scenario::Scenario;
use noforn::scenario::files::Files;
use noforn::scenario::load::{Choice, load};
use noforn::scenario::synthetic;

const NATIONS: [usize; 4] = [73, 195, 400, 1000];

fn main() {
    divan::main();
}

/// The files of a generated world, in memory.
struct Memory(Vec<(String, String)>);

impl Files for Memory {
    fn read(&self, path: &str) -> Result<String, String> {
        let found = self.0.iter().find(|(name, _)| name == path);
        found.map(|(_, text)| text.clone()).ok_or_else(|| "no such file".to_owned())
    }
}

fn loaded(files: &Memory) -> Scenario {
    let scenario = load(files, "world.toml", &Choice::default());
    scenario.unwrap_or_else(|faults| panic!("{:?}", faults.faults))
}

/// A run of 44 quarters, as quarters: the sharing of the default 300 reports is in it whatever the size.
#[divan::bench(args = NATIONS, sample_count = 9, sample_size = 1)]
fn quarters_of_a_run(bencher: Bencher, nations: usize) {
    let prepared = Prepared::new(&loaded(&Memory(synthetic::files("world", nations, 1))));
    let quarters = prepared.quarters().count();
    drop(prepared.run(0, Detail { full: false }));
    bencher.counter(ItemsCount::new(quarters)).bench_local(|| prepared.run(1, Detail { full: false }));
}

/// Reading and checking the files.
#[divan::bench(args = NATIONS, sample_count = 5, sample_size = 1)]
fn loading(bencher: Bencher, nations: usize) {
    let files = Memory(synthetic::files("world", nations, 1));
    bencher.bench_local(|| loaded(&files));
}

/// Resolving every id, compiling the rules.
#[divan::bench(args = NATIONS, sample_count = 5, sample_size = 1)]
fn making_ready(bencher: Bencher, nations: usize) {
    let scenario = loaded(&Memory(synthetic::files("world", nations, 1)));
    bencher.bench_local(|| Prepared::new(&scenario));
}
