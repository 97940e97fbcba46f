//! The values of one column in a group of rows, until the group is written.
use crate::export::ExportError;
use crate::export::source::{Field, FieldType, Scalar};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedColumnWriter;
use std::collections::BTreeMap;

/// A column of a group.
#[derive(Debug)]
pub struct ColumnBuffer<'a> {
    field: &'a Field,
    /// 1 where a row has a value, else 0; only of optional columns.
    levels: Vec<i16>,
    values: PhysicalValues,
}

/// The values that there are, by the type that holds them.
#[derive(Debug)]
enum PhysicalValues {
    Integers(Vec<i64>),
    Numbers(Vec<f64>),
    Booleans(Vec<bool>),
    /// Few texts are repeated in many rows: equal ones are one allocation.
    Texts(Vec<ByteArray>, BTreeMap<String, ByteArray>),
}

impl<'a> ColumnBuffer<'a> {
    /// An empty one.
    pub fn new(field: &'a Field) -> Self {
        let values = match field.kind {
            FieldType::Integer => PhysicalValues::Integers(Vec::new()),
            FieldType::Number => PhysicalValues::Numbers(Vec::new()),
            FieldType::Boolean => PhysicalValues::Booleans(Vec::new()),
            FieldType::Text => PhysicalValues::Texts(Vec::new(), BTreeMap::new()),
        };
        Self { field, levels: Vec::new(), values }
    }

    /// Adds the value of a row.
    pub fn push(&mut self, cell: Scalar<'_>) -> Result<(), ExportError> {
        if self.field.optional {
            self.levels.push(i16::from(cell != Scalar::Empty));
        }
        match (&mut self.values, cell) {
            (_, Scalar::Empty) if self.field.optional => {}
            // An empty text is a text where a column always has one.
            (PhysicalValues::Texts(texts, _), Scalar::Empty) => texts.push(ByteArray::from("")),
            (PhysicalValues::Integers(values), Scalar::Integer(value)) => values.push(value),
            (PhysicalValues::Numbers(values), Scalar::Number(value)) => values.push(value),
            (PhysicalValues::Booleans(values), Scalar::Boolean(value)) => values.push(value),
            (PhysicalValues::Texts(texts, known), Scalar::Text(text)) => texts.push(shared(text, known)),
            (_, Scalar::Empty) => {
                return Err(format!("`{}` is empty in a row, and never should be", self.field.name).into());
            }
            (_, other) => return Err(format!("`{}` has a value of another type: {other:?}", self.field.name).into()),
        }
        Ok(())
    }

    /// Writes all of them.
    pub fn write(&self, out: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let levels = self.field.optional.then_some(self.levels.as_slice());
        match &self.values {
            PhysicalValues::Integers(values) => out.typed::<Int64Type>().write_batch(values, levels, None)?,
            PhysicalValues::Numbers(values) => out.typed::<DoubleType>().write_batch(values, levels, None)?,
            PhysicalValues::Booleans(values) => out.typed::<BoolType>().write_batch(values, levels, None)?,
            PhysicalValues::Texts(values, _) => out.typed::<ByteArrayType>().write_batch(values, levels, None)?,
        };
        Ok(())
    }
}

/// The text as bytes; those of an equal text if there was one.
fn shared(text: &str, known: &mut BTreeMap<String, ByteArray>) -> ByteArray {
    if let Some(bytes) = known.get(text) {
        return bytes.clone();
    }
    let bytes = ByteArray::from(text);
    known.insert(text.to_owned(), bytes.clone());
    bytes
}
