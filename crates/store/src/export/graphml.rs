//! GraphML for igraph, networkx and others: one year, or every year as attributes of its own.
use super::ExportError;
use super::graph::{Graph, YearlyAttributes, kind_word};
use noforn_lab::report::markup::Markup;
use std::collections::BTreeMap;

/// The network at the end of a year, or of all years: then each attribute carries its year (`level_rank_2020`).
pub fn text(graph: &Graph, year: Option<u32>) -> Result<String, ExportError> {
    let years: Vec<u32> = match year {
        None => graph.years.clone(),
        Some(year) if graph.years.contains(&year) => vec![year],
        Some(year) => {
            let (first, last) = (graph.years[0], graph.years[graph.years.len() - 1]);
            return Err(format!("the run has no end of {year}; it has those of {first} to {last}").into());
        }
    };
    let mut out = Markup::default();
    out.own("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.open("graphml", &[("xmlns", "http://graphml.graphdrawing.org/xmlns")]);
    out.end_line();
    let many = year.is_none();
    declared(&mut out, "node", &graph.nations, &years, many);
    declared(&mut out, "edge", &graph.pairs, &years, many);
    let id = format!("{} {} {}", graph.scenario, graph.variant, graph.rep);
    out.open("graph", &[("id", &id.replace(' ', "_")), ("edgedefault", "directed")]);
    out.end_line();
    for (key, told) in &graph.nations.rows {
        out.open("node", &[("id", &key[0])]);
        data(&mut out, "node", &graph.nations, told, &years, many);
        out.close("node");
        out.end_line();
    }
    let level = graph.pairs.column("level_rank");
    for (key, told) in &graph.pairs.rows {
        let shares =
            |year: &u32| level.is_some_and(|level| told.get(year).is_some_and(|values| values[level].is_some()));
        if !years.iter().any(shares) {
            continue;
        }
        out.open("edge", &[("id", &key.join("-")), ("source", &key[0]), ("target", &key[1])]);
        data(&mut out, "edge", &graph.pairs, told, &years, many);
        out.close("edge");
        out.end_line();
    }
    out.close("graph");
    out.close("graphml");
    out.end_line();
    Ok(out.as_str().to_owned())
}

fn names(column: &str, years: &[u32], many: bool) -> Vec<(u32, String)> {
    years.iter().map(|year| (*year, if many { format!("{column}_{year}") } else { column.to_owned() })).collect()
}

fn declared(out: &mut Markup, class: &str, kept: &YearlyAttributes, years: &[u32], many: bool) {
    for column in &kept.columns {
        for (_, name) in names(&column.name, years, many) {
            let id = format!("{class}_{name}");
            let kind = kind_word(column.kind);
            out.leaf("key", &[("id", &id), ("for", class), ("attr.name", &name), ("attr.type", kind)]);
            out.end_line();
        }
    }
}

fn data(
    out: &mut Markup,
    class: &str,
    kept: &YearlyAttributes,
    told: &BTreeMap<u32, Vec<super::graph::AttributeText>>,
    years: &[u32],
    many: bool,
) {
    for (at, column) in kept.columns.iter().enumerate() {
        for (year, name) in names(&column.name, years, many) {
            if let Some(value) = told.get(&year).and_then(|values| values[at].as_ref()) {
                out.element("data", &[("key", &format!("{class}_{name}"))], value);
            }
        }
    }
}
