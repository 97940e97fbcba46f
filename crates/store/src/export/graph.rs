//! The network of one run: nations and ordered pairs, with what they were at the end of each year.
use super::ExportError;
use super::source::{Field, FieldType, Scalar, TableFile, tables};
use std::collections::BTreeMap;
use std::path::Path;

/// Columns before those of a nation or a pair.
const LEAD: [&str; 4] = ["scenario", "variant", "rep", "year"];

/// A value as it is written, with the text of its kind.
pub type AttributeText = Option<String>;

/// The attributes of nations or pairs, year by year.
#[derive(Clone, Debug, Default)]
pub struct YearlyAttributes {
    /// Names and types of the attributes.
    pub columns: Vec<Field>,
    /// By key, then year: the values in the order of the columns.
    pub rows: BTreeMap<Vec<String>, BTreeMap<u32, Vec<AttributeText>>>,
}

/// A run as a network.
#[derive(Clone, Debug)]
pub struct Graph {
    /// The scenario.
    pub scenario: String,
    /// The variant.
    pub variant: String,
    /// The run.
    pub rep: u32,
    /// The years, in order.
    pub years: Vec<u32>,
    /// Nations by their code.
    pub nations: YearlyAttributes,
    /// Pairs by the codes of sender and receiver; only those that an agreement ever joins.
    pub pairs: YearlyAttributes,
}

/// Reads the network of a run.
pub fn read(folder: &Path, variant: &str, rep: u32) -> Result<Graph, ExportError> {
    let named = ["nations", "dyads"].map(str::to_owned);
    let both = tables(folder, &named).map_err(|error| match error {
        ExportError::Folder(message) => {
            ExportError::Folder(format!("{message}: a network needs `nations` and `dyads`"))
        }
        other => other,
    })?;
    let mut graph = Graph {
        scenario: String::new(),
        variant: variant.to_owned(),
        rep,
        years: Vec::new(),
        nations: YearlyAttributes::default(),
        pairs: YearlyAttributes::default(),
    };
    graph.nations = kept(&both[0], &["iso3"], None, &mut graph.scenario, (variant, rep))?;
    graph.pairs =
        kept(&both[1], &["sender_iso3", "receiver_iso3"], Some("ceiling_rank"), &mut graph.scenario, (variant, rep))?;
    graph.years = graph.nations.rows.values().flat_map(|years| years.keys().copied()).collect();
    graph.years.sort_unstable();
    graph.years.dedup();
    if graph.years.is_empty() || graph.pairs.rows.is_empty() {
        let help = "run the scenario with `--tables nations,dyads:all` for runs beyond the first";
        return Err(format!("`{}` does not tell run {rep} of `{variant}`; {help}", folder.display()).into());
    }
    Ok(graph)
}

/// The rows of a table of this run; of pairs those that ever have what `needs` names.
fn kept(
    table: &TableFile,
    keys: &[&str],
    needs: Option<&str>,
    scenario: &mut String,
    run: (&str, u32),
) -> Result<YearlyAttributes, ExportError> {
    let lead = LEAD.iter().map(|name| table.column(name)).collect::<Result<Vec<_>, _>>()?;
    let key = keys.iter().map(|name| table.column(name)).collect::<Result<Vec<_>, _>>()?;
    let needs = needs.map(|name| table.column(name)).transpose()?;
    let told: Vec<usize> =
        (0..table.columns.len()).filter(|column| !lead.contains(column) && !key.contains(column)).collect();
    let columns = told.iter().map(|column| table.columns[*column].clone()).collect();
    let mut kept = YearlyAttributes { columns, rows: BTreeMap::new() };
    let mut rows = table.rows()?;
    let rep = run.1.to_string();
    let mut joined = BTreeMap::new();
    while rows.step()? {
        if rows.raw(lead[1]) != run.0 || rows.raw(lead[2]) != rep {
            continue;
        }
        if scenario.is_empty() {
            *scenario = rows.raw(lead[0]).to_owned();
        }
        let year = match rows.cell(lead[3])? {
            Scalar::Integer(year) => u32::try_from(year).map_err(|_| format!("{year} is no year"))?,
            _ => return Err(format!("`{}.csv` has a row without a year", table.name).into()),
        };
        let own: Vec<String> = key.iter().map(|column| rows.raw(*column).to_owned()).collect();
        if let Some(needs) = needs {
            *joined.entry(own.clone()).or_insert(false) |= !rows.raw(needs).is_empty();
        }
        let values =
            told.iter().map(|column| Ok(text(rows.cell(*column)?))).collect::<Result<Vec<_>, ExportError>>()?;
        kept.rows.entry(own).or_default().insert(year, values);
    }
    if needs.is_some() {
        kept.rows.retain(|key, _| joined[key]);
    }
    Ok(kept)
}

fn text(cell: Scalar<'_>) -> AttributeText {
    match cell {
        Scalar::Empty => None,
        Scalar::Integer(number) => Some(number.to_string()),
        Scalar::Number(number) => Some(number.to_string()),
        Scalar::Boolean(yes) => Some(yes.to_string()),
        Scalar::Text(text) => Some(text.to_owned()),
    }
}

impl YearlyAttributes {
    /// The place of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The values of a column over the years as spans of equal ones: first year, last year, value.
    pub fn spans(years: &BTreeMap<u32, Vec<AttributeText>>, column: usize) -> Vec<(u32, u32, String)> {
        let mut spans: Vec<(u32, u32, String)> = Vec::new();
        for (year, values) in years {
            let Some(value) = &values[column] else { continue };
            match spans.last_mut() {
                Some((_, last, kept)) if kept == value && *last + 1 == *year => *last = *year,
                _ => spans.push((*year, *year, value.clone())),
            }
        }
        spans
    }
}

/// The word for a kind in GEXF and GraphML.
pub fn kind_word(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Integer => "long",
        FieldType::Number => "double",
        FieldType::Boolean => "boolean",
        FieldType::Text => "string",
    }
}
