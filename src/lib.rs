//! The engine of noforn: who may see whose intelligence in an alliance, and what happens when membership depends on
//! hardware.
//!
//! The engine turns a scenario (text) and a seed into a history (rows of tables). It knows no files, threads, clock or
//! network, and gives the same history on every platform.
//!
//! # A tour
//!
//! | module | what is there |
//! | --- | --- |
//! | [`world`] | what exists: nations, vendors, networks, missions, agreements, rules; what holds between two nations |
//! | [`scenario`] | what is assumed: the shape of a scenario file and the checked [`scenario::Scenario`] |
//! | [`access`] | who may see what: a scenario's rules and agreements as Cedar policies, compiled and explained |
//! | [`load`] | texts to a checked scenario, or every fault with its place |
//! | [`quarter`] | what happens: the list of causes, in order, and one file for each |
//! | [`run`] | a prepared scenario run from its first quarter to its last |
//! | [`history`] | what a run leaves: one row type for each table |
//!
//! Each module imports only those above it in this table, and `history`. What is done with many runs (ensembles,
//! comparisons, sweeps, reports) is in the crate `noforn-lab`, what lies on the disk in `noforn-store`.
//!
//! ## Run a scenario and read a metric
//!
//! ```
//! use noforn::history::Detail;
//! use noforn::load::{Choice, load};
//! use noforn::run::Prepared;
//! use std::collections::BTreeMap;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let text = r#"
//! format = 1
//! title = "Two nations"
//! assumed = ["title"]
//! [run]
//! start = "2019Q1"
//! end = "2020Q4"
//! seed = 7
//! [nations]
//! GBR = { name = "United Kingdom", intelligence = 60 }
//! USA = { name = "United States", intelligence = 100 }
//! [agreements.ukusa]
//! kind = "bilateral"
//! members = ["GBR", "USA"]
//! ceiling = "secret"
//! "#;
//! let files = BTreeMap::from([("two.toml".to_owned(), text.to_owned())]);
//! let scenario = load(&files, "two.toml", &Choice::default())?;
//! let history = Prepared::new(&scenario).run(0, Detail { full: false })?;
//! let last = history.metrics.last().expect("a run has quarters");
//! assert_eq!((last.year, last.quarter), (2020, 4));
//! assert!(last.reports_produced > 0);
//! assert!(last.reach_share.0 > 0.0, "each may read something that the other produces");
//! # Ok(())
//! # }
//! ```
//!
//! ## Add a mechanism of your own
//!
//! A mechanism is a system of `bevy_ecs` over what exists. [`run::Prepared::with_schedule`] takes the schedule of a
//! quarter with your system between two causes; ensembles, sweeps and comparisons of what is prepared so use it too.
//!
//! ```
//! use bevy_ecs::prelude::*;
//! use noforn::history::Detail;
//! use noforn::quarter::{access::access, missions::missions, quarter};
//! use noforn::run::Prepared;
//! use noforn::world::setting::{Setting, everyone};
//! use noforn::world::ties::Trust;
//!
//! /// Nobody trusts anybody by more than a tenth, from the first quarter on.
//! fn suspicion(setting: Res<Setting>, mut trust: ResMut<Trust>) {
//!     for from in everyone(setting.nations) {
//!         for to in everyone(setting.nations) {
//!             let pair = (from, to);
//!             trust.goodwill[pair] = trust.goodwill[pair].min(0.1);
//!         }
//!     }
//! }
//!
//! fn with_suspicion() -> Schedule {
//!     let mut schedule = quarter();
//!     schedule.add_systems(suspicion.after(access).before(missions));
//!     schedule
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let text = "format = 1\ntitle = \"Two nations\"\nassumed = [\"title\"]\n[run]\nstart = \"2019Q1\"\nend = \"2020Q4\"\nseed = 7\n[nations]\n\
//! # GBR = { name = \"United Kingdom\", intelligence = 60 }\nUSA = { name = \"United States\", intelligence = 100 }\n[agreements.ukusa]\n\
//! # kind = \"bilateral\"\nmembers = [\"GBR\", \"USA\"]\nceiling = \"secret\"\n";
//! # let files = std::collections::BTreeMap::from([("two.toml".to_owned(), text.to_owned())]);
//! # let scenario = noforn::load::load(&files, "two.toml", &noforn::load::Choice::default())?;
//! let usual = Prepared::new(&scenario).run(0, Detail { full: false })?;
//! let suspicious = Prepared::with_schedule(&scenario, with_suspicion).run(0, Detail { full: false })?;
//! let lost = |history: &noforn::history::History| history.metrics[7].reports_lost_to_trust_share.0;
//! assert!(lost(&suspicious) > lost(&usual));
//! # Ok(())
//! # }
//! ```
//!
//! ## Ask one access decision, and why
//!
//! [`access::Policies`] answers any question about any state of the facts, with the policies that determine it, as
//! Cedar's own diagnostics do.
//!
//! ```
//! use noforn::access::facts::Facts;
//! use noforn::history::Detail;
//! use noforn::run::{Prepared, step};
//! use noforn::world::levels::Level;
//! use noforn::world::slot::Slot;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let text = "format = 1\ntitle = \"Two nations\"\nassumed = [\"title\"]\n[run]\nstart = \"2019Q1\"\nend = \"2020Q4\"\nseed = 7\n[nations]\n\
//! # GBR = { name = \"United Kingdom\", intelligence = 60 }\nUSA = { name = \"United States\", intelligence = 100 }\n[agreements.ukusa]\n\
//! # kind = \"bilateral\"\nmembers = [\"GBR\", \"USA\"]\nceiling = \"secret\"\n";
//! # let files = std::collections::BTreeMap::from([("two.toml".to_owned(), text.to_owned())]);
//! # let scenario = noforn::load::load(&files, "two.toml", &noforn::load::Choice::default())?;
//! let prepared = Prepared::new(&scenario);
//! let (mut world, mut schedule) = (prepared.world(0, Detail { full: false }), prepared.schedule());
//! step(&mut world, &mut schedule, scenario.start)?;
//! let nation = |iso3: &str| noforn::world::ids::NationId::new(scenario.rosters.nations.rank(iso3).expect("it is there"));
//! let (usa, gbr) = (nation("USA"), nation("GBR"));
//! let policies = prepared.policies();
//! let answer = policies.explain(world.resource::<Facts>(), usa, gbr, Slot::share(Level::Secret));
//! assert!(answer.allowed);
//! let why: Vec<&str> = answer.determining().iter().map(|policy| policies.id(*policy)).collect();
//! assert_eq!(why, ["agreement:ukusa"]);
//! # Ok(())
//! # }
//! ```
pub mod access;
pub mod history;
pub mod load;
pub mod quarter;
pub mod run;
pub mod scenario;
pub mod world;
