//! A table as a Parquet file: typed columns, in groups of rows.
mod group;

use super::ExportError;
use super::source::{Field, FieldType, TableFile};
use group::ColumnBuffer;
use parquet::basic::{LogicalType, Repetition, Type as PhysicalType};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};
use std::io::{self, Write};
use std::sync::Arc;

/// Rows in one group: so many are held in memory at once.
const GROUP: usize = 1 << 17;

/// Writes a table and returns how many rows it has.
pub fn write(table: &TableFile, out: impl Write + Send) -> Result<u64, ExportError> {
    write_groups(table, out, GROUP)
}

/// Writes a table in groups of at most `most` rows.
fn write_groups(table: &TableFile, out: impl Write + Send, most: usize) -> Result<u64, ExportError> {
    let properties =
        WriterProperties::builder().set_created_by(concat!("noforn ", env!("CARGO_PKG_VERSION")).to_owned());
    let mut writer = SerializedFileWriter::new(out, schema(table)?, Arc::new(properties.build()))?;
    let mut rows = table.rows()?;
    let mut all = 0;
    loop {
        let mut columns: Vec<ColumnBuffer> = table.columns.iter().map(ColumnBuffer::new).collect();
        let mut count = 0;
        while count < most && rows.step()? {
            for (place, column) in columns.iter_mut().enumerate() {
                column.push(rows.cell(place)?)?;
            }
            count += 1;
        }
        if count == 0 {
            break;
        }
        let mut group = writer.next_row_group()?;
        for column in &columns {
            let mut chunk = group.next_column()?.expect("the schema has as many columns as the table");
            column.write(&mut chunk)?;
            chunk.close()?;
        }
        group.close()?;
        all += count as u64;
    }
    writer.close()?;
    Ok(all)
}

/// The columns of a table as a flat schema.
fn schema(table: &TableFile) -> Result<TypePtr, ParquetError> {
    let columns = table.columns.iter().map(column).collect::<Result<Vec<TypePtr>, _>>()?;
    Ok(Arc::new(Type::group_type_builder("schema").with_fields(columns).build()?))
}

fn column(field: &Field) -> Result<TypePtr, ParquetError> {
    let (physical, logical) = match field.kind {
        FieldType::Integer => (PhysicalType::INT64, None),
        FieldType::Number => (PhysicalType::DOUBLE, None),
        FieldType::Boolean => (PhysicalType::BOOLEAN, None),
        FieldType::Text => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
    };
    let repetition = if field.optional { Repetition::OPTIONAL } else { Repetition::REQUIRED };
    let builder = Type::primitive_type_builder(&field.name, physical);
    Ok(Arc::new(builder.with_repetition(repetition).with_logical_type(logical).build()?))
}

impl From<ParquetError> for ExportError {
    fn from(error: ParquetError) -> Self {
        match error {
            ParquetError::External(inner) => match inner.downcast::<io::Error>() {
                Ok(error) => ExportError::Io(*error),
                Err(other) => ExportError::Io(io::Error::other(other)),
            },
            other => ExportError::Folder(format!("a table cannot be written as Parquet: {other}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field as Read;

    fn table(folder: &std::path::Path, text: &str) -> TableFile {
        let field = |name: &str, kind, optional| Field { name: name.to_owned(), kind, optional };
        let path = folder.join("t.csv");
        std::fs::write(&path, text).unwrap();
        let columns = vec![
            field("year", FieldType::Integer, false),
            field("share", FieldType::Number, true),
            field("is_member", FieldType::Boolean, true),
            field("iso3", FieldType::Text, false),
            field("note", FieldType::Text, true),
        ];
        TableFile { name: "t".to_owned(), columns, path }
    }

    #[test]
    fn values_are_read_back_from_every_group() {
        let folder = tempfile::tempdir().unwrap();
        let text = "year,share,is_member,iso3,note\n2019,0.5,1,DEU,'=x\n2020,,0,,\n-1,1e-9,,FRA,ü\n";
        let mut bytes = Vec::new();
        let table = table(folder.path(), text);
        assert_eq!(write_groups(&table, &mut bytes, 2).unwrap(), 3);
        let mut again = Vec::new();
        write_groups(&table, &mut again, 2).unwrap();
        assert!(bytes == again, "the same table gives the same bytes");
        let path = folder.path().join("t.parquet");
        std::fs::write(&path, bytes).unwrap();
        let reader = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
        assert_eq!(reader.metadata().num_row_groups(), 2);
        let text = |text: &str| Read::Str(text.to_owned());
        let expected = [
            [Read::Long(2019), Read::Double(0.5), Read::Bool(true), text("DEU"), text("=x")],
            // An empty text is a text where a column always has one.
            [Read::Long(2020), Read::Null, Read::Bool(false), text(""), Read::Null],
            [Read::Long(-1), Read::Double(1e-9), Read::Null, text("FRA"), text("ü")],
        ];
        for (row, expected) in reader.get_row_iter(None).unwrap().zip(expected) {
            let found: Vec<Read> = row.unwrap().into_columns().into_iter().map(|(_, value)| value).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_column_that_always_has_a_value_may_not_be_empty() {
        let folder = tempfile::tempdir().unwrap();
        let table = table(folder.path(), "year,share,is_member,iso3,note\n,,,DEU,\n");
        let error = write(&table, Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "`year` is empty in a row, and never should be");
    }
}
