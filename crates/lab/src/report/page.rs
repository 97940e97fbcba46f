//! The page: pictures, sentences, assumptions and how to reproduce them, in one file of HTML without scripts.
use super::Findings;
use super::assumptions;
use super::markup::Markup;
use super::picture::{Numbers, Picture};
use super::sentences;
use crate::runs::assumed;

/// How a page of this program can be told.
pub const GENERATOR: &str = "noforn report";

/// A part of the page: its id, its head, what it says first, its pictures.
pub struct Section {
    /// Unique in the page.
    pub id: &'static str,
    /// Its head.
    pub head: &'static str,
    /// What it says before its pictures, a paragraph each.
    pub words: Vec<String>,
    /// Its pictures.
    pub pictures: Vec<Picture>,
}

/// The whole page.
pub fn page(findings: &Findings<'_>, sections: &[Section]) -> String {
    let title = &findings.scenarios()[0].file.title;
    let mut out = Markup::default();
    out.own("<!DOCTYPE html>\n");
    out.open("html", &[("lang", "en")]);
    head(&mut out, title);
    out.open("body", &[]);
    out.element("a", &[("class", "skip"), ("href", "#sentences")], "To the report");
    out.open("main", &[]);
    out.element("h1", &[], title);
    if let Some(description) = &findings.scenarios()[0].file.description {
        out.element("p", &[("class", "lead")], description);
    }
    opening(&mut out, findings);
    contents(&mut out, sections);
    for section in sections {
        drawn(&mut out, section);
    }
    assumed_part(&mut out, findings);
    left_out(&mut out, findings);
    reproduced(&mut out, findings);
    out.close("main");
    out.close("body");
    out.close("html");
    out.end_line();
    out.as_str().to_owned()
}

fn head(out: &mut Markup, title: &str) {
    out.open("head", &[]);
    out.own("<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.own("<meta name=\"referrer\" content=\"no-referrer\">\n");
    // Whatever should slip into the page, nothing is fetched and nothing runs.
    out.own(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
    );
    let generator = format!("{GENERATOR} {}", env!("CARGO_PKG_VERSION"));
    out.open("meta", &[("name", "generator"), ("content", &generator)]);
    out.element("title", &[], &format!("{title}: report"));
    out.own(concat!("<style>\n", include_str!("page/style.css"), "</style>\n"));
    out.close("head");
    out.end_line();
}

fn opening(out: &mut Markup, findings: &Findings<'_>) {
    out.open("section", &[("id", "sentences"), ("aria-labelledby", "sentences-head")]);
    out.element("h2", &[("id", "sentences-head")], "In five sentences");
    out.open("ol", &[("class", "sentences")]);
    for sentence in sentences::five(findings) {
        out.element("li", &[], &sentence);
    }
    out.close("ol");
    out.close("section");
    out.end_line();
}

/// Parts behind the pictures.
const BEHIND: [(&str, &str); 3] =
    [("assumed", "What is assumed"), ("left-out", "What the model leaves out"), ("again", "How to make it again")];

fn contents(out: &mut Markup, sections: &[Section]) {
    out.open("nav", &[("aria-label", "Contents")]);
    out.open("ul", &[]);
    let drawn = sections.iter().map(|section| (section.id, section.head));
    for (id, head) in drawn.chain(BEHIND) {
        out.open("li", &[]);
        out.element("a", &[("href", &format!("#{id}"))], head);
        out.close("li");
    }
    out.close("ul");
    out.close("nav");
    out.end_line();
}

fn drawn(out: &mut Markup, section: &Section) {
    begin(out, section.id, section.head);
    for words in &section.words {
        out.element("p", &[], words);
    }
    section.pictures.iter().for_each(|picture| out.append(&picture.markup()));
    out.close("section");
}

fn begin(out: &mut Markup, id: &str, head: &str) {
    let label = format!("{id}-head");
    out.open("section", &[("id", id), ("aria-labelledby", &label)]);
    out.element("h2", &[("id", &label)], head);
}

fn fold(out: &mut Markup, numbers: &Numbers) {
    out.open("details", &[]);
    out.element("summary", &[], &numbers.caption);
    out.append(&numbers.markup());
    out.close("details");
    out.end_line();
}

fn assumed_part(out: &mut Markup, findings: &Findings<'_>) {
    let (id, head) = BEHIND[0];
    begin(out, id, head);
    let scenarios = findings.scenarios();
    let first = &scenarios[0];
    let source =
        first.file.source.as_ref().map(|source| format!(" The data are described in {source}.")).unwrap_or_default();
    let text = format!(
        "{} values of the scenario are marked as assumptions by its author; the others have the sources given.{source} \
         Parameters called calibrated were fitted to the record of governments' stances, so that record does not test them.",
        assumed::count(&first.file)
    );
    out.element("p", &[], &text);
    for variant in &scenarios[1..] {
        fold(out, &assumptions::changes(first, variant));
    }
    assumptions::tables(first).iter().for_each(|numbers| fold(out, numbers));
    out.close("section");
}

/// What nobody should read into the pictures.
const LEFT_OUT: [&str; 7] = [
    "Governments are single actors with a stance each: no parties, ministries, courts or elections, and no change of mind but \
     by the reviews of the model.",
    "Nobody learns: weights and rules of choice stay as they are for the whole run.",
    "Intelligence is a count of reports with a level, a subject and readers; what a report says, and whether it is true, does \
     not occur. A warning counts as missed if the nation it concerns does not read it.",
    "Equipment matters only through vendors and their home states; other ways of spying, and defences against them, are left out.",
    "Whether a vendor is compromised is drawn by chance with an assumed probability; nothing here is evidence for or against it.",
    "Every network of a host may serve every mission there: the data do not say which does.",
    "Trade, prices and technology follow fixed curves; there is no war, no crisis and no new vendor during a run.",
];

fn left_out(out: &mut Markup, findings: &Findings<'_>) {
    let (id, head) = BEHIND[1];
    begin(out, id, head);
    out.open("ul", &[]);
    LEFT_OUT.iter().for_each(|text| out.element("li", &[], text));
    let sets = findings.scenarios()[0].file.posterior.len();
    let spread = match sets {
        0 => "Runs differ by luck alone, with the same parameters: the bands do not hold what is not known about the \
              parameters."
            .to_owned(),
        sets => format!(
            "Every run but the first draws its parameters from {sets} sets that calibration left possible: the bands hold \
             that and luck, but not what calibration never varied."
        ),
    };
    out.element("li", &[], &spread);
    out.close("ul");
    out.close("section");
}

fn reproduced(out: &mut Markup, findings: &Findings<'_>) {
    let (id, head) = BEHIND[2];
    begin(out, id, head);
    let request = &findings.folder.request;
    let first = &findings.scenarios()[0];
    let text = format!(
        "Made from a folder of results of noforn {} with seed {}. The same version, scenario and seed give the same bytes on \
         every machine. FOLDER is the folder this report was made from.",
        request.engine_version, first.file.run.seed
    );
    out.element("p", &[], &text);
    let file =
        request.variants.iter().find(|kept| kept.variant == first.variant).map_or("scenario.toml", |kept| &kept.file);
    let commands = format!(
        "noforn verify FOLDER                  # runs it again and compares every byte\n\
         noforn run FOLDER/{file} --reps {} -o elsewhere    # {} alone, to change and run\n\
         noforn report FOLDER                  # this page\n",
        request.reps, first.variant
    );
    out.open("div", &[("class", "numbers"), ("role", "group"), ("tabindex", "0"), ("aria-label", "Commands")]);
    out.element("pre", &[], &commands);
    out.close("div");
    let hashes =
        request.variants.iter().map(|kept| vec![kept.variant.clone(), kept.file.clone(), kept.scenario_sha256.clone()]);
    let hashes = Numbers {
        caption: "Fingerprints of the resolved scenarios (SHA-256)".to_owned(),
        heads: ["variant", "file", "SHA-256"].map(str::to_owned).to_vec(),
        rows: hashes.collect(),
        source: "datapackage.json",
    };
    out.append(&hashes.markup());
    let row = |file: &super::folder::Listed| vec![file.name.clone(), file.rows.to_string(), file.sha256.clone()];
    let files = Numbers {
        caption: format!("Fingerprints of the {} tables (SHA-256)", findings.folder.files.len()),
        heads: ["file", "rows", "SHA-256"].map(str::to_owned).to_vec(),
        rows: findings.folder.files.iter().map(row).collect(),
        source: "datapackage.json",
    };
    fold(out, &files);
    out.close("section");
}
