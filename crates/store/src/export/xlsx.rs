//! A workbook for spreadsheets: a sheet for each table, numbers as numbers whatever the language of the program.
use super::ExportError;
use super::source::{Field, FieldType, Rows, Scalar, TableFile};
use noforn_lab::report::markup::is_shown;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::any::Any;
use std::borrow::Cow;
use std::io::Write;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Arc;

/// Rows that a sheet can hold, its header among them; a longer table continues in further sheets.
pub const MOST_ROWS: u32 = 1_048_576;

/// Units of UTF-16 that a cell can hold; only texts of many pages are longer.
const LONGEST: usize = 32_767;

/// What a workbook contains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkbookSummary {
    /// Number of sheets.
    pub sheets: usize,
    /// Number of rows, without headers.
    pub rows: u64,
    /// Tables that take more than one sheet.
    pub split: Vec<String>,
}

/// Writes a workbook; no sheet has more than `most` rows. The cells are kept in unnamed temporary files in the folder
/// `scratch` until the workbook is whole, so that memory does not grow with the tables.
///
/// Where that disk is full, the crate panics, as it writes these files itself and takes every error for impossible. There is
/// no way to give it a writer of ours, and no room can be reserved that others could not take. So the panic is caught here,
/// which is sound as all that it could leave half done is dropped; and it is not printed.
pub fn write<W: Write + Send>(
    tables: &[TableFile],
    out: W,
    scratch: &Path,
    most: u32,
) -> Result<WorkbookSummary, ExportError> {
    let print = Arc::new(panic::take_hook());
    let usual = print.clone();
    panic::set_hook(Box::new(move |info| {
        if !is_full_disk(info.payload()) {
            print(info)
        }
    }));
    let written = panic::catch_unwind(AssertUnwindSafe(|| write_or_panic(tables, out, scratch, most)));
    panic::set_hook(Box::new(move |info| usual(info)));
    written.unwrap_or_else(|payload| match is_full_disk(&*payload) {
        true => Err(ExportError::Io(std::io::Error::other("the disk is full, or cannot be written to"))),
        false => panic::resume_unwind(payload),
    })
}

/// True for a panic of the crate over an error of the system: its text is that error as Rust debugs it.
fn is_full_disk(payload: &(dyn Any + Send)) -> bool {
    let texts = ["Couldn't write to xml file", "Os { code: "];
    payload.downcast_ref::<String>().is_some_and(|why| texts.iter().any(|text| why.contains(text)))
}

fn write_or_panic<W: Write + Send>(
    tables: &[TableFile],
    out: W,
    scratch: &Path,
    most: u32,
) -> Result<WorkbookSummary, ExportError> {
    let mut workbook = Workbook::new();
    workbook.set_tempdir(scratch)?;
    // The same folder gives the same bytes, so the time of writing is not recorded.
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(1980, 1, 1)?));
    let (mut names, mut summary) = (Vec::new(), WorkbookSummary::default());
    for table in tables {
        let mut rows = table.rows()?;
        let mut ahead = rows.step()?;
        let mut part = 0;
        // A table without rows still has its header.
        while ahead || part == 0 {
            part += 1;
            names.push(sheet_name(&table.name, part, &names));
            let sheet = workbook.add_worksheet_with_constant_memory()?.set_name(&names[names.len() - 1])?;
            let count;
            (count, ahead) = fill(sheet, table, &mut rows, ahead, most)?;
            summary.rows += count;
        }
        if part > 1 {
            summary.split.push(table.name.clone());
        }
    }
    summary.sheets = names.len();
    workbook.save_to_writer(out)?;
    Ok(summary)
}

/// A sheet's name: at most 31 characters, none of those that spreadsheets forbid, not one of `taken` in any case.
fn sheet_name(table: &str, part: usize, taken: &[String]) -> String {
    let plain: String = table.chars().map(|c| if "[]:*?/\\'".contains(c) { '_' } else { c }).collect();
    let mut number = part;
    loop {
        let end = if number == 1 { String::new() } else { format!(" ({number})") };
        let name = plain.chars().take(31 - end.len()).collect::<String>() + &end;
        if !taken.iter().any(|other| other.to_lowercase() == name.to_lowercase()) {
            return name;
        }
        number += 1;
    }
}

/// Fills a sheet from the row that was read last, if there is one; returns how many rows it has, and whether another
/// row waits for the next sheet.
fn fill(
    sheet: &mut Worksheet,
    table: &TableFile,
    rows: &mut Rows<'_>,
    mut ahead: bool,
    most: u32,
) -> Result<(u64, bool), ExportError> {
    header(sheet, &table.columns)?;
    let mut row = 0;
    while ahead && row + 1 < most {
        row += 1;
        for (place, column) in (0..table.columns.len()).zip(0..) {
            put(sheet, row, column, rows.cell(place)?)?;
        }
        ahead = rows.step()?;
    }
    sheet.autofilter(0, 0, row, last(&table.columns)?)?;
    Ok((row.into(), ahead))
}

/// The number of the last column.
fn last(columns: &[Field]) -> Result<u16, XlsxError> {
    u16::try_from(columns.len() - 1).map_err(|_| XlsxError::RowColumnLimitError)
}

/// Writes the names of the columns, which stay in view when one scrolls, and sets the widths.
fn header(sheet: &mut Worksheet, columns: &[Field]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    for (place, column) in (0..=last(columns)?).zip(columns) {
        let least = if column.kind == FieldType::Text { 14 } else { 6 };
        sheet.set_column_width(place, (column.name.len().max(least) + 3) as f64)?;
        sheet.write_string_with_format(0, place, text(&column.name), &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn put(sheet: &mut Worksheet, row: u32, column: u16, cell: Scalar<'_>) -> Result<(), XlsxError> {
    match cell {
        Scalar::Empty => {}
        // Spreadsheets know no other numbers than these.
        Scalar::Integer(value) => drop(sheet.write_number(row, column, value as f64)?),
        Scalar::Number(value) => drop(sheet.write_number(row, column, value)?),
        // As in the CSV: 0 and 1 can be summed.
        Scalar::Boolean(value) => drop(sheet.write_number(row, column, u8::from(value))?),
        // Text stays text: it is never taken for a formula, a number or a link.
        Scalar::Text(value) => drop(sheet.write_string(row, column, text(value))?),
    }
    Ok(())
}

/// A text as far as a cell can hold it; characters that hide or turn what follows are replaced.
fn text(value: &str) -> Cow<'_, str> {
    let text = cut(value);
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if is_plain(c) { c } else { char::REPLACEMENT_CHARACTER }).collect())
}

fn is_plain(c: char) -> bool {
    matches!(c, '\n' | '\t') || is_shown(c)
}

/// The longest beginning of a text that a cell can hold.
fn cut(value: &str) -> &str {
    let mut units = 0;
    for (at, c) in value.char_indices() {
        units += c.len_utf16();
        if units > LONGEST {
            return &value[..at];
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_have_names_that_spreadsheets_take() {
        let long = "a".repeat(40);
        let mut names = Vec::new();
        for (table, part) in [("nations", 1), ("nations", 2), ("a/b", 1), ("A_B", 1), (&long, 1), (&long, 2)] {
            names.push(sheet_name(table, part, &names));
        }
        assert_eq!(names[..4], ["nations", "nations (2)", "a_b", "A_B (2)"]);
        assert!(names[4] != names[5] && names.iter().all(|name| name.chars().count() <= 31), "{names:?}");
    }

    #[test]
    fn texts_fit_a_cell_and_hide_nothing() {
        assert_eq!(text("a\nb\u{202E}c\r"), "a\nb\u{FFFD}c\u{FFFD}");
        assert_eq!(text(&"x".repeat(LONGEST + 1)).len(), LONGEST);
        // Two units each: half as many fit, and none is halved.
        assert_eq!(text(&"𝄞".repeat(LONGEST)).chars().count(), LONGEST / 2);
    }

    #[test]
    fn a_long_table_continues_in_further_sheets() {
        let folder = tempfile::tempdir().unwrap();
        let field = |name: &str, kind| Field { name: name.to_owned(), kind, optional: true };
        let columns = vec![field("year", FieldType::Integer), field("note", FieldType::Text)];
        for (rows, sheets) in [(0, 1), (1, 1), (3, 1), (4, 2), (7, 3)] {
            let path = folder.path().join(format!("{rows}.csv"));
            let body: String = (0..rows).map(|row| format!("{row},'=1+{row}\n")).collect();
            std::fs::write(&path, format!("year,note\n{body}")).unwrap();
            let table = TableFile { name: "notes".to_owned(), columns: columns.clone(), path };
            let summary = write(&[table], Vec::new(), folder.path(), 4).unwrap();
            let split = if sheets > 1 { vec!["notes".to_owned()] } else { Vec::new() };
            assert_eq!(summary, WorkbookSummary { sheets, rows, split }, "{rows} rows");
        }
    }
}
