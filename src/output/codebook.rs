//! `codebook.csv`: every column of every table that was written.
use super::rows::CodebookRow;
use super::tables::Table;
use crate::history::cell::Kind;

/// The word for a kind, as Frictionless says it.
pub fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer => "integer",
        Kind::Number { .. } => "number",
        Kind::Boolean => "boolean",
        Kind::String => "string",
    }
}

/// The rows for these tables, sorted by table and column.
pub fn rows<'a>(tables: impl Iterator<Item = &'a Table>) -> Vec<CodebookRow> {
    let mut rows: Vec<CodebookRow> = tables.flat_map(table_rows).collect();
    rows.sort_by_key(|row| (row.table, row.column));
    rows
}

fn table_rows(table: &Table) -> impl Iterator<Item = CodebookRow> + use<> {
    let name = table.name;
    table.columns().zip(1..).map(move |(column, position)| CodebookRow {
        table: name,
        column: column.name,
        position,
        r#type: kind_word(column.kind),
        unit: Some(column.unit).filter(|unit| !unit.is_empty()),
        required: !column.optional,
        description: column.doc.trim().into(),
    })
}
