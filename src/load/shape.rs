//! Checks the shape of a tree against the JSON schema of scenarios, and finds all faults at once.
use super::tree::{ConfigNode, ConfigValue};
use crate::scenario::fault::{Fault, Place};
use crate::scenario::schema::{self, follow};
use crate::scenario::words::{instead, is_hidden, joined, list, nearest, shown};
use serde_json::Value;

/// The faults in the shape of a tree.
#[derive(Debug, Default)]
pub struct ShapeFaults {
    /// The faults.
    pub faults: Vec<Fault>,
    /// The paths of the faulty values, each as a list of keys; an empty list is the whole scenario.
    pub paths: Vec<Vec<String>>,
}

/// Checks a complete scenario against the schema.
pub fn check(tree: &ConfigNode) -> ShapeFaults {
    let mut checker = ShapeChecker { found: ShapeFaults::default(), path: Vec::new() };
    checker.value(schema::complete(), tree);
    checker.found
}

struct ShapeChecker {
    found: ShapeFaults,
    path: Vec<String>,
}

impl ShapeChecker {
    fn fault(&mut self, fault: Fault, place: &Place) {
        self.found.faults.push(fault.at(place.clone()));
        self.found.paths.push(self.path.clone());
    }

    /// Whether there are so many faults that the check stops.
    fn is_full(&self) -> bool {
        const MOST: usize = 2000;
        self.found.faults.len() >= MOST
    }

    /// The path in a message: keys joined by dots.
    fn here(&self) -> String {
        if self.path.is_empty() { "the scenario".to_owned() } else { format!("`{}`", shown_path(&self.path)) }
    }

    fn value(&mut self, rule: &'static Value, node: &ConfigNode) {
        let rule = follow(rule);
        if self.is_full() {
            return;
        }
        if matches!(node.value, ConfigValue::Broken) {
            self.found.paths.push(self.path.clone());
            return;
        }
        if let Some(options) = rule["anyOf"].as_array() {
            return self.any(options, node);
        }
        if rule["oneOf"].is_array() || rule["enum"].is_array() {
            return self.word(rule, node);
        }
        match (rule["type"].as_str(), &node.value) {
            (Some("object"), ConfigValue::Table(_)) => self.table(rule, node),
            (Some("array"), ConfigValue::List(items)) => self.list(rule, node, items),
            (Some("string"), ConfigValue::Text(text)) => self.text(rule, node, text),
            (Some("boolean"), ConfigValue::Boolean(_)) => {}
            (Some("integer"), ConfigValue::Integer(number)) => self.number(rule, node, *number as f64),
            (Some("number"), ConfigValue::Integer(number)) => self.number(rule, node, *number as f64),
            (Some("number"), ConfigValue::Float(number)) => self.number(rule, node, *number),
            (None, _) => {}
            (Some(kind), _) => self.wrong_kind(wanted(kind), node),
        }
    }

    fn wrong_kind(&mut self, wanted: &str, node: &ConfigNode) {
        let given = match &node.value {
            ConfigValue::Text(text) => format!("`{}`", shown(text)),
            ConfigValue::Float(number) => format!("`{number}`"),
            other => other.kind().to_owned(),
        };
        let mut fault = Fault::new("wrong-type", format!("{} must be {wanted}, not {given}", self.here()));
        let has_comma =
            |text: &str| text.contains(',') && text.bytes().all(|b| b.is_ascii_digit() || b"+-., ".contains(&b));
        if wanted.ends_with("number") && node.text().is_some_and(has_comma) {
            fault = fault.help("a number has a decimal point and no commas, such as `20.5`");
        }
        self.fault(fault, &node.place);
    }

    /// Checks a value that may have one of several types.
    fn any(&mut self, options: &'static [Value], node: &ConfigNode) {
        let kinds: Vec<&str> = options.iter().filter_map(|option| follow(option)["type"].as_str()).collect();
        let right = options.iter().find(|option| {
            matches!(
                (follow(option)["type"].as_str(), &node.value),
                (Some("boolean"), ConfigValue::Boolean(_))
                    | (Some("integer"), ConfigValue::Integer(_))
                    | (Some("string"), ConfigValue::Text(_))
                    | (Some("array"), ConfigValue::List(_))
            )
        });
        match right {
            Some(option) => self.value(option, node),
            None => self.wrong_kind(&kinds.iter().map(|kind| wanted(kind)).collect::<Vec<_>>().join(" or "), node),
        }
    }

    /// Checks a word of a closed vocabulary.
    fn word(&mut self, rule: &'static Value, node: &ConfigNode) {
        let options = rule["oneOf"].as_array().or_else(|| rule["enum"].as_array());
        let words = options.into_iter().flatten();
        let words: Vec<&str> =
            words.filter_map(|option| option["const"].as_str().or_else(|| option.as_str())).collect();
        let Some(text) = node.text() else { return self.wrong_kind(&format!("one of {}", list(words)), node) };
        if words.contains(&text) {
            return;
        }
        let help = match nearest(text, words.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? the words are {}", list(words)),
            None => format!("the words are {}", list(words)),
        };
        let fault = Fault::new("unknown-word", format!("{} cannot be `{}`", self.here(), shown(text))).help(help);
        self.fault(fault, &node.place);
    }

    fn table(&mut self, rule: &'static Value, node: &ConfigNode) {
        let Some(branch) = node.entries() else { return };
        for (key, inner) in branch {
            self.path.push(key.clone());
            match schema::below(rule, key) {
                Some(below) => {
                    if let Some(pattern) = rule["propertyNames"]["pattern"].as_str() {
                        self.pattern(pattern, key, &inner.key);
                    }
                    self.value(below, inner);
                }
                None if rule["additionalProperties"] == false && !self.is_full() => self.unknown_key(rule, key, inner),
                None => {}
            }
            self.path.pop();
        }
        let required = rule["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        for key in required.filter(|key| !branch.contains_key(*key)) {
            let what = rule["properties"][key]["description"].as_str().unwrap_or_default();
            let what = what.trim_end_matches('.');
            let fault = Fault::new("missing-key", format!("{} has no `{key}`", self.here()));
            self.fault(fault.help(format!("`{key}`: {}", lower_first(what))), &node.key);
        }
        let fewest = rule["minProperties"].as_u64().unwrap_or(0);
        if (branch.len() as u64) < fewest {
            self.fault(Fault::new("empty", format!("{} is empty", self.here())), &node.place);
        }
    }

    fn unknown_key(&mut self, rule: &'static Value, key: &str, node: &ConfigNode) {
        let known = rule["properties"].as_object();
        let known: Vec<&str> = known.into_iter().flatten().map(|(key, _)| key.as_str()).collect();
        let above = &self.path[..self.path.len() - 1];
        let whose = if above.is_empty() { "a scenario".to_owned() } else { format!("`{}`", shown_path(above)) };
        let help = match nearest(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.len() > 40 => "`noforn schema` lists the keys there are".to_owned(),
            None => format!("the keys are {}", list(known)),
        };
        self.fault(Fault::new("unknown-key", format!("{whose} has no key `{}`", shown(key))).help(help), &node.key);
    }

    fn list(&mut self, rule: &'static Value, node: &ConfigNode, items: &[ConfigNode]) {
        let least = rule["minItems"].as_u64().unwrap_or(0);
        let most = rule["maxItems"].as_u64().unwrap_or(100_000);
        let length = items.len() as u64;
        if length < least || length > most {
            let wanted = if least == most { format!("{least} values") } else { format!("{least} to {most} values") };
            let fault = Fault::new("wrong-length", format!("{} must have {wanted}, not {length}", self.here()));
            self.fault(fault, &node.place);
        }
        for (at, item) in items.iter().enumerate() {
            self.path.push(at.to_string());
            self.value(&rule["items"], item);
            self.path.pop();
        }
    }

    fn text(&mut self, rule: &'static Value, node: &ConfigNode, text: &str) {
        const LONGEST: usize = 65_536;
        if let Some(hidden) = text.chars().find(|c| is_hidden(*c) && !matches!(c, '\n' | '\t' | '\r')) {
            let hidden = hidden.escape_unicode();
            let fault =
                Fault::new("control-character", format!("{} holds the invisible character `{hidden}`", self.here()));
            return self.fault(fault.help("take it out; line breaks and tabs are fine in text"), &node.place);
        }
        if text.len() > LONGEST {
            let fault = Fault::new("long-text", format!("{} is {} bytes long", self.here(), text.len()));
            return self.fault(fault.help(format!("text has at most {LONGEST} bytes")), &node.place);
        }
        if let Some(pattern) = rule["pattern"].as_str() {
            self.pattern(pattern, text, &node.place);
        }
    }

    fn pattern(&mut self, pattern: &str, text: &str, place: &Place) {
        if schema::fits(pattern, text) != Some(false) {
            return;
        }
        let (code, what, help) = match pattern {
            schema::NATION => ("bad-id", "a nation's id", nation_help(text)),
            schema::FACT => {
                ("bad-id", "the id of a fact", "lower-case letters, digits and `_`, a letter first".to_owned())
            }
            schema::QUARTER => ("bad-date", "a quarter", "a quarter is written such as `2019Q1`".to_owned()),
            schema::DAY => (
                "bad-date",
                "a quarter or a date",
                "write a quarter such as `2019Q1` or a date such as `2019-02-21`".to_owned(),
            ),
            _ => ("bad-id", "an id", "an id is a letter, then up to 63 letters, digits, `-` and `_`".to_owned()),
        };
        self.fault(Fault::new(code, format!("`{}` is not {what}", shown(text))).help(help), place);
    }

    fn number(&mut self, rule: &'static Value, node: &ConfigNode, number: f64) {
        let least = rule["minimum"].as_f64().unwrap_or(f64::MIN);
        let most = rule["maximum"].as_f64().unwrap_or(f64::MAX);
        if (least..=most).contains(&number) {
            return;
        }
        let help = match (rule["minimum"].as_f64(), rule["maximum"].as_f64()) {
            (Some(least), Some(most)) if least == most => format!("it must be {least}"),
            (Some(least), Some(most)) => format!("it lies between {least} and {most}"),
            (Some(least), None) => format!("it is at least {least}"),
            _ => format!("it is at most {most}"),
        };
        let size = if number < least { "too small" } else { "too large" };
        let given = match &node.value {
            ConfigValue::Integer(exact) => exact.to_string(),
            _ => number.to_string(),
        };
        let fault = Fault::new("out-of-range", format!("{} is {size}: {given}", self.here())).help(help);
        self.fault(fault, &node.place);
    }
}

fn nation_help(text: &str) -> String {
    match crate::scenario::countries::meant(text) {
        Some((code, name)) => format!("{name} is `{code}`"),
        None => "a nation's id is its ISO 3166-1 alpha-3 code: three capital letters such as `DEU`".to_owned(),
    }
}

/// A type of the schema, as messages name it.
fn wanted(kind: &str) -> &'static str {
    match kind {
        "string" => "text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        _ => "a table",
    }
}

fn shown_path(path: &[String]) -> String {
    path.iter().fold(String::new(), |whole, key| joined(&whole, &shown(key)))
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next();
    first.map(|c| c.to_lowercase().collect::<String>()).unwrap_or_default() + characters.as_str()
}

/// Help for an unknown table.
pub fn tables_help(table: &str, tables: &[&'static str]) -> String {
    instead(table, tables.iter().copied(), "no table is read from CSV")
}
