//! The values of one column in a group of rows, and the pages they make.
use super::code;
use super::runs::{encoded, width};
use crate::export::ExportError;
use crate::export::source::{Cell, Column, Kind};
use crate::export::thrift::Struct;
use std::collections::BTreeMap;

/// Values of a column.
#[derive(Clone, Debug)]
pub struct Values {
    kind: Kind,
    optional: bool,
    name: String,
    /// 1 where a row has a value; only of optional columns.
    present: Vec<u32>,
    /// Numbers as they are written.
    plain: Vec<u8>,
    flags: Vec<bool>,
    /// Words in the order in which they first come, and of each row its word.
    words: Vec<String>,
    ranks: BTreeMap<String, u32>,
    indices: Vec<u32>,
}

impl Values {
    /// None yet.
    pub fn new(column: &Column) -> Self {
        Self {
            kind: column.kind,
            optional: column.optional,
            name: column.name.clone(),
            present: Vec::new(),
            plain: Vec::new(),
            flags: Vec::new(),
            words: Vec::new(),
            ranks: BTreeMap::new(),
            indices: Vec::new(),
        }
    }

    /// Adds the value of a row.
    pub fn push(&mut self, cell: Cell<'_>) -> Result<(), ExportError> {
        // An empty text is a text where a column always has one.
        let cell = if cell == Cell::Empty && !self.optional && self.kind == Kind::Text { Cell::Text("") } else { cell };
        if self.optional {
            self.present.push(u32::from(cell != Cell::Empty));
        }
        match cell {
            Cell::Empty if self.optional => {}
            Cell::Empty => return Err(format!("`{}` is empty in a row, and never should be", self.name).into()),
            Cell::Integer(number) => self.plain.extend(number.to_le_bytes()),
            Cell::Number(number) => self.plain.extend(number.to_le_bytes()),
            Cell::Boolean(yes) => self.flags.push(yes),
            Cell::Text(text) => {
                let rank = match self.ranks.get(text) {
                    Some(rank) => *rank,
                    None => {
                        let rank = self.words.len() as u32;
                        self.words.push(text.to_owned());
                        self.ranks.insert(text.to_owned(), rank);
                        rank
                    }
                };
                self.indices.push(rank);
            }
        }
        Ok(())
    }

    /// The page of words, where there is one, and the page of values, each behind its head.
    pub fn pages(&self, rows: usize) -> Result<(Option<Vec<u8>>, Vec<u8>), ExportError> {
        let mut body = Vec::new();
        if self.optional {
            let levels = encoded(&self.present, 1);
            body.extend((levels.len() as u32).to_le_bytes());
            body.extend(levels);
        }
        let (dictionary, encoding) = match self.kind {
            Kind::Integer | Kind::Number => {
                body.extend(&self.plain);
                (None, code::PLAIN)
            }
            Kind::Boolean => {
                body.extend(bits(&self.flags));
                (None, code::PLAIN)
            }
            Kind::Text => {
                let width = width(self.words.len());
                body.push(width as u8);
                body.extend(encoded(&self.indices, width));
                (Some(self.dictionary()?), code::RLE_DICTIONARY)
            }
        };
        let head = Struct::default().i32(1, rows as i32).i32(2, encoding).i32(3, code::RLE).i32(4, code::RLE);
        Ok((dictionary, page(0, 5, head, &body)?))
    }

    fn dictionary(&self) -> Result<Vec<u8>, ExportError> {
        let mut body = Vec::new();
        for word in &self.words {
            body.extend((word.len() as u32).to_le_bytes());
            body.extend(word.as_bytes());
        }
        page(2, 7, Struct::default().i32(1, self.words.len() as i32).i32(2, code::PLAIN), &body)
    }
}

/// A page behind its head; `field` is that of its kind in the head.
fn page(kind: i32, field: i16, own: Struct, body: &[u8]) -> Result<Vec<u8>, ExportError> {
    let size = i32::try_from(body.len())
        .map_err(|_| std::io::Error::other("a column has more than 2 GiB of text in a group of rows"))?;
    let mut page = Struct::default().i32(1, kind).i32(2, size).i32(3, size).inner(field, own).finish();
    page.extend(body);
    Ok(page)
}

/// Flags as bits, the lowest first.
fn bits(flags: &[bool]) -> Vec<u8> {
    flags
        .chunks(8)
        .map(|eight| eight.iter().zip(0..).fold(0, |byte, (flag, at)| byte | u8::from(*flag) << at))
        .collect()
}
