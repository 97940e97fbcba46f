//! GEXF 1.3 for Gephi: nations and pairs with intervals of years in which they were what they were.
use super::graph::{Graph, YearlyAttributes, kind_word};
use noforn_lab::report::markup::Markup;

/// What stays the same in all years.
const STILL: [&str; 4] = ["name", "cow_code", "sender_cow", "receiver_cow"];

/// The network as GEXF. A state at the end of a year is written for the whole of that year.
pub fn text(graph: &Graph) -> String {
    let mut out = Markup::default();
    out.own("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.open("gexf", &[("xmlns", "http://gexf.net/1.3"), ("version", "1.3")]);
    out.open("meta", &[]);
    out.element("creator", &[], concat!("noforn ", env!("CARGO_PKG_VERSION")));
    let about = format!(
        "{}, variant {}, run {}: who shares with whom at the end of each year",
        graph.scenario, graph.variant, graph.rep
    );
    out.element("description", &[], &about);
    out.close("meta");
    let (first, last) = (graph.years[0], graph.years[graph.years.len() - 1]);
    let (start, end) = (begins(first), ends(last));
    out.open(
        "graph",
        &[
            ("mode", "dynamic"),
            ("defaultedgetype", "directed"),
            ("timeformat", "date"),
            ("timerepresentation", "interval"),
            ("start", &start),
            ("end", &end),
        ],
    );
    out.end_line();
    declared(&mut out, "node", &graph.nations);
    declared(&mut out, "edge", &graph.pairs);
    nodes(&mut out, graph);
    edges(&mut out, graph);
    out.close("graph");
    out.close("gexf");
    out.end_line();
    out.as_str().to_owned()
}

fn begins(year: u32) -> String {
    format!("{year:04}-01-01")
}

fn ends(year: u32) -> String {
    format!("{year:04}-12-31")
}

fn is_still(name: &str) -> bool {
    STILL.contains(&name)
}

fn declared(out: &mut Markup, class: &'static str, kept: &YearlyAttributes) {
    for (mode, still) in [("static", true), ("dynamic", false)] {
        out.open("attributes", &[("class", class), ("mode", mode)]);
        for column in kept.columns.iter().filter(|column| is_still(&column.name) == still) {
            out.leaf("attribute", &[("id", &column.name), ("title", &column.name), ("type", kind_word(column.kind))]);
        }
        out.close("attributes");
        out.end_line();
    }
}

fn values(
    out: &mut Markup,
    kept: &YearlyAttributes,
    years: &std::collections::BTreeMap<u32, Vec<super::graph::AttributeText>>,
) {
    out.open("attvalues", &[]);
    for (at, column) in kept.columns.iter().enumerate() {
        let spans = YearlyAttributes::spans(years, at);
        if is_still(&column.name) {
            if let Some((_, _, value)) = spans.first() {
                out.leaf("attvalue", &[("for", &column.name), ("value", value)]);
            }
            continue;
        }
        for (first, last, value) in spans {
            let (start, end) = (begins(first), ends(last));
            out.leaf("attvalue", &[("for", &column.name), ("value", &value), ("start", &start), ("end", &end)]);
        }
    }
    out.close("attvalues");
}

fn nodes(out: &mut Markup, graph: &Graph) {
    out.open("nodes", &[]);
    let name = graph.nations.column("name");
    for (key, years) in &graph.nations.rows {
        let named = name.and_then(|name| years.values().find_map(|values| values[name].clone()));
        out.open("node", &[("id", &key[0]), ("label", named.as_deref().unwrap_or(&key[0]))]);
        values(out, &graph.nations, years);
        out.close("node");
        out.end_line();
    }
    out.close("nodes");
}

fn edges(out: &mut Markup, graph: &Graph) {
    out.open("edges", &[]);
    let level = graph.pairs.column("level_rank");
    for (key, years) in &graph.pairs.rows {
        // An edge is there in the years in which anything is shared.
        let shares = |values: &[super::graph::AttributeText]| level.is_some_and(|level| values[level].is_some());
        let mut spells: Vec<(u32, u32)> = Vec::new();
        for (year, _) in years.iter().filter(|(_, values)| shares(values)) {
            match spells.last_mut() {
                Some((_, last)) if *last + 1 == *year => *last = *year,
                _ => spells.push((*year, *year)),
            }
        }
        if spells.is_empty() {
            continue;
        }
        let id = key.join("-");
        out.open("edge", &[("id", &id), ("source", &key[0]), ("target", &key[1])]);
        values(out, &graph.pairs, years);
        out.open("spells", &[]);
        for (first, last) in spells {
            out.leaf("spell", &[("start", &begins(first)), ("end", &ends(last))]);
        }
        out.close("spells");
        out.close("edge");
        out.end_line();
    }
    out.close("edges");
}
