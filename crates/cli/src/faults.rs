//! Faults as text with their source lines, or as JSON.
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use noforn::load::Faults;
use noforn::scenario::fault::{Fault, Place};
use serde_json::{Value, json};

/// Greatest length of a quoted source, in bytes; a longer one is not quoted.
const LONGEST_QUOTE: usize = 2000;
/// Greatest number of faults in the text.
const MOST_FAULTS: usize = 100;
/// Greatest number of quoted lines of a fault.
const MOST_LINES: usize = 6;

/// Every fault with its source lines, in colour (`anstream` removes colour where it is not wanted).
pub fn render_all(found: &Faults) -> String {
    let mut out = String::new();
    for fault in found.faults.iter().take(MOST_FAULTS) {
        out.push_str(&render_fault(found, fault));
        out.push_str("\n\n");
    }
    if found.faults.len() > MOST_FAULTS {
        let more = format!("and {} faults more", found.faults.len() - MOST_FAULTS);
        out.push_str(&render_message(&more, Some("mend these first; `--json` gives them all")));
    }
    out
}

/// A message without a place.
pub fn render_message(message: &str, help: Option<&str>) -> String {
    let mut group = Group::with_title(Level::ERROR.primary_title(message));
    if let Some(help) = help {
        group = group.element(Level::HELP.message(help));
    }
    format!("{}\n", Renderer::styled().render(&[group]))
}

/// The path of a file from the current folder.
pub fn path(folder: &str, place: &Place) -> String {
    let file = &*place.file;
    if file.starts_with('/') || file.starts_with("--") { file.to_owned() } else { format!("{folder}{file}") }
}

fn render_fault(found: &Faults, fault: &Fault) -> String {
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
        Some((quote, start)) if quote.len() <= LONGEST_QUOTE => {
            let span = place.start - start..(place.end - start).min(quote.len());
            let annotation = AnnotationKind::Primary.span(span);
            group.element(Snippet::source(quote).line_start(line).path(name).annotation(annotation))
        }
        _ => group.element(Origin::path(name).line(line).char_column(usize::try_from(place.column).unwrap_or(1))),
    }
}

/// The complete lines of a place, at most `MOST_LINES`, and the byte where they start.
fn lines<'a>(text: &'a str, place: &Place) -> (&'a str, usize) {
    let start = text[..place.start].rfind('\n').map_or(0, |newline| newline + 1);
    let rest = &text[place.start..];
    let wanted = place.end - place.start;
    let ends = rest.match_indices('\n').map(|(at, _)| at);
    let end =
        ends.enumerate().find(|(count, at)| *at >= wanted || count + 1 == MOST_LINES).map_or(rest.len(), |(_, at)| at);
    (&text[start..place.start + end], start)
}

/// Every fault as JSON.
pub fn to_json(found: &Faults) -> Value {
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
