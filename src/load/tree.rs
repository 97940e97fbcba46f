//! The tree of a scenario file: values with the places where they were written.
use crate::scenario::fault::{Fault, Place};
use crate::scenario::source::SourceText;
use crate::scenario::words::{joined, shown};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value, with its place in the source texts.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigNode {
    /// The value.
    pub value: ConfigValue,
    /// The place of the value.
    pub place: Place,
    /// The place of its key; in a list, the place of the value.
    pub key: Place,
}

/// A value of a scenario file.
#[derive(Clone, Debug, PartialEq)]
pub enum ConfigValue {
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Float(f64),
    /// Text; also a date.
    Text(String),
    /// A list.
    List(Vec<ConfigNode>),
    /// A table.
    Table(ConfigTable),
    /// A value that cannot be used, such as a number that is not finite. Its fault is already recorded.
    Broken,
}

/// The entries of a table.
pub type ConfigTable = BTreeMap<String, ConfigNode>;

impl ConfigNode {
    /// A value with one place for key and value.
    pub fn new(value: ConfigValue, place: Place) -> Self {
        Self { value, key: place.clone(), place }
    }
    /// An empty table.
    pub fn empty_table(place: Place) -> Self {
        Self::new(ConfigValue::Table(ConfigTable::new()), place)
    }
    /// The entries, if it is a table.
    pub fn entries(&self) -> Option<&ConfigTable> {
        match &self.value {
            ConfigValue::Table(branch) => Some(branch),
            _ => None,
        }
    }
    /// The items, if it is a list.
    pub fn items(&self) -> Option<&[ConfigNode]> {
        match &self.value {
            ConfigValue::List(items) => Some(items),
            _ => None,
        }
    }
    /// The entries, if it is a table, to change them.
    pub fn entries_mut(&mut self) -> Option<&mut ConfigTable> {
        match &mut self.value {
            ConfigValue::Table(branch) => Some(branch),
            _ => None,
        }
    }
    /// The text, if it is text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            ConfigValue::Text(text) => Some(text),
            _ => None,
        }
    }
    /// The value at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&ConfigNode> {
        path.iter().try_fold(self, |node, key| node.entries()?.get(*key))
    }
    /// The value as JSON, from which the types of a scenario are deserialized.
    pub fn json(&self) -> serde_json::Value {
        match &self.value {
            ConfigValue::Boolean(yes) => (*yes).into(),
            ConfigValue::Broken => serde_json::Value::Null,
            ConfigValue::Integer(number) => (*number).into(),
            ConfigValue::Float(number) => (*number).into(),
            ConfigValue::Text(text) => text.as_str().into(),
            ConfigValue::List(items) => items.iter().map(ConfigNode::json).collect(),
            ConfigValue::Table(branch) => {
                branch.iter().map(|(key, node)| (key.clone(), node.json())).collect::<serde_json::Map<_, _>>().into()
            }
        }
    }
    /// The number of values in it, itself included.
    pub fn count(&self) -> usize {
        1 + match &self.value {
            ConfigValue::Table(branch) => branch.values().map(ConfigNode::count).sum(),
            ConfigValue::List(items) => items.iter().map(ConfigNode::count).sum(),
            _ => 0,
        }
    }
    /// Adds the place of the value and of every value in it, by dotted path.
    pub fn origins(&self, path: &str, origins: &mut Vec<(String, Place)>) {
        if !path.is_empty() {
            origins.push((path.to_owned(), self.place.clone()));
        }
        match &self.value {
            ConfigValue::Table(branch) => {
                branch.iter().for_each(|(key, node)| node.origins(&joined(path, key), origins))
            }
            ConfigValue::List(items) => {
                items.iter().enumerate().for_each(|(at, node)| node.origins(&joined(path, &at.to_string()), origins));
            }
            _ => {}
        }
    }
}

impl ConfigValue {
    /// The kind of value, as messages name it.
    pub fn kind(&self) -> &'static str {
        match self {
            ConfigValue::Boolean(_) => "true or false",
            ConfigValue::Integer(_) => "a whole number",
            ConfigValue::Float(_) => "a number",
            ConfigValue::Text(_) => "text",
            ConfigValue::List(_) => "a list",
            ConfigValue::Table(_) => "a table",
            ConfigValue::Broken => "no value",
        }
    }
}

/// Parses TOML with recovery: returns the tree as far as it could be parsed, and false if parts of it are missing.
pub fn parse(source: &SourceText, faults: &mut Vec<Fault>) -> (ConfigNode, bool) {
    // Recovery takes about a hundred bytes of memory for each faulty byte.
    const RECOVERED: usize = 1 << 20;
    let (table, errors) = if source.text().len() <= RECOVERED {
        DeTable::parse_recoverable(source.text())
    } else {
        match DeTable::parse(source.text()) {
            Ok(table) => (table, Vec::new()),
            Err(error) => (Spanned::new(0..0, DeTable::new()), vec![error]),
        }
    };
    let sound = errors.iter().all(|error| error.message() == DUPLICATE);
    faults.extend(syntax(&errors, source));
    let whole = table.span();
    let node = ConfigNode::new(
        ConfigValue::Table(top_entries(table.into_inner(), source, faults)),
        source.place(whole.start, whole.start),
    );
    (node, sound)
}

const DUPLICATE: &str = "duplicate key";

/// The first faults that the TOML parser found.
fn syntax(errors: &[toml::de::Error], source: &SourceText) -> Vec<Fault> {
    const SHOWN: usize = 10;
    let place =
        |error: &toml::de::Error| error.span().map_or(source.place(0, 0), |span| source.place(span.start, span.end));
    // Errors after too deep a nesting are only its consequences.
    if let Some(deep) = errors.iter().find(|error| error.message().contains("recurs")) {
        return vec![Fault::new("syntax", "brackets or keys are nested too deeply").at(place(deep))];
    }
    let found = errors.iter().take(SHOWN).map(|error| {
        if error.message() != DUPLICATE {
            return Fault::new("syntax", error.message()).at(place(error));
        }
        let key = error.span().and_then(|span| source.text().get(span)).unwrap_or("this key");
        let fault = Fault::new("duplicate-key", format!("`{}` is given twice", shown(key))).at(place(error));
        fault.help("keep one of the two; a table `[x.y]` may also be opened only once")
    });
    let mut faults: Vec<Fault> = found.collect();
    faults.dedup();
    faults
}

/// Parses one TOML value that starts at byte `offset` of a source; none if it is not a TOML value.
pub fn parse_value(text: &str, source: &SourceText, offset: usize, faults: &mut Vec<Fault>) -> Option<ConfigNode> {
    let value = DeValue::parse(text).ok()?;
    let span = value.span();
    let place = |span: Range<usize>| source.place(offset + span.start, offset + span.end);
    Some(node(value, place(span), &place, faults))
}

fn top_entries(table: DeTable<'_>, source: &SourceText, faults: &mut Vec<Fault>) -> ConfigTable {
    entries(table, &|span: Range<usize>| source.place(span.start, span.end), faults)
}

fn entries(table: DeTable<'_>, place: &dyn Fn(Range<usize>) -> Place, faults: &mut Vec<Fault>) -> ConfigTable {
    let mut entries = ConfigTable::new();
    for (key, value) in table {
        let (at, span) = (place(key.span()), value.span());
        let mut entry = node(value, place(span), place, faults);
        entry.key = at;
        entries.insert(key.into_inner().into_owned(), entry);
    }
    entries
}

fn node(
    value: Spanned<DeValue<'_>>,
    at: Place,
    place: &dyn Fn(Range<usize>) -> Place,
    faults: &mut Vec<Fault>,
) -> ConfigNode {
    let value = match value.into_inner() {
        DeValue::Boolean(yes) => ConfigValue::Boolean(yes),
        DeValue::String(text) => ConfigValue::Text(text.into_owned()),
        DeValue::Datetime(date) => ConfigValue::Text(date.to_string()),
        DeValue::Integer(number) => integer(number.as_str(), number.radix(), &at, faults),
        DeValue::Float(number) => float(number.as_str(), &at, faults),
        DeValue::Array(items) => {
            let mut list = Vec::with_capacity(items.len());
            for item in items {
                let at = place(item.span());
                list.push(node(item, at, place, faults));
            }
            ConfigValue::List(list)
        }
        DeValue::Table(table) => ConfigValue::Table(entries(table, place, faults)),
    };
    ConfigNode::new(value, at)
}

fn integer(text: &str, radix: u32, at: &Place, faults: &mut Vec<Fault>) -> ConfigValue {
    let Ok(number) = i64::from_str_radix(text, radix) else {
        faults.push(
            Fault::new("huge-number", format!("`{}` is too large a whole number", shown(text)))
                .at(at.clone())
                .help("whole numbers lie between -9223372036854775808 and 9223372036854775807"),
        );
        return ConfigValue::Broken;
    };
    ConfigValue::Integer(number)
}

fn float(text: &str, at: &Place, faults: &mut Vec<Fault>) -> ConfigValue {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => ConfigValue::Float(number),
        _ => {
            faults.push(
                Fault::new("not-finite", format!("`{}` is not a number that can be computed with", shown(text)))
                    .at(at.clone())
                    .help("give a finite number, or leave the key out"),
            );
            ConfigValue::Broken
        }
    }
}
