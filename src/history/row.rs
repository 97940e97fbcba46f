//! Rows of tables: their columns, their cells, and their order.
use std::cmp::Ordering;

/// The description of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column<'a> {
    /// Its name in the header.
    pub name: &'a str,
    /// The kind of its values.
    pub kind: super::cell::Kind,
    /// True if values may be missing.
    pub optional: bool,
    /// Its unit; empty where it has none.
    pub unit: &'a str,
    /// What its values mean, in a sentence.
    pub doc: &'a str,
}

/// A function that is called for every cell, with a function that appends the text of the cell.
pub type EachCell<'a> = &'a mut dyn FnMut(&dyn Fn(&mut String));

/// A row of a table.
pub trait Row {
    /// The table's name: its file without `.csv`.
    const TABLE: &'static str;
    /// What a row is, in a sentence.
    const DOC: &'static str;
    /// How many columns, from the first, are keys (in addition to scenario, variant and rep).
    const KEYS: usize;
    /// The columns, keys first.
    const COLUMNS: &'static [Column<'static>];
    /// Calls `each` for every cell, in the order of the columns.
    fn cells(&self, each: EachCell<'_>);
    /// The order of two rows by their key columns.
    fn by_key(&self, other: &Self) -> Ordering;
}

/// Declares row types. The struct, its columns and their documentation are written once.
#[macro_export]
macro_rules! rows {
    ($($(#[doc = $doc:literal])+ $row:ident = $table:literal keys $keys:literal {
        $($(#[doc = $fdoc:literal])+ $field:ident: $type:ty, $unit:literal;)+
    })+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $row { $($(#[doc = $fdoc])+ pub $field: $type,)+ }

        impl $crate::history::row::Row for $row {
            const TABLE: &'static str = $table;
            const DOC: &'static str = concat!($($doc),+);
            const KEYS: usize = $keys;
            const COLUMNS: &'static [$crate::history::row::Column<'static>] = &[$($crate::history::row::Column {
                name: $crate::history::row::bare(stringify!($field)),
                kind: <$type as $crate::history::cell::Cell>::KIND,
                optional: <$type as $crate::history::cell::Cell>::OPTIONAL,
                unit: $unit,
                doc: concat!($($fdoc),+),
            },)+];
            fn cells(&self, each: $crate::history::row::EachCell<'_>) {
                $(each(&|out| $crate::history::cell::Cell::write(&self.$field, out));)+
            }
            fn by_key(&self, other: &Self) -> std::cmp::Ordering {
                let by: &[fn(&Self, &Self) -> std::cmp::Ordering] =
                    &[$(|a, b| $crate::history::cell::Cell::order(&a.$field, &b.$field)),+];
                by[..$keys].iter().map(|by| by(self, other)).find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
            }
        }
    )+};
}
pub use rows;

/// The column name of a field: `type` for `r#type`.
pub const fn bare(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at(2).1,
        _ => field,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::cell::{Cell, Millions, Quantity, Share};
    use crate::history::rows::EventRow;

    #[test]
    fn rows_are_ordered_by_their_keys_alone() {
        let row =
            |year, quarter, id: &str, effect| EventRow { year, quarter, event_id: id.into(), effect, source: None };
        let cases = [
            (row(2019, 4, "z", "note"), row(2020, 1, "a", "note"), Ordering::Less),
            (row(2019, 2, "a", "note"), row(2019, 1, "b", "note"), Ordering::Greater),
            (row(2019, 1, "a", "note"), row(2019, 1, "b", "note"), Ordering::Less),
            (row(2019, 1, "a", "note"), row(2019, 1, "a", "flag"), Ordering::Equal),
        ];
        for (a, b, order) in cases {
            assert_eq!(a.by_key(&b), order, "{a:?} to {b:?}");
        }
    }

    #[test]
    fn numbers_are_written_one_way() {
        let text = |cell: &dyn Fn(&mut String)| {
            let mut out = String::new();
            cell(&mut out);
            out
        };
        let cases = [
            (text(&|out| Share(0.5).write(out)), "0.500000"),
            (text(&|out| Share(-1e-9).write(out)), "0.000000"),
            (text(&|out| Millions(1234.5).write(out)), "1234.500"),
            (text(&|out| Quantity(3.0).write(out)), "3"),
            (text(&|out| Quantity(0.25).write(out)), "0.25"),
            (text(&|out| Quantity(1e9 + 1.0 / 3.0).write(out)), "1000000000.333333"),
            (text(&|out| Quantity(-1e-9).write(out)), "0"),
            (text(&|out| Quantity(100.0).write(out)), "100"),
            (text(&|out| Some(true).write(out)), "1"),
            (text(&|out| None::<u32>.write(out)), ""),
        ];
        for (got, want) in cases {
            assert_eq!(got, want);
        }
    }
}
