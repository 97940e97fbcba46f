//! The closing lines of `noforn run` as JSON.
use super::{Closing, VariantOutcome, next_command};
use crate::runs::outcome::{MEASURES, Outcome};
use crate::tables::quantile::Spread;
use noforn::history::cell::Text;
use serde_json::{Map, Value, json};

/// The closing lines as JSON.
pub fn to_json(closing: &Closing) -> Value {
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
        "variants": closing.variants.iter().map(variant_json).collect::<Vec<_>>(),
        "next": next_command(closing),
    })
}

fn variant_json(variant: &VariantOutcome) -> Value {
    let spreads = MEASURES.iter().zip(&variant.spreads);
    let measures: Map<String, Value> =
        spreads.map(|((name, ..), spread)| ((*name).to_owned(), spread_json(spread))).collect();
    json!({ "variant": variant.variant, "measures": measures, "first_run": first_run_json(&variant.first) })
}

fn spread_json(spread: &Spread) -> Value {
    let quantile = |index: usize| spread.quantiles.map(|quantiles| quantiles[index]);
    let (q05, q25, q50, q75, q95) = (quantile(0), quantile(1), quantile(2), quantile(3), quantile(4));
    json!({ "n": spread.n, "mean": spread.mean, "sd": spread.sd, "q05": q05, "q25": q25, "q50": q50, "q75": q75, "q95": q95 })
}

fn first_run_json(run: &Outcome) -> Value {
    let [open, restricted, banned, removal] = &run.stances;
    let texts = |names: &[Text]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
    let worst = run
        .worst_withheld
        .map(|(share, (year, quarter))| json!({ "reports_withheld_share": share, "year": year, "quarter": quarter }));
    let ask = run
        .pair_to_explain
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
