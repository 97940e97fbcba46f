//! Statements 1 to 5: which nations ban, when, and how many.
use super::super::reference_data::ReferenceData;
use super::super::stances::{BANNED, BEFORE, LAST, Stances};
use super::super::statement::{Criterion, StylizedFact};
use super::{end, recorded, stances};
use crate::hindcast::baseline::Tier;

pub static TIERS: StylizedFact = StylizedFact {
    number: 1,
    says: "The hazard of a first ban falls with the intelligence tier (Five Eyes > nine > fourteen > other NATO > rest): \
           on the calibration states 0.154, 0.056, 0.034, 0.016, 0.009 a quarter from 2019Q1 to 2025Q4: roughly halving \
           with each step.",
    statistics: &[
        recorded("first bans a quarter, Five Eyes", "1/quarter", 0.36, |g, s| s.hazard(g.tier(Tier::Five))),
        recorded("first bans a quarter, nine", "1/quarter", 0.13, |g, s| s.hazard(g.tier(Tier::Nine))),
        recorded("first bans a quarter, fourteen", "1/quarter", 0.08, |g, s| s.hazard(g.tier(Tier::Fourteen))),
        recorded("first bans a quarter, other NATO", "1/quarter", 0.026, |g, s| s.hazard(g.tier(Tier::Nato))),
        recorded("first bans a quarter, rest", "1/quarter", 0.013, |g, s| s.hazard(g.tier(Tier::Rest))),
        recorded("steps from tier to tier at which it falls", "of 4", 2.0, steps),
        recorded("factor of each step, on average", "factor", 1.4, factor),
    ],
    if_missed: "The closeness of intelligence ties is what the threat works through, so a wrong gradient means that the \
                model does not get right whom such a threat moves. Do not read the chance of a ban of a single nation, or \
                the difference between two tiers, off a run.",
    note: "Two nations at risk in each of the upper tiers of the record make its hazards uncertain by more than half; the \
           widths say so.",
};

pub static PARTNERS: StylizedFact = StylizedFact {
    number: 2,
    says: "All Five Eyes partners stand at `banned` or beyond by the end of 2020; none stays open. (New Zealand is held \
           out elsewhere; this statement tells it.)",
    statistics: &[
        stances("partners short of a ban, end of 2020", "of 4", (Criterion::Given(0.0), 1.0), |g, s| {
            s.count(&g.partners, end(2020), 0..=1)
        }),
        stances("partners open, end of 2020", "of 4", (Criterion::Given(0.0), 0.0), |g, s| {
            s.count(&g.partners, end(2020), 0..=0)
        }),
    ],
    if_missed: "The four closest partners all excluded the vendor within two years. A model in which one of them often holds \
                out understates what membership of the innermost circle does; do not use it to say which partner would.",
    note: "",
};

pub static CURVE: StylizedFact = StylizedFact {
    number: 3,
    says: "Bans follow an S-curve, then stall: of the 45 calibration states 2, 6, 11, 14 stand at banned or beyond at the \
           end of 2018, 2019, 2020, 2021, then hardly more (15 in 2025); never all.",
    statistics: &[
        recorded("at a ban, end of 2018", "nations", 0.0, |g, s| s.count(&g.recorded, BEFORE, 2..=3)),
        recorded("at a ban, end of 2019", "nations", 5.0, |g, s| s.count(&g.recorded, end(2019), 2..=3)),
        recorded("at a ban, end of 2020", "nations", 7.0, |g, s| s.count(&g.recorded, end(2020), 2..=3)),
        recorded("at a ban, end of 2021", "nations", 8.0, |g, s| s.count(&g.recorded, end(2021), 2..=3)),
        recorded("at a ban, end of 2025", "nations", 9.0, |g, s| s.count(&g.recorded, LAST, 2..=3)),
        recorded("more at a ban in 2025 than in 2021", "nations", 4.0, |g, s| {
            Some(s.count(&g.recorded, LAST, 2..=3)? - s.count(&g.recorded, end(2021), 2..=3)?)
        }),
        stances("not at a ban, end of 2025", "nations", (Criterion::AtLeast(1.0), f64::INFINITY), |g, s| {
            s.count(&g.recorded, LAST, 0..=1)
        }),
    ],
    if_missed: "The total of bans over time is the first thing anybody reads off a run. Where it rises too slowly, too fast \
                or without stalling, take the order of events and the difference between variants from the model, not the \
                number of bans by a date.",
    note: "The widths of the counts are those of a constant hazard for each tier, the baseline that forecasts must beat.",
};

pub static RATCHET: StylizedFact = StylizedFact {
    number: 4,
    says: "Ratchet: tightening outnumbers loosening at least four to one (18 to 3 on the calibration states).",
    statistics: &[
        recorded("stances tightened, 2019 to 2025", "moves", 14.0, |g, s| Some(moves(g, s).0)),
        recorded("stances loosened, 2019 to 2025", "moves", 6.0, |g, s| Some(moves(g, s).1)),
        stances("tightened, part of all moves (4 to 1)", "share", (Criterion::AtLeast(0.8), f64::INFINITY), |g, s| {
            let (tightened, loosened) = moves(g, s);
            (tightened + loosened > 0.0).then(|| tightened / (tightened + loosened))
        }),
    ],
    if_missed: "The ratchet says how firmly a choice stands. Where runs loosen too readily, bans dissolve that in fact stood; \
                where they loosen or move too little, the states on record that turned back, or went on step by step, are \
                missing. Do not ask the model what it takes to bring a state back.",
    note: "18 to 3 counts changes between dated rows of the record, among them one of 2026. Taken as in a run, from the \
           stance of every nation at the end of 2018 and up to the end of 2025, the record shows 33 to 3: states whose \
           first dated row is a restriction or a ban moved there. The table compares like with like; the bound of four to \
           one is the statement's.",
};

pub static HEDGE: StylizedFact = StylizedFact {
    number: 5,
    says: "Inside the alliance the usual answer is not `open`: of the 21 NATO and Five Eyes states of the calibration file \
           6, 8, 7 are open, restricted, banned or beyond at the end of 2020, 4, 9, 8 at the end of 2021, 3, 8, 10 at the \
           end of 2025; outside it `open` stays the mode.",
    statistics: &[
        recorded("allies open, end of 2020", "nations", 6.0, |g, s| s.count(&g.allied, end(2020), 0..=0)),
        recorded("allies restricted, end of 2020", "nations", 7.0, |g, s| s.count(&g.allied, end(2020), 1..=1)),
        recorded("allies at a ban, end of 2020", "nations", 7.0, |g, s| s.count(&g.allied, end(2020), 2..=3)),
        recorded("allies open, end of 2021", "nations", 5.0, |g, s| s.count(&g.allied, end(2021), 0..=0)),
        recorded("allies restricted, end of 2021", "nations", 7.0, |g, s| s.count(&g.allied, end(2021), 1..=1)),
        recorded("allies at a ban, end of 2021", "nations", 7.0, |g, s| s.count(&g.allied, end(2021), 2..=3)),
        recorded("allies open, end of 2025", "nations", 5.0, |g, s| s.count(&g.allied, LAST, 0..=0)),
        recorded("allies restricted, end of 2025", "nations", 7.0, |g, s| s.count(&g.allied, LAST, 1..=1)),
        recorded("allies at a ban, end of 2025", "nations", 7.0, |g, s| s.count(&g.allied, LAST, 2..=3)),
        stances("allies open, greatest part of them", "share", (Criterion::AtMost(0.5), f64::INFINITY), |g, s| {
            let [a, b, c] = [2020, 2021, 2025].map(|year| open_allies(g, s, year));
            Some(a?.max(b?).max(c?))
        }),
        stances(
            "others: more open than at any other stance",
            "nations",
            (Criterion::AtLeast(1.0), f64::INFINITY),
            lead,
        ),
    ],
    if_missed: "Hedging - out of the core, in at the edge - is what most allies did. Where runs have too many allies open or \
                too many banning, the middle is thinner than it was, and the model overstates how sharply a rule divides an \
                alliance. Read shares of allies by stance as a direction, not as a count.",
    note: "Those who join NATO later are counted among the 21. The last two rows look at the same three ends of years.",
};

/// The share of allies that are open at the end of a year.
fn open_allies(reference: &ReferenceData, stances: &Stances, year: u32) -> Option<f64> {
    Some(stances.count(&reference.allied, end(year), 0..=0)? / reference.allied.len() as f64)
}

/// Hazards by tier, the closest tier first.
fn hazards(reference: &ReferenceData, stances: &Stances) -> Option<Vec<f64>> {
    Tier::ALL.iter().map(|tier| stances.hazard(reference.tier(*tier))).collect()
}

fn steps(reference: &ReferenceData, stances: &Stances) -> Option<f64> {
    hazards(reference, stances).map(|hazards| hazards.windows(2).filter(|pair| pair[0] > pair[1]).count() as f64)
}

fn factor(reference: &ReferenceData, stances: &Stances) -> Option<f64> {
    let hazards = hazards(reference, stances)?;
    let (first, last) = (*hazards.first()?, *hazards.last()?);
    (last > 0.0).then(|| libm::pow(first / last, 1.0 / (hazards.len() - 1) as f64))
}

/// How many changes of stance go to a higher rank, and how many to a lower.
fn moves(reference: &ReferenceData, stances: &Stances) -> (f64, f64) {
    let (up, down): (Vec<_>, Vec<_>) = stances.moves(&reference.recorded, LAST).partition(|(_, old, new)| new > old);
    (up.len() as f64, down.len() as f64)
}

/// By how many nations outside the alliance `open` leads the next stance (restricted, or a ban and beyond), at the year
/// end at which it leads least.
fn lead(reference: &ReferenceData, stances: &Stances) -> Option<f64> {
    let [a, b, c] = [2020, 2021, 2025].map(|year| lead_at_end(reference, stances, year));
    Some(a?.min(b?).min(c?))
}

fn lead_at_end(reference: &ReferenceData, stances: &Stances, year: u32) -> Option<f64> {
    let [open, restricted, banned] =
        [0..=0, 1..=1, BANNED..=3].map(|ranks| stances.count(&reference.others, end(year), ranks));
    Some(open? - restricted?.max(banned?))
}
