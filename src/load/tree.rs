//! The tree of a file: values that know where they were written.
use crate::scenario::fault::{Fault, Place};
use crate::scenario::source::Source;
use crate::scenario::words::{joined, shown};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where the value stands.
    pub place: Place,
    /// Where its key stands (the value's own place in a list).
    pub key: Place,
}

/// A value of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Float(f64),
    /// Text; also a date.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Branch),
    /// What is no value, such as a number that is not finite; its fault has been told.
    Broken,
}

/// The entries of a table.
pub type Branch = BTreeMap<String, Node>;

impl Node {
    /// A value with one place for key and value.
    pub fn new(value: Value, place: Place) -> Self {
        Self { value, key: place.clone(), place }
    }
    /// An empty table.
    pub fn table(place: Place) -> Self {
        Self::new(Value::Table(Branch::new()), place)
    }
    /// Its entries, where it is a table.
    pub fn branch(&self) -> Option<&Branch> {
        match &self.value {
            Value::Table(branch) => Some(branch),
            _ => None,
        }
    }
    /// Its entries, where it is a table, to change.
    pub fn branch_mut(&mut self) -> Option<&mut Branch> {
        match &mut self.value {
            Value::Table(branch) => Some(branch),
            _ => None,
        }
    }
    /// Its text, where it is text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
    /// The value at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.branch()?.get(*key))
    }
    /// The same as JSON, for the types to read.
    pub fn json(&self) -> serde_json::Value {
        match &self.value {
            Value::Boolean(yes) => (*yes).into(),
            Value::Broken => serde_json::Value::Null,
            Value::Integer(number) => (*number).into(),
            Value::Float(number) => (*number).into(),
            Value::Text(text) => text.as_str().into(),
            Value::List(items) => items.iter().map(Node::json).collect(),
            Value::Table(branch) => {
                branch.iter().map(|(key, node)| (key.clone(), node.json())).collect::<serde_json::Map<_, _>>().into()
            }
        }
    }
    /// How many values it is, itself included.
    pub fn count(&self) -> usize {
        1 + match &self.value {
            Value::Table(branch) => branch.values().map(Node::count).sum(),
            Value::List(items) => items.iter().map(Node::count).sum(),
            _ => 0,
        }
    }
    /// Records where the value stands, and every value in it, by dotted path.
    pub fn origins(&self, path: &str, origins: &mut Vec<(String, Place)>) {
        if !path.is_empty() {
            origins.push((path.to_owned(), self.place.clone()));
        }
        match &self.value {
            Value::Table(branch) => branch.iter().for_each(|(key, node)| node.origins(&joined(path, key), origins)),
            Value::List(items) => {
                items.iter().enumerate().for_each(|(at, node)| node.origins(&joined(path, &at.to_string()), origins));
            }
            _ => {}
        }
    }
}

impl Value {
    /// What kind of value it is, in a reader's words.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Boolean(_) => "true or false",
            Value::Integer(_) => "a whole number",
            Value::Float(_) => "a number",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Broken => "no value",
        }
    }
}

/// Reads TOML: the tree as far as it could be understood, the faults, and whether the tree may be relied on.
pub fn parse(source: &Source, faults: &mut Vec<Fault>) -> (Node, bool) {
    // Recovery takes a hundred bytes or so for each byte that is wrong.
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
    let node =
        Node::new(Value::Table(branch(table.into_inner(), source, faults)), source.place(whole.start, whole.start));
    (node, sound)
}

const DUPLICATE: &str = "duplicate key";

/// What the reader of TOML complains of, the first few.
fn syntax(errors: &[toml::de::Error], source: &Source) -> Vec<Fault> {
    const SHOWN: usize = 10;
    let place =
        |error: &toml::de::Error| error.span().map_or(source.place(0, 0), |span| source.place(span.start, span.end));
    // All that follows too deep a nesting comes of it.
    if let Some(deep) = errors.iter().find(|error| error.message().contains("recurs")) {
        return vec![Fault::new("syntax", "brackets or keys are nested too deeply").at(place(deep))];
    }
    let told = errors.iter().take(SHOWN).map(|error| {
        if error.message() != DUPLICATE {
            return Fault::new("syntax", error.message()).at(place(error));
        }
        let key = error.span().and_then(|span| source.text().get(span)).unwrap_or("this key");
        let fault = Fault::new("duplicate-key", format!("`{}` is given twice", shown(key))).at(place(error));
        fault.help("keep one of the two; a table `[x.y]` may also be opened only once")
    });
    let mut told: Vec<Fault> = told.collect();
    told.dedup();
    told
}

/// Reads one TOML value, which starts at byte `offset` of a source; none where it is no TOML value.
pub fn parse_value(text: &str, source: &Source, offset: usize, faults: &mut Vec<Fault>) -> Option<Node> {
    let value = DeValue::parse(text).ok()?;
    let span = value.span();
    let place = |span: Range<usize>| source.place(offset + span.start, offset + span.end);
    Some(node(value, place(span), &place, faults))
}

fn branch(table: DeTable<'_>, source: &Source, faults: &mut Vec<Fault>) -> Branch {
    entries(table, &|span: Range<usize>| source.place(span.start, span.end), faults)
}

fn entries(table: DeTable<'_>, place: &dyn Fn(Range<usize>) -> Place, faults: &mut Vec<Fault>) -> Branch {
    let mut branch = Branch::new();
    for (key, value) in table {
        let (at, span) = (place(key.span()), value.span());
        let mut entry = node(value, place(span), place, faults);
        entry.key = at;
        branch.insert(key.into_inner().into_owned(), entry);
    }
    branch
}

fn node(
    value: Spanned<DeValue<'_>>,
    at: Place,
    place: &dyn Fn(Range<usize>) -> Place,
    faults: &mut Vec<Fault>,
) -> Node {
    let value = match value.into_inner() {
        DeValue::Boolean(yes) => Value::Boolean(yes),
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Datetime(date) => Value::Text(date.to_string()),
        DeValue::Integer(number) => integer(number.as_str(), number.radix(), &at, faults),
        DeValue::Float(number) => float(number.as_str(), &at, faults),
        DeValue::Array(items) => {
            let item = |value: Spanned<DeValue<'_>>| {
                let at = place(value.span());
                node(value, at, place, faults)
            };
            Value::List(items.into_iter().map(item).collect())
        }
        DeValue::Table(table) => Value::Table(entries(table, place, faults)),
    };
    Node::new(value, at)
}

fn integer(text: &str, radix: u32, at: &Place, faults: &mut Vec<Fault>) -> Value {
    let Ok(number) = i64::from_str_radix(text, radix) else {
        faults.push(
            Fault::new("huge-number", format!("`{}` is too large a whole number", shown(text)))
                .at(at.clone())
                .help("whole numbers lie between -9223372036854775808 and 9223372036854775807"),
        );
        return Value::Broken;
    };
    Value::Integer(number)
}

fn float(text: &str, at: &Place, faults: &mut Vec<Fault>) -> Value {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Value::Float(number),
        _ => {
            faults.push(
                Fault::new("not-finite", format!("`{}` is not a number that can be computed with", shown(text)))
                    .at(at.clone())
                    .help("give a finite number, or leave the key out"),
            );
            Value::Broken
        }
    }
}
