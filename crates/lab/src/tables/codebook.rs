//! `codebook.csv`: a description of every column of every written table.
use super::catalogue::TableDescription;
use super::rows::CodebookRow;
use noforn::history::cell::Kind;
use noforn::history::row::Column;

/// The Frictionless type of a kind.
pub fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer => "integer",
        Kind::Number { .. } => "number",
        Kind::Boolean => "boolean",
        Kind::String => "string",
    }
}

/// The rows for these tables, sorted by table and column.
pub fn rows<'a>(tables: impl Iterator<Item = &'a TableDescription>) -> Vec<CodebookRow> {
    let mut rows: Vec<CodebookRow> = tables.flat_map(|table| table_rows(table.name, table.columns())).collect();
    rows.sort_by(|a, b| (&a.table, &a.column).cmp(&(&b.table, &b.column)));
    rows
}

/// The rows for one table, in the order of its columns.
pub fn table_rows<'a>(name: &str, columns: impl Iterator<Item = &'a Column<'a>>) -> Vec<CodebookRow> {
    columns.zip(1..).map(|(column, position)| codebook_row(name, column, position)).collect()
}

fn codebook_row(table: &str, column: &Column, position: u64) -> CodebookRow {
    CodebookRow {
        table: table.into(),
        column: column.name.into(),
        position,
        r#type: kind_word(column.kind),
        unit: (!column.unit.is_empty()).then(|| column.unit.into()),
        required: !column.optional,
        description: column.doc.trim().into(),
    }
}
