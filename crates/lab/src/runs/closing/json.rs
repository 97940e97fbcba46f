//! The closing lines of `noforn run` as JSON.
use super::{Closing, VariantOutcome, next_command};
use crate::measures::{MeasureDefinition, TimeSeries, all, moment};
use crate::runs::outcome::{CutOff, Outcome};
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
        "hub": closing.hub,
        "assumed_values": closing.assumed,
        "tables": closing.tables.0,
        "rows": closing.tables.1,
        "variants": closing.variants.iter().map(variant_json).collect::<Vec<_>>(),
        "next": next_command(closing),
    })
}

fn variant_json(variant: &VariantOutcome) -> Value {
    let measures: Map<String, Value> = all()
        .zip(&variant.measures)
        .map(|(measure, series)| (measure.column.to_owned(), measure_json(measure, series)))
        .collect();
    json!({ "variant": variant.variant, "measures": measures, "first_run": first_run_json(&variant.first) })
}

/// A measure at the start, at its worst and at the end; null without values.
fn measure_json(measure: &MeasureDefinition, series: &TimeSeries) -> Value {
    let Some(moments) = series.moments(measure.worst) else { return Value::Null };
    let at = |at: usize| {
        let mut json = spread_json(&series.spreads[at]);
        json["in"] = moment(series.times[at], measure.is_yearly()).into();
        json
    };
    json!({ "name": measure.name, "start": at(moments.start), "worst": at(moments.worst), "end": at(moments.end) })
}

fn spread_json(spread: &Spread) -> Value {
    let quantile = |index: usize| spread.quantiles.map(|quantiles| quantiles[index]);
    let (q05, q25, q50, q75, q95) = (quantile(0), quantile(1), quantile(2), quantile(3), quantile(4));
    json!({ "n": spread.n, "mean": spread.mean, "sd": spread.sd, "q05": q05, "q25": q25, "q50": q50, "q75": q75, "q95": q95 })
}

fn first_run_json(run: &Outcome) -> Value {
    let [open, restricted, banned, removal] = &run.stances;
    let ask = run
        .pair_to_explain
        .as_ref()
        .map(|(sender, receiver, year)| json!({ "sender_iso3": **sender, "receiver_iso3": **receiver, "year": year }));
    let cut = |cut: &CutOff| json!({ "year": cut.year, "nations": texts(&cut.names) });
    json!({
        "cut_off": run.cut_off.iter().flatten().map(cut).collect::<Vec<_>>(),
        "stances": {
            "open": texts(open), "restricted": texts(restricted), "banned": texts(banned), "removal": texts(removal),
        },
        "ask": ask,
    })
}

fn texts(names: &[Text]) -> Vec<String> {
    names.iter().map(|name| name.to_string()).collect()
}
