//! Statements 8, 13, 14 and 15: which nations are cut off, and what a cut does.
use super::super::mean::mean;
use super::super::statement::{Criterion, StylizedFact};
use super::runs;

pub static NOBODY: StylizedFact = StylizedFact {
    number: 8,
    says: "No member of NATO or the Five Eyes is cut off in the base case; the literal rule is the counterfactual.",
    statistics: &[
        runs("members ever cut off, base case", "nations", (Criterion::Given(0.0), 0.0), |g, p| {
            Some(g.members.intersection(&p.base.cut).count() as f64)
        }),
        runs(
            "members ever cut off, rule to the letter",
            "nations",
            (Criterion::AtLeast(1.0), f64::INFINITY),
            |g, p| Some(g.members.intersection(&p.spoken.as_ref()?.cut).count() as f64),
        ),
    ],
    if_missed: "An owner in the model chooses anew each year at every ally that triggers its rule, so over eleven years and \
                many allies even a small chance of full enforcement comes up somewhere. A cut of an ally in a base run is \
                therefore an outlier of a kind the record does not have: do not read it as a forecast that somebody will be \
                cut off, and rest nothing on which ally it is.",
    note: "Cut off: a rule that forbids sharing is applied in full, so that nothing is sent. All members in the scenario \
           over the whole run, to 2029.",
};

pub static BASES: StylizedFact = StylizedFact {
    number: 13,
    says: "Hosts of large US bases are not restricted, and bases are not moved.",
    statistics: &[
        runs("hosts of large bases ever restricted", "nations", (Criterion::Given(0.0), 0.0), |g, p| {
            Some(g.hosts.intersection(&p.base.restricted).count() as f64)
        }),
        runs("hosts whose outposts ever close", "nations", (Criterion::Given(0.0), 0.0), |_, p| {
            Some(p.base.bases_moved.len() as f64)
        }),
    ],
    if_missed: "The model weighs outposts against a rule's purpose but has no domestic politics, no cost of moving a base \
                and no second thoughts. Where it restricts hosts that in fact were spared, its count of restrictions and of \
                withdrawn missions is too high, in the base case as in the counterfactual.",
    note: "Large: 1,000 troops or more in March 2019. Restricted: any action, at any level, so that a tear-line counts.",
};

pub static DECLARED: StylizedFact = StylizedFact {
    number: 14,
    says: "The declared cut is larger than the cut applied; restoration takes longer than the cut.",
    statistics: &[
        runs("part of the declared cut not applied", "share", (Criterion::AtLeast(0.05), f64::INFINITY), |_, p| {
            p.base.gap
        }),
        runs("restoration longer than the cut by", "quarters", (Criterion::AtLeast(1.0), f64::INFINITY), |_, p| {
            let spoken = p.spoken.as_ref()?;
            let restored = mean(spoken.restore_quarters.iter().copied())?;
            Some(restored - mean(spoken.cut_quarters.iter().copied())?)
        }),
    ],
    if_missed: "The gap between word and deed is what the model was built to show. Where it closes or turns round, the \
                choices of owners, or the times of cutting and restoring, are set wrongly: do not use any result on \
                credibility.",
    note: "The first is the mean of `declared_actual_gap` up to 2025, over quarters in which rules would stop something. \
           The second is measured with the rule to the letter: from the end of a condition to the end of the restriction, \
           less from the trigger to the cut with the grace counted in. Both times are parameters, so it tests that they \
           work and not that they are right.",
};

pub static POOL: StylizedFact = StylizedFact {
    number: 15,
    says: "One distrusted reader lowers what everybody puts into a common pool and creates side groups without it.",
    statistics: &[
        runs("pools thinner, letter less base", "share", (Criterion::AtLeast(0.01), f64::INFINITY), |_, p| {
            Some(p.spoken.as_ref()?.thinning? - p.base.thinning?)
        }),
        runs("lost on the way to side lists, same", "share", (Criterion::AtLeast(0.001), f64::INFINITY), |_, p| {
            Some(p.spoken.as_ref()?.friction? - p.base.friction?)
        }),
        runs("more side groups, letter less base", "groups", (Criterion::AtLeast(1.0), f64::INFINITY), |_, p| {
            Some(p.spoken.as_ref()?.side_groups - p.base.side_groups)
        }),
    ],
    if_missed: "Thinning and side groups are how a quarrel of two reaches everybody else. Where runs do not show one of them, \
                the model confines a cut to the pair, and what it says of the cost for third parties is a lower bound.",
    note: "Nobody has published such numbers, so the bounds are the least that would be worth mentioning. The same luck, \
           with the rule to the letter against the base case, means over the whole run. Side lists are without the \
           distrusted reader; side groups are new agreements of two nations that lost much.",
};
