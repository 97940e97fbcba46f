//! A table as a Parquet file: typed columns, plain pages, words in dictionaries.
mod column;
mod runs;

use super::ExportError;
use super::source::{Column, Kind, Table};
use super::thrift::Struct;
use column::Values;
use std::io::Write;

/// Rows in one group: so many are held in memory at once.
const GROUP: usize = 1 << 17;
/// First and last bytes of every file.
const MAGIC: &[u8] = b"PAR1";
/// Physical types, converted types, encodings and page types, by their numbers in the format's definition.
mod code {
    pub const BOOLEAN: i32 = 0;
    pub const INT64: i32 = 2;
    pub const DOUBLE: i32 = 5;
    pub const BYTE_ARRAY: i32 = 6;
    pub const UTF8: i32 = 0;
    pub const PLAIN: i32 = 0;
    pub const RLE: i32 = 3;
    pub const RLE_DICTIONARY: i32 = 8;
    pub const REQUIRED: i32 = 0;
    pub const OPTIONAL: i32 = 1;
    pub const UNCOMPRESSED: i32 = 0;
}

/// Writes a table and says how many rows it has.
pub fn write(table: &Table, out: &mut dyn Write) -> Result<u64, ExportError> {
    out.write_all(MAGIC)?;
    let mut at = MAGIC.len() as u64;
    let mut rows = table.rows()?;
    let (mut groups, mut all) = (Vec::new(), 0);
    loop {
        let mut columns: Vec<Values> = table.columns.iter().map(Values::new).collect();
        let mut count = 0;
        while count < GROUP && rows.step()? {
            for (place, values) in columns.iter_mut().enumerate() {
                values.push(rows.cell(place)?)?;
            }
            count += 1;
        }
        if count == 0 {
            break;
        }
        groups.push(group(table, &columns, count, out, &mut at)?);
        all += count as u64;
    }
    let footer = footer(table, groups, all).finish();
    out.write_all(&footer)?;
    let length =
        u32::try_from(footer.len()).map_err(|_| std::io::Error::other("too many columns and rows for a footer"))?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(MAGIC)?;
    Ok(all)
}

fn group(
    table: &Table,
    columns: &[Values],
    rows: usize,
    out: &mut dyn Write,
    at: &mut u64,
) -> Result<Struct, ExportError> {
    let (begin, mut chunks) = (*at, Vec::new());
    for (column, values) in table.columns.iter().zip(columns) {
        let start = *at;
        let (dictionary, data) = values.pages(rows)?;
        for page in dictionary.iter().chain([&data]) {
            out.write_all(page)?;
        }
        let first = start + dictionary.as_ref().map_or(0, |page| page.len() as u64);
        *at = first + data.len() as u64;
        let encodings = if dictionary.is_some() {
            vec![code::PLAIN, code::RLE, code::RLE_DICTIONARY]
        } else {
            vec![code::PLAIN, code::RLE]
        };
        let size = (*at - start) as i64;
        let mut meta = Struct::default()
            .i32(1, physical(column.kind))
            .numbers(2, &encodings)
            .texts(3, &[&column.name])
            .i32(4, code::UNCOMPRESSED)
            .i64(5, rows as i64)
            .i64(6, size)
            .i64(7, size)
            .i64(9, first as i64);
        if dictionary.is_some() {
            meta = meta.i64(11, start as i64);
        }
        chunks.push(Struct::default().i64(2, start as i64).inner(3, meta));
    }
    Ok(Struct::default().structs(1, chunks).i64(2, (*at - begin) as i64).i64(3, rows as i64))
}

fn physical(kind: Kind) -> i32 {
    match kind {
        Kind::Integer => code::INT64,
        Kind::Number => code::DOUBLE,
        Kind::Boolean => code::BOOLEAN,
        Kind::Text => code::BYTE_ARRAY,
    }
}

fn footer(table: &Table, groups: Vec<Struct>, rows: u64) -> Struct {
    let root = Struct::default().text(4, "schema").i32(5, table.columns.len() as i32);
    let field = |column: &Column| {
        let repetition = if column.optional { code::OPTIONAL } else { code::REQUIRED };
        let field = Struct::default().i32(1, physical(column.kind)).i32(3, repetition).text(4, &column.name);
        if column.kind == Kind::Text { field.i32(6, code::UTF8) } else { field }
    };
    let schema = std::iter::once(root).chain(table.columns.iter().map(field)).collect();
    Struct::default()
        .i32(1, 1)
        .structs(2, schema)
        .i64(3, rows as i64)
        .structs(4, groups)
        .text(6, concat!("noforn ", env!("CARGO_PKG_VERSION")))
}
