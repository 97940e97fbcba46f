//! A mechanism of one's own between two causes: after every restriction, trust of the restricted falls by a tenth.
//!
//! `cargo run --release --example own_mechanism`
use bevy_ecs::prelude::*;
use noforn::history::Detail;
use noforn::load::{Choice, load};
use noforn::quarter::{access::access, missions::missions, quarter};
use noforn::run::Prepared;
use noforn::world::rule::Restrictions;
use noforn::world::setting::{Setting, everyone};
use noforn::world::ties::Trust;
use std::collections::BTreeMap;

/// The scenario that is shipped to learn on.
const TUTORIAL: &str = include_str!("../scenarios/tutorial.toml");

/// Who is restricted trusts the one who restricts it a tenth less, each quarter that it lasts.
fn resentment(setting: Res<Setting>, restrictions: Res<Restrictions>, mut trust: ResMut<Trust>) {
    for owner in everyone(setting.nations) {
        for restricted in everyone(setting.nations) {
            if restrictions.pairs.get(owner, restricted) {
                trust.goodwill[(restricted, owner)] *= 0.9;
            }
        }
    }
}

fn with_resentment() -> Schedule {
    let mut schedule = quarter();
    schedule.add_systems(resentment.after(access).before(missions));
    schedule
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files = BTreeMap::from([("tutorial.toml".to_owned(), TUTORIAL.to_owned())]);
    let set = vec![("rules.no-flagged-core.enforcement".to_owned(), "automatic".to_owned())];
    let scenario = load(&files, "tutorial.toml", &Choice { set, ..Choice::default() })?;
    println!("mechanism,rep,lost_to_trust_share");
    let shipped = Prepared::new(&scenario);
    let resentful = Prepared::with_schedule(&scenario, with_resentment);
    for (name, prepared) in [("as shipped", shipped), ("with resentment", resentful)] {
        for rep in 0..20 {
            let history = prepared.run(rep, Detail { full: false })?;
            let lost: f64 = history.metrics.iter().map(|row| row.reports_lost_to_trust_share.0).sum();
            println!("{name},{rep},{:.4}", lost / history.metrics.len() as f64);
        }
    }
    Ok(())
}
