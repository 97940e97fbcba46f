//! Faults, drawn with the lines they are in, or as JSON.
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use noforn::load::Faults;
use noforn::scenario::fault::{Fault, Place};
use serde_json::{Value, json};

/// A longer stretch of lines is not drawn: the place says where it is.
const LONGEST: usize = 2000;
/// How many faults are drawn.
const MOST: usize = 100;
/// How many lines of a fault are drawn.
const LINES: usize = 6;

/// Every fault, drawn with its source line, in colour (`anstream` takes it out where it is not wanted).
pub fn drawn(found: &Faults) -> String {
    let mut out = String::new();
    for fault in found.faults.iter().take(MOST) {
        out.push_str(&one(found, fault));
        out.push_str("\n\n");
    }
    if found.faults.len() > MOST {
        let more = format!("and {} faults more", found.faults.len() - MOST);
        out.push_str(&plain(&more, Some("mend these first; `--json` gives them all")));
    }
    out
}

/// A message without a place.
pub fn plain(message: &str, help: Option<&str>) -> String {
    let mut group = Group::with_title(Level::ERROR.primary_title(message));
    if let Some(help) = help {
        group = group.element(Level::HELP.message(help));
    }
    format!("{}\n", Renderer::styled().render(&[group]))
}

/// The name of a file as one would type it here.
pub fn path(folder: &str, place: &Place) -> String {
    let file = &*place.file;
    if file.starts_with('/') || file.starts_with("--") { file.to_owned() } else { format!("{folder}{file}") }
}

fn one(found: &Faults, fault: &Fault) -> String {
    let mut group = Group::with_title(Level::ERROR.primary_title(&*fault.message).id(fault.code));
    if let Some(place) = &fault.place {
        group = located(group, found, place);
    }
    if let Some(help) = &fault.help {
        group = group.element(Level::HELP.message(&**help));
    }
    Renderer::styled().render(&[group])
}

fn located<'a>(group: Group<'a>, found: &'a Faults, place: &'a Place) -> Group<'a> {
    let name = path(&found.folder, place);
    let line = usize::try_from(place.line).unwrap_or(1);
    let lines = found.texts.get(&place.file).map(|text| lines(text, place));
    match lines {
        Some((quote, start)) if quote.len() <= LONGEST => {
            let span = place.start - start..(place.end - start).min(quote.len());
            let annotation = AnnotationKind::Primary.span(span);
            group.element(Snippet::source(quote).line_start(line).path(name).annotation(annotation))
        }
        _ => group.element(Origin::path(name).line(line).char_column(usize::try_from(place.column).unwrap_or(1))),
    }
}

/// The whole lines of a place, at most a few, and the byte where they start.
fn lines<'a>(text: &'a str, place: &Place) -> (&'a str, usize) {
    let start = text[..place.start].rfind('\n').map_or(0, |newline| newline + 1);
    let rest = &text[place.start..];
    let wanted = place.end - place.start;
    let ends = rest.match_indices('\n').map(|(at, _)| at);
    let end = ends.enumerate().find(|(count, at)| *at >= wanted || count + 1 == LINES).map_or(rest.len(), |(_, at)| at);
    (&text[start..place.start + end], start)
}

/// Every fault as JSON.
pub fn json(found: &Faults) -> Value {
    let faults: Vec<Value> = found.faults.iter().map(|fault| fault_json(&found.folder, fault)).collect();
    json!({ "faults": faults })
}

fn fault_json(folder: &str, fault: &Fault) -> Value {
    let place = fault.place.as_ref();
    json!({
        "code": fault.code,
        "message": fault.message,
        "file": place.map(|place| path(folder, place)),
        "line": place.map(|place| place.line),
        "column": place.map(|place| place.column),
        "help": fault.help,
    })
}
