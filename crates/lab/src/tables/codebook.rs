//! `codebook.csv`: every column of every table that was written.
use super::catalogue::Table;
use super::rows::CodebookRow;
use noforn::history::cell::Kind;
use noforn::history::row::Column;

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
    let mut rows: Vec<CodebookRow> = tables.flat_map(|table| table_rows(table.name, table.columns())).collect();
    rows.sort_by(|a, b| (&a.table, &a.column).cmp(&(&b.table, &b.column)));
    rows
}

/// The rows for one table, in the order of its columns.
pub fn table_rows<'a>(name: &str, columns: impl Iterator<Item = &'a Column<'a>>) -> Vec<CodebookRow> {
    let row = |(column, position): (&Column, u64)| CodebookRow {
        table: name.into(),
        column: column.name.into(),
        position,
        r#type: kind_word(column.kind),
        unit: (!column.unit.is_empty()).then(|| column.unit.into()),
        required: !column.optional,
        description: column.doc.trim().into(),
    };
    columns.zip(1..).map(row).collect()
}
