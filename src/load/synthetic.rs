//! Generates a synthetic world of any size, for tests of speed and scale. Its numbers describe no real country.
use crate::world::chance::{Chance, Stream, subject};
use crate::world::clock::Quarter;
use std::fmt::Write;

/// The number of nations that a generated world may have.
pub const NATIONS: std::ops::RangeInclusive<usize> = 3..=1000;

/// Nations in the inner pool.
const INNER: usize = 5;
/// Nations in one region; the last region may have fewer.
const REGION: usize = 12;
/// Embassies that a nation sends, beside the one to the greatest nation.
const EMBASSIES: usize = 40;

/// The files of a world with so many nations, as pairs of name and text, the scenario `name` first.
///
/// The numbers of a nation depend only on the seed and its id, so a nation is the same in a larger world. The first
/// nation is the greatest and owns the rule. It shares a pool with the next few; two of five nations form an alliance;
/// every region has a pool; a nation outside the alliance has a bilateral agreement with the greatest.
///
/// # Panics
/// If `nations` is outside [`NATIONS`].
pub fn files(name: &str, nations: usize, seed: u64) -> Vec<(String, String)> {
    assert!(NATIONS.contains(&nations), "a world has {NATIONS:?} nations");
    let all: Vec<SyntheticNation> = (0..nations).map(|rank| SyntheticNation::new(rank, seed)).collect();
    let tables = [
        ("nations", nation_table(&all)),
        ("groups", group_table(&all)),
        ("agreements", agreement_table(&all)),
        ("networks", network_table(&all)),
        ("missions", mission_table(&all)),
    ];
    let mut named = String::new();
    for (table, _) in &tables {
        let _ = writeln!(named, "{table} = \"{name}-{table}.csv\"");
    }
    let scenario = include_str!("synthetic/scenario.toml")
        .replace("COUNT", &nations.to_string())
        .replace("SEED", &seed.to_string())
        .replace("TABLES\n", &named);
    let tables = tables.into_iter().map(|(table, text)| (format!("{name}-{table}.csv"), text));
    [(format!("{name}.toml"), scenario)].into_iter().chain(tables).collect()
}

/// A nation with its random numbers.
struct SyntheticNation {
    rank: usize,
    id: String,
    /// Uniform numbers from 0 to 1: place, openness, costs, networks.
    uniform: [f64; 8],
}

impl SyntheticNation {
    fn new(rank: usize, seed: u64) -> Self {
        // No country has a code that begins with Q or X.
        let first = if rank < 26 * 26 { 'Q' } else { 'X' };
        let id: String = [first, letter(rank / 26), letter(rank)].into_iter().collect();
        let mut draws = Chance::new(seed, 0).at(Stream::Parameters, subject(&id), Quarter(0));
        Self { rank, id, uniform: std::array::from_fn(|_| draws.uniform()) }
    }

    fn inner(&self) -> bool {
        self.rank < INNER
    }

    fn allied(&self) -> bool {
        self.inner() || self.uniform[0] < 0.4
    }

    fn region(&self) -> usize {
        self.rank / REGION
    }

    fn intelligence(&self) -> f64 {
        100.0 / libm::pow(1.0 + self.rank as f64, 0.8)
    }

    fn clearance(&self) -> &'static str {
        match (self.inner(), self.allied()) {
            (true, _) => "top_secret",
            (_, true) => "secret",
            _ => "confidential",
        }
    }
}

/// The letter of a number, from 0 for A, modulo 26.
fn letter(n: usize) -> char {
    char::from(b'A' + (n % 26) as u8)
}

fn nation_table(all: &[SyntheticNation]) -> String {
    let mut text = String::from(
        "id,name,intelligence,alignment_share,pacts,distance_km.CHN,export_share.CHN,clearance,stance,\
         cost_sensitivity_share,assumed\n",
    );
    let greatest = &all[0].id;
    for nation in all {
        let [_, alignment, distance, trade, cost, ..] = nation.uniform;
        let close = if nation.allied() { 0.5 } else { 0.0 };
        let pact = if nation.allied() && nation.rank > 0 { greatest } else { "" };
        let stance = if nation.rank == 0 { "banned" } else { "open" };
        let _ = writeln!(
            text,
            "{},Nation {},{:.3},{:.3},{pact},{:.0},{:.3},{},{stance},{:.2},all",
            nation.id,
            nation.rank + 1,
            nation.intelligence(),
            close + 0.5 * alignment,
            1_000.0 + 13_000.0 * distance,
            0.02 + 0.2 * trade * trade,
            nation.clearance(),
            0.3 + 0.5 * cost,
        );
    }
    text
}

/// The ids of the nations for which `is` holds, as a CSV field.
fn ids(all: &[SyntheticNation], is: impl Fn(&SyntheticNation) -> bool) -> String {
    all.iter().filter(|nation| is(nation)).map(|nation| nation.id.as_str()).collect::<Vec<_>>().join(";")
}

fn group_table(all: &[SyntheticNation]) -> String {
    let mut text = String::from("id,members,trust_weight,assumed\n");
    let _ = writeln!(text, "INNER,{},1,all", ids(all, SyntheticNation::inner));
    let _ = writeln!(text, "ALLIANCE,{},0.6,all", ids(all, SyntheticNation::allied));
    for region in 0..=all.last().map_or(0, SyntheticNation::region) {
        let _ = writeln!(text, "REGION_{region},{},0.5,all", ids(all, |nation| nation.region() == region));
    }
    text
}

fn agreement_table(all: &[SyntheticNation]) -> String {
    let mut text = String::from("id,kind,members,ceiling,assumed\n");
    let _ = writeln!(text, "inner,pool,{},top_secret,all", ids(all, SyntheticNation::inner));
    if all.iter().filter(|nation| nation.allied()).count() > 1 {
        let _ = writeln!(text, "alliance,pool,{},secret,all", ids(all, SyntheticNation::allied));
    }
    for region in 0..=all.last().map_or(0, SyntheticNation::region) {
        let members = ids(all, |nation| nation.region() == region);
        if members.contains(';') {
            let _ = writeln!(text, "region-{region},pool,{members},restricted,all");
        }
    }
    let (greatest, others) = all.split_first().expect("a world has nations");
    for nation in others.iter().filter(|nation| !nation.allied()) {
        let id = nation.id.to_ascii_lowercase();
        let _ = writeln!(text, "pair-{id},bilateral,{};{},confidential,all", greatest.id, nation.id);
    }
    text
}

fn network_table(all: &[SyntheticNation]) -> String {
    let mut text = String::from("id,nation,subscribers_million,traffic");
    for layer in ["core", "access_4g", "access_5g"] {
        let _ = write!(text, ",{layer}.huawei,{layer}.ericsson,{layer}.nokia");
    }
    text.push_str(",assumed\n");
    for nation in all {
        let [.., core, access, size] = nation.uniform;
        let (core, access) = (vendor_shares(0.5 * core), vendor_shares(0.9 * access));
        let id = nation.id.to_ascii_lowercase();
        let subscribers = 1.0 + 99.0 * size * size;
        let _ = writeln!(
            text,
            "{id}-national,{},{subscribers:.1},public;government,{core},{access},{access},all",
            nation.id
        );
    }
    text
}

/// The shares of three vendors with two decimals that sum to 1, as CSV fields, from the flagged vendor's share.
fn vendor_shares(flagged: f64) -> String {
    let huawei = (flagged * 100.0) as u32;
    let ericsson = (100 - huawei) / 2;
    let [huawei, ericsson, nokia] = [huawei, ericsson, 100 - huawei - ericsson].map(|n| f64::from(n) / 100.0);
    format!("{huawei},{ericsson},{nokia}")
}

/// Every nation sends embassies to the greatest and to the next in rank. The greatest keeps outposts with some allies.
fn mission_table(all: &[SyntheticNation]) -> String {
    let mut text = String::from("id,sender,host,kind,posts_count,troops,assumed\n");
    let n = all.len();
    for sender in all {
        let next = (1..n.min(EMBASSIES + 1)).map(|step| (sender.rank + step) % n);
        let mut hosts: Vec<usize> = next.chain([0]).filter(|host| *host != sender.rank).collect();
        hosts.sort_unstable();
        hosts.dedup();
        for host in hosts.into_iter().map(|host| &all[host]) {
            let id = format!("{}-{}", sender.id, host.id).to_ascii_lowercase();
            let _ = writeln!(text, "{id}-embassy,{},{},embassy,1,,all", sender.id, host.id);
        }
    }
    for host in all.iter().skip(1).filter(|nation| nation.allied() && nation.uniform[7] < 0.3) {
        let id = format!("{}-{}", all[0].id, host.id).to_ascii_lowercase();
        let _ = writeln!(text, "{id}-outpost,{},{},outpost,,1000,all", all[0].id, host.id);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::files::Files;
    use crate::load::{Choice, load};

    struct MemoryFiles(Vec<(String, String)>);

    impl Files for MemoryFiles {
        fn read(&self, path: &str) -> Result<String, String> {
            let found = self.0.iter().find(|(name, _)| name == path);
            found.map(|(_, text)| text.clone()).ok_or_else(|| "no such file".to_owned())
        }
    }

    #[test]
    fn worlds_of_all_sizes_load_and_a_larger_one_holds_the_same_nations() {
        for n in [3, 4, 12, 13, 73, 700] {
            let scenario = load(&MemoryFiles(files("world", n, 1)), "world.toml", &Choice::default());
            let scenario = scenario.unwrap_or_else(|faults| panic!("{n} nations: {:?}", faults.faults));
            assert_eq!(scenario.file.nations.len(), n);
        }
        let nations = |n| files("world", n, 1)[1].1.clone();
        assert!(nations(100).starts_with(&nations(73)));
        assert_ne!(nations(73), files("world", 73, 2)[1].1, "another seed, another world");
    }
}
