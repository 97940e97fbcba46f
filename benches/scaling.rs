//! The time of a quarter in generated worlds of 73 to 1,000 nations, in total and for each ordered pair.
use noforn::history::Detail;
use noforn::load::files::Files;
use noforn::load::synthetic;
use noforn::load::{Choice, load};
use noforn::run::Prepared;
use std::time::Instant;

/// The number of nations, and of timed runs, of which the fastest is reported: the first run spawns its world, the others
/// reset it.
const SIZES: [(usize, u32); 4] = [(73, 9), (195, 5), (400, 3), (1000, 3)];

/// The files of a generated world, in memory.
struct GeneratedFiles(Vec<(String, String)>);

impl Files for GeneratedFiles {
    fn read(&self, path: &str) -> Result<String, String> {
        let found = self.0.iter().find(|(name, _)| name == path);
        found.map(|(_, text)| text.clone()).ok_or_else(|| "no such file".to_owned())
    }
}

fn main() {
    println!("nations  load_ms  prepare_ms  quarter_us  ns_a_pair  pairs_grow  quarter_grows");
    let mut first = None;
    for (nations, runs) in SIZES {
        let files = GeneratedFiles(synthetic::files("world", nations, 1));
        let scenario = || {
            let scenario = load(&files, "world.toml", &Choice::default());
            scenario.unwrap_or_else(|faults| panic!("{:?}", faults.faults))
        };
        let loading = seconds(|| drop(scenario()));
        let scenario = scenario();
        let preparing = seconds(|| drop(Prepared::new(&scenario)));
        let prepared = Prepared::new(&scenario);
        let quarters = prepared.quarters().count() as f64;
        let run = |rep: u32| seconds(|| drop(prepared.run(rep, Detail { full: false })));
        let quarter = (0..runs).map(run).fold(f64::INFINITY, f64::min) / quarters;
        let pairs = (nations * (nations - 1)) as f64;
        let (pairs_at_first, quarter_at_first) = *first.get_or_insert((pairs, quarter));
        println!(
            "{nations:7}  {:7.1}  {:10.1}  {:10.1}  {:9.1}  {:10.1}  {:13.1}",
            loading * 1e3,
            preparing * 1e3,
            quarter * 1e6,
            quarter * 1e9 / pairs,
            pairs / pairs_at_first,
            quarter / quarter_at_first,
        );
    }
}

/// The seconds that something takes: processor time where the system measures it (Linux), else wall-clock time.
fn seconds(work: impl FnOnce()) -> f64 {
    let on_processor = || -> Option<f64> {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split(' ').next()?.parse::<f64>().ok().map(|nanoseconds| nanoseconds / 1e9)
    };
    let (wall, start) = (Instant::now(), on_processor());
    work();
    match (start, on_processor()) {
        (Some(start), Some(end)) => end - start,
        _ => wall.elapsed().as_secs_f64(),
    }
}
