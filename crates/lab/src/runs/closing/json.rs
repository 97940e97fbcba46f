//! The closing lines for a program.
use super::{Closing, VariantOutcome, next};
use crate::runs::outcome::{MEASURES, Outcome};
use crate::tables::quantile::Spread;
use noforn::history::cell::Text;
use serde_json::{Map, Value, json};

/// What `text` tells, as JSON.
pub fn json(closing: &Closing) -> Value {
    json!({
        "scenario": closing.scenario,
        "title": closing.title,
        "folder": closing.folder,
        "start": closing.span.0,
        "end": closing.span.1,
        "seed": closing.seed,
        "reps": closing.reps,
        "nations": closing.nations,
        "assumed_values": closing.assumed,
        "tables": closing.tables.0,
        "rows": closing.tables.1,
        "variants": closing.accounts.iter().map(account_json).collect::<Vec<_>>(),
        "next": next(closing),
    })
}

fn account_json(account: &VariantOutcome) -> Value {
    let spread = |spread: &Spread| {
        let at = |index: usize| spread.quantiles.map(|quantiles| quantiles[index]);
        let (q05, q25, q50, q75, q95) = (at(0), at(1), at(2), at(3), at(4));
        json!({ "n": spread.n, "mean": spread.mean, "sd": spread.sd, "q05": q05, "q25": q25, "q50": q50, "q75": q75, "q95": q95 })
    };
    let measures: Map<String, Value> =
        MEASURES.iter().zip(&account.spreads).map(|((name, ..), of)| ((*name).to_owned(), spread(of))).collect();
    json!({ "variant": account.variant, "measures": measures, "first_run": first_run_json(&account.first) })
}

fn first_run_json(run: &Outcome) -> Value {
    let [open, restricted, banned, removal] = &run.stances;
    let texts = |names: &[Text]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
    let worst = run
        .worst_withheld
        .map(|(share, (year, quarter))| json!({ "reports_withheld_share": share, "year": year, "quarter": quarter }));
    let ask = run
        .ask
        .as_ref()
        .map(|(sender, receiver, year)| json!({ "sender_iso3": **sender, "receiver_iso3": **receiver, "year": year }));
    json!({
        "bloc_count_at_start": run.blocs_at_start,
        "bloc_count_at_end": run.blocs_at_end,
        "left_largest_bloc": texts(&run.left),
        "stances": {
            "open": texts(open), "restricted": texts(restricted), "banned": texts(banned), "removal": texts(removal),
        },
        "worst_quarter": worst,
        "ask": ask,
    })
}
