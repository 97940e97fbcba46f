//! Statements 12, 16, 17 and 18: deadlines, installed equipment, discoveries, and whether operators move first.
use super::super::mean::mean;
use super::super::observations::Observations;
use super::super::reference_data::ReferenceData;
use super::super::statement::{Criterion, StylizedFact};
use super::{end, runs};
use noforn::history::cell::Text;

pub static DEADLINES: StylizedFact = StylizedFact {
    number: 12,
    says: "Deadlines for removal are 4 to 8 years, near what operators planned anyway.",
    statistics: &[
        runs("deadline for removal from access", "years", (Criterion::Between(4.0, 8.0), 4.0), |_, p| {
            mean(p.base.deadlines.iter().map(|(deadline, _)| *deadline))
        }),
        runs("deadline against operators' own cycle", "factor", (Criterion::Between(0.67, 1.5), 0.83), |_, p| {
            mean(p.base.deadlines.iter().map(|(deadline, cycle)| deadline / cycle))
        }),
    ],
    if_missed: "Deadlines are parameters (`removal_years`, `refresh_years`), not results. Where they lie outside what \
                governments set, the cost of a removal and the pace at which equipment leaves are wrong by as much.",
    note: "Both are inputs of the model, so they hold or fail by how the parameters are set. Near: within half as much \
           again, either way.",
};

pub static STICKY: StylizedFact = StylizedFact {
    number: 16,
    says: "The installed base is sticky: the mean Chinese share of European access networks hardly moves in two years of \
           bans (32 % of 5G in 2022 and 2024, 29 % forecast for 2028).",
    statistics: &[
        runs("mean share of 5G access, Europe, 2022", "share", (Criterion::Given(0.32), 0.1), |g, p| {
            europe(g, &p.base, 2022)
        }),
        runs("mean share of 5G access, Europe, 2024", "share", (Criterion::Given(0.32), 0.1), |g, p| {
            europe(g, &p.base, 2024)
        }),
        runs("mean share of 5G access, Europe, 2028", "share", (Criterion::Given(0.29), 0.1), |g, p| {
            europe(g, &p.base, 2028)
        }),
        runs("change of it from 2022 to 2024", "share", (Criterion::Given(0.0), 0.05), |g, p| {
            Some(europe(g, &p.base, 2024)? - europe(g, &p.base, 2022)?)
        }),
        runs("model less recorded share, 2022, mean", "share", (Criterion::Given(0.0), 0.1), |g, p| {
            let recorded = g.access_2022.iter();
            mean(recorded.filter_map(|(nation, recorded)| Some(share(&p.base, nation, 2022)? - recorded)))
        }),
    ],
    if_missed: "Rules look at the share of flagged equipment, so a base that is too small triggers them too rarely and one \
                that is too large too often; a base that moves too fast makes threats look effective. Do not read levels of \
                equipment, or costs of replacing it, off a run; the share in 4G at the start is itself a guess for 59 of 73 \
                nations.",
    note: "Unweighted means over nations that have built 5G. Europe: the European Union, Britain, Iceland, Norway and \
           Switzerland. The last row goes nation by nation through \
           `access-shares-2022-calibration.csv`, in and out of Europe.",
};

pub static DISCOVERY: StylizedFact = StylizedFact {
    number: 17,
    says: "Discoveries of compromise come 5 to 11 years late, so beliefs, not evidence, drive the decisions of 2019 to 2021.",
    statistics: &[
        runs("from the first leak to its discovery", "years", (Criterion::Between(5.0, 11.0), 6.0), |_, p| {
            p.base.leak.map(|(leak, found)| found.since(leak) as f64 / 4.0)
        }),
        runs("moves of 2019 to 2021 after a discovery", "share", (Criterion::Given(0.0), 0.0), |g, p| {
            let moves = p.base.stances.moves(&g.recorded, end(2021));
            let discovered = p.base.leak.map(|(_, discovered)| discovered);
            mean(moves.map(|(at, ..)| f64::from(u8::from(discovered.is_some_and(|quarter| quarter < at)))))
        }),
    ],
    if_missed: "An early discovery turns a run into a story about evidence, which 2019 was not: leave such runs out, or set \
                `discovery_years` high, when the question is what a threat does without proof.",
    note: "The lag is an input (`discovery_years`, `discovery_spread_share`), set to the range that the statement gives: that \
           it holds says nothing for the model; that no move follows a discovery in time is a result. The lag is taken over runs in which the vendor is compromised and something leaks; it is drawn at the leak, so \
           that one that ends after the run counts too. Moves after a discovery are taken over all runs.",
};

pub static OPERATORS: StylizedFact = StylizedFact {
    number: 18,
    says: "Operators often move before their government.",
    statistics: &[runs(
        "bans that an operator came before",
        "share",
        (Criterion::AtLeast(1.0 / 3.0), f64::INFINITY),
        |g, p| {
            let asked =
                g.recorded.iter().filter_map(|id| Some((p.base.stances.first_ban(id)?, *p.base.operators.get(id)?)));
            mean(asked.map(|(ban, moved)| f64::from(u8::from(moved.is_some_and(|moved| moved < ban)))))
        },
    )],
    if_missed: "Where operators wait for the law, the model has the market follow the government and not the other way \
                round; it then overstates what a ban changes on the ground and what it costs.",
    note: "First bans up to 2025 in nations with an operator whose 4G access was mostly Chinese; the operator came before \
           if it signed for 5G with another vendor in an earlier quarter. No number is on record; often is taken as one in \
           three.",
};

/// The share of 5G access by flagged vendors in a nation at the end of a year.
fn share(seen: &Observations, nation: &Text, year: u32) -> Option<f64> {
    seen.access_5g.get(&year)?.get(nation).copied()
}

/// The mean share of 5G access by flagged vendors in Europe at the end of a year, nations unweighted.
fn europe(reference: &ReferenceData, seen: &Observations, year: u32) -> Option<f64> {
    mean(reference.europe.iter().filter_map(|nation| share(seen, nation, year)))
}
