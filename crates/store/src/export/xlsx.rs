//! A workbook for spreadsheets: a sheet for each table, numbers as numbers whatever the language of the program.
use super::ExportError;
use super::source::{Cell, Kind, Rows, Table};
use super::workbook::{Sheet, names, parts};
use super::zip::{Archive, Body};
use noforn_lab::report::markup::Markup;
use std::io::Write;

/// Rows that a sheet can hold, its header among them; a longer table goes on in further sheets.
pub const MOST_ROWS: usize = 1_048_576;

/// Characters that a cell can hold; only texts of many pages are longer.
const LONGEST: usize = 32_767;

/// What became of the tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Sheets written.
    pub sheets: usize,
    /// Rows written, headers not counted.
    pub rows: u64,
    /// Tables that took more than one sheet.
    pub split: Vec<String>,
}

/// Writes a workbook; no sheet has more than `most` rows.
pub fn write<W: Write>(tables: &[Table], out: W, most: usize) -> Result<(W, Told), ExportError> {
    let mut archive = Archive::new(out);
    let (mut sheets, mut told): (Vec<Sheet>, Told) = (Vec::new(), Told::default());
    for table in tables {
        let mut rows = table.rows()?;
        let mut ahead = rows.step()?;
        let mut part = 0;
        // A table without rows still has its header.
        while ahead || part == 0 {
            part += 1;
            let number = sheets.len() + 1;
            archive.add("xl/worksheets/sheet#.xml", Some(number), |body| {
                sheet(body, table, &mut rows, &mut ahead, most, &mut told.rows)
            })?;
            sheets.push(Sheet { table: table.name.clone(), part });
        }
        if part > 1 {
            told.split.push(table.name.clone());
        }
    }
    told.sheets = sheets.len();
    for (name, text) in parts(&names(&sheets)) {
        archive.add(name, None, |body| body.write_all(text.as_str().as_bytes()).map_err(ExportError::from))?;
    }
    Ok((archive.finish()?, told))
}

fn sheet<W: Write>(
    body: &mut Body<'_, W>,
    table: &Table,
    rows: &mut Rows<'_>,
    ahead: &mut bool,
    most: usize,
    told: &mut u64,
) -> Result<(), ExportError> {
    let mut text = Markup::default();
    text.own("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
    text.open("worksheet", &[("xmlns", "http://schemas.openxmlformats.org/spreadsheetml/2006/main")]);
    // The header stays where it is when one scrolls.
    text.own("<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>");
    widths(&mut text, table);
    text.open("sheetData", &[]);
    text.open("row", &[("r", "1")]);
    for column in &table.columns {
        string(&mut text, &column.name, "1");
    }
    text.close("row");
    let mut row = 1;
    while *ahead && row < most {
        row += 1;
        text.open("row", &[("r", &row.to_string())]);
        for column in 0..table.columns.len() {
            cell(&mut text, rows.cell(column)?, column, row);
        }
        text.close("row");
        *told += 1;
        *ahead = rows.step()?;
        if text.as_str().len() > 1 << 16 {
            body.write_all(text.as_str().as_bytes())?;
            text = Markup::default();
        }
    }
    text.close("sheetData");
    let range = format!("A1:{}{row}", letters(table.columns.len() - 1));
    text.leaf("autoFilter", &[("ref", &range)]);
    text.close("worksheet");
    body.write_all(text.as_str().as_bytes())?;
    Ok(())
}

fn widths(text: &mut Markup, table: &Table) {
    text.open("cols", &[]);
    for (at, column) in table.columns.iter().enumerate() {
        let number = (at + 1).to_string();
        let width = match column.kind {
            Kind::Text => column.name.len().max(14) + 3,
            _ => column.name.len().max(6) + 3,
        };
        text.leaf("col", &[("min", &number), ("max", &number), ("width", &width.to_string()), ("customWidth", "1")]);
    }
    text.close("cols");
}

/// Text of a cell; `style` 1 is that of heads.
fn string(text: &mut Markup, value: &str, style: &'static str) {
    text.open("c", &[("t", "inlineStr"), ("s", style)]);
    text.open("is", &[]);
    text.element("t", &[("xml:space", "preserve")], value);
    text.close("is");
    text.close("c");
}

fn cell(text: &mut Markup, cell: Cell<'_>, column: usize, row: usize) {
    let place = format!("{}{row}", letters(column));
    let mut number = |value: &str| {
        text.open("c", &[("r", &place)]);
        text.element("v", &[], value);
        text.close("c");
    };
    match cell {
        Cell::Empty => {}
        Cell::Integer(value) => number(&value.to_string()),
        Cell::Number(value) => number(&value.to_string()),
        // As in the CSV: 0 and 1 can be summed.
        Cell::Boolean(value) => number(if value { "1" } else { "0" }),
        Cell::Text(value) => {
            text.open("c", &[("r", &place), ("t", "inlineStr")]);
            text.open("is", &[]);
            text.element("t", &[("xml:space", "preserve")], cut(value));
            text.close("is");
            text.close("c");
        }
    }
}

/// A text as far as a cell can hold it.
fn cut(value: &str) -> &str {
    value.char_indices().nth(LONGEST).map_or(value, |(end, _)| &value[..end])
}

/// The letters of a column, from 0: `A`, `Z`, `AA`.
fn letters(column: usize) -> String {
    let letter = |at: usize| char::from(b'A' + u8::try_from(at % 26).expect("a remainder by 26 is small"));
    match column.checked_sub(26) {
        None => letter(column).to_string(),
        Some(rest) => letters(rest / 26) + &letter(rest).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_spreadsheets_name_them() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(column), name);
        }
    }
}
