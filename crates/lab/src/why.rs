//! Why something was withheld between two nations, or why nothing was: a run is made again up to a quarter, and asked.
pub mod causes;
pub mod changes;
pub mod equipment;
pub mod past;
pub mod rules;
pub mod standing;
pub mod text;

use crate::ensemble::Ended;
use crate::workers::Workers;
use causes::{Link, Record};
use changes::Change;
use equipment::Part;
use noforn::quarter::measures::Ledger;
use noforn::run::Prepared;
use noforn::scenario::Scenario;
use noforn::world::clock::Quarter;
use noforn::world::ids::NationId;
use past::{Pair, Past};
use rules::Told;
use serde::Serialize;
use standing::Standing;

/// The most runs of a variant that are made again to see in how many it was the same.
pub const MOST_RUNS: u32 = 200;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The scenario, as its variant has it.
    pub scenario: &'a Scenario,
    /// The replicate.
    pub rep: u32,
    /// How many replicates there are.
    pub reps: u32,
    /// Who would give to whom.
    pub pair: Pair,
    /// The quarter at whose end it is asked.
    pub until: Quarter,
}

/// A nation by its code and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// ISO 3166-1 alpha-3.
    pub iso3: String,
    /// English name.
    pub name: String,
}

/// A place in the files of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct At {
    /// The file, relative to the scenario.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// In how many runs of the variant it stood the same between the two at that time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Runs {
    /// The same level, and the same for working alongside and missions.
    pub same: u32,
    /// Runs in which a rule withheld anything.
    pub withheld_by_rule: u32,
    /// Runs that were made again.
    pub of: u32,
    /// Runs that the folder holds.
    pub reps: u32,
}

/// Everything that is answered.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// The variant.
    pub variant: String,
    /// The replicate.
    pub rep: u32,
    /// The quarter at whose end it is so.
    pub quarter: String,
    /// Who would give.
    pub sender: Named,
    /// Who would receive.
    pub receiver: Named,
    /// What is allowed, what is withheld, and for want of what.
    pub standing: Standing,
    /// Reports sent and withheld by rule in the year that ends with the quarter; none within a year.
    pub reports: Option<[u32; 2]>,
    /// The sender's rules, those that bind first.
    pub rules: Vec<Told>,
    /// How it came to that, last first; empty where no rule restricts the pair.
    pub causes: Vec<Link>,
    /// What the sender objects to in the receiver's networks.
    pub equipment: Vec<Part>,
    /// How often it was so.
    pub runs: Runs,
    /// Single changes that were tried on the same luck, the smallest first; empty where nothing is withheld.
    pub changes: Vec<Change>,
}

impl Answer {
    /// Whether anything is withheld that an agreement would allow, or for want of one.
    pub fn withheld(&self) -> bool {
        !self.standing.withheld.is_empty()
    }
}

/// Answers a question.
pub fn answer(question: &Question<'_>, workers: &impl Workers) -> Result<Answer, Ended> {
    let halted = |why| Ended::halted(&question.scenario.variant, question.rep, why);
    let scenario = question.scenario;
    let prepared = Prepared::new(scenario);
    let mut past = Past::of(&prepared, question.rep, question.until, question.pair, true).map_err(halted)?;
    let standing = Standing::of(scenario, &mut past);
    let record = Record::of(&prepared, &past.world);
    let rules = rules::told(&prepared, &mut past, &record);
    let causes = record.causes(scenario, past.restricted_because());
    let equipment = equipment::parts(scenario, &mut past, &record);
    let changes = if standing.withheld.is_empty() {
        Vec::new()
    } else {
        changes::tried(question, (&past, &standing, &rules, &equipment), workers)?
    };
    Ok(Answer {
        variant: scenario.variant.clone(),
        rep: question.rep,
        quarter: question.until.to_string(),
        sender: named(scenario, question.pair.sender),
        receiver: named(scenario, question.pair.receiver),
        reports: reports(question, &past),
        runs: runs(question, &prepared, &standing, workers)?,
        standing,
        rules,
        causes,
        equipment,
        changes,
    })
}

/// A nation by its code and name.
fn named(scenario: &Scenario, nation: NationId) -> Named {
    let iso3 = scenario.rosters.nations.id(nation.index()).to_owned();
    let name = scenario.file.nations[&iso3].name.clone();
    Named { iso3, name }
}

/// Where a path of the scenario was set; its top for what rests on a default.
fn at(scenario: &Scenario, path: &str) -> At {
    match scenario.origin(path) {
        Some(place) => At { file: place.file.to_string(), line: place.line },
        None => At { file: format!("{}.toml", scenario.name), line: 1 },
    }
}

fn reports(question: &Question<'_>, past: &Past) -> Option<[u32; 2]> {
    let Pair { sender, receiver } = question.pair;
    let id = |nation: NationId| question.scenario.rosters.nations.id(nation.index());
    let rows = &past.world.resource::<Ledger>().history.dyads;
    let mine = rows.iter().rev().find(|row| *row.sender_iso3 == *id(sender) && *row.receiver_iso3 == *id(receiver));
    mine.filter(|row| row.year == question.until.year()).map(|row| [row.reports_sent, row.reports_withheld])
}

fn runs(
    question: &Question<'_>,
    prepared: &Prepared,
    standing: &Standing,
    workers: &impl Workers,
) -> Result<Runs, Ended> {
    let of = question.reps.min(MOST_RUNS);
    let one = |rep: usize| {
        let rep = u32::try_from(rep).expect("a replicate is less than `reps`");
        let past = Past::of(prepared, rep, question.until, question.pair, false);
        let mut past = past.map_err(|why| Ended::halted(&question.scenario.variant, rep, why))?;
        let other = Standing::of(question.scenario, &mut past);
        Ok((other.same(standing), other.by_rule()))
    };
    let found: Vec<(bool, bool)> = workers.map(of as usize, one)?.into_iter().collect::<Result<_, Ended>>()?;
    let count = |yes: fn(&(bool, bool)) -> bool| found.iter().filter(|one| yes(one)).count() as u32;
    Ok(Runs { same: count(|one| one.0), withheld_by_rule: count(|one| one.1), of, reps: question.reps })
}
