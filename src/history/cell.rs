//! The values that a cell of a table may have, and how they are written as text.
use crate::world::levels::Binding;
use std::cmp::Ordering;
use std::fmt::Write;

pub use crate::world::text::Text;

/// The kind of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Integer,
    /// A number with this many decimals.
    Number {
        /// Decimals written.
        decimals: usize,
    },
    /// 0 or 1.
    Boolean,
    /// Text.
    String,
}

/// A value that a cell may hold.
pub trait Cell {
    /// The kind of the value.
    const KIND: Kind;
    /// True if the value may be missing.
    const OPTIONAL: bool = false;
    /// Appends the value to `out` as text; a missing value appends nothing.
    fn write(&self, out: &mut String);
    /// The order of two values in a key; a missing value is before all others.
    fn order(&self, other: &Self) -> Ordering;
}

/// A share, a probability or an index, 0 to 1, written with six decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Share(pub f64);

/// An amount of money in million US dollars, written with three decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Millions(pub f64);

/// Any other number, written with at most six decimals and without trailing zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Quantity(pub f64);

macro_rules! integer_cells {
    ($($type:ty),+) => {$(
        impl Cell for $type {
            const KIND: Kind = Kind::Integer;
            fn write(&self, out: &mut String) {
                // Writing to a string cannot fail.
                let _ = write!(out, "{self}");
            }
            fn order(&self, other: &Self) -> Ordering {
                self.cmp(other)
            }
        }
    )+};
}
integer_cells!(u32, u64, i64);

fn write_decimals(out: &mut String, value: f64, decimals: usize) {
    assert!(value.is_finite(), "a table holds no infinite or undefined number");
    let start = out.len();
    let _ = write!(out, "{value:.decimals$}");
    // A negative number that is rounded to zero is written as 0, not as -0.
    if out[start..].starts_with('-') && out[start..].bytes().all(|b| matches!(b, b'-' | b'0' | b'.')) {
        out.remove(start);
    }
}

impl Cell for Share {
    const KIND: Kind = Kind::Number { decimals: 6 };
    fn write(&self, out: &mut String) {
        write_decimals(out, self.0, 6);
    }
    fn order(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}
impl Cell for Millions {
    const KIND: Kind = Kind::Number { decimals: 3 };
    fn write(&self, out: &mut String) {
        write_decimals(out, self.0, 3);
    }
    fn order(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}
impl Cell for Quantity {
    const KIND: Kind = Kind::Number { decimals: 6 };
    fn write(&self, out: &mut String) {
        write_decimals(out, self.0, 6);
        // Six decimals were written, so zeros before the decimal point are not removed.
        out.truncate(out.trim_end_matches('0').trim_end_matches('.').len());
    }
    fn order(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}
impl Cell for bool {
    const KIND: Kind = Kind::Boolean;
    fn write(&self, out: &mut String) {
        out.push(if *self { '1' } else { '0' });
    }
    fn order(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}
impl Cell for Text {
    const KIND: Kind = Kind::String;
    fn write(&self, out: &mut String) {
        out.push_str(self);
    }
    fn order(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}
impl Cell for &'static str {
    const KIND: Kind = Kind::String;
    fn write(&self, out: &mut String) {
        out.push_str(self);
    }
    fn order(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}
impl Cell for Binding {
    const KIND: Kind = Kind::String;
    fn write(&self, out: &mut String) {
        out.push_str(self.as_str());
    }
    fn order(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}
impl Cell for String {
    const KIND: Kind = Kind::String;
    fn write(&self, out: &mut String) {
        out.push_str(self);
    }
    fn order(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}
impl<T: Cell> Cell for Option<T> {
    const KIND: Kind = T::KIND;
    const OPTIONAL: bool = true;
    fn write(&self, out: &mut String) {
        if let Some(value) = self {
            value.write(out);
        }
    }
    fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Some(a), Some(b)) => a.order(b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        }
    }
}
