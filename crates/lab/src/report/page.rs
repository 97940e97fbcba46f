//! The HTML page: sentences, figures, assumptions and commands that reproduce them, in one file without scripts.
use super::ReportData;
use super::assumptions;
use super::figure::{Figure, HtmlTable};
use super::folder::ListedFile;
use super::markup::Markup;
use super::{options, sentences, survival};
use crate::runs::assumed;
use crate::words::count;
use crate::words::grouped;

/// Value of the page's `generator` meta element, without the version. `noforn report --force` recognises its own files
/// by it.
pub const GENERATOR: &str = "noforn report";

/// A section of the page.
#[derive(Debug)]
pub struct Section {
    /// Unique in the page.
    pub id: &'static str,
    /// Its heading.
    pub head: &'static str,
    /// Paragraphs before the figures.
    pub paragraphs: Vec<String>,
    /// Its figures.
    pub figures: Vec<Figure>,
    /// Tables after the figures.
    pub tables: Vec<HtmlTable>,
}

impl Section {
    /// A section without content.
    pub fn new(id: &'static str, head: &'static str) -> Self {
        Self { id, head, paragraphs: Vec::new(), figures: Vec::new(), tables: Vec::new() }
    }
}

/// Writes the whole page.
pub fn page(data: &ReportData<'_>, sections: &[Section]) -> String {
    let title = &data.scenarios()[0].file.title;
    let mut out = Markup::default();
    out.own("<!DOCTYPE html>\n");
    out.open("html", &[("lang", "en")]);
    write_head(&mut out, title);
    out.open("body", &[]);
    out.element("a", &[("class", "skip"), ("href", "#sentences")], "To the report");
    out.open("main", &[]);
    out.element("h1", &[], title);
    if let Some(description) = &data.scenarios()[0].file.description {
        out.element("p", &[("class", "lead")], description);
    }
    out.element("p", &[("class", "lead")], &sentences::what(data));
    write_options(&mut out, data);
    write_sentences(&mut out, data);
    write_contents(&mut out, sections);
    for section in sections {
        write_section(&mut out, section);
    }
    write_assumptions(&mut out, data);
    write_left_out(&mut out, data);
    write_commands(&mut out, data);
    out.close("main");
    out.close("body");
    out.close("html");
    out.end_line();
    out.as_str().to_owned()
}

/// Writes the page of a study that has no variants to show one beside the other: a comparison or a sweep.
pub fn of_study(title: &str, lead: &[String], sections: &[Section]) -> String {
    let mut out = Markup::default();
    out.own("<!DOCTYPE html>\n");
    out.open("html", &[("lang", "en")]);
    write_head(&mut out, title);
    out.open("body", &[]);
    out.open("main", &[]);
    out.element("h1", &[], title);
    lead.iter().for_each(|text| out.element("p", &[("class", "lead")], text));
    sections.iter().for_each(|section| write_section(&mut out, section));
    out.close("main");
    out.close("body");
    out.close("html");
    out.end_line();
    out.as_str().to_owned()
}

fn write_head(out: &mut Markup, title: &str) {
    out.open("head", &[]);
    out.own("<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.own("<meta name=\"referrer\" content=\"no-referrer\">\n");
    // Even if foreign text got into the page unescaped, the browser fetches and runs nothing.
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

fn write_options(out: &mut Markup, data: &ReportData<'_>) {
    let Some(table) = options::table(data) else { return };
    open_section(out, "options", "The options");
    out.append(&table.to_markup());
    if data.scenarios().len() > 1 {
        survival::table(data).iter().for_each(|table| out.append(&table.to_markup()));
        out.element("p", &[], &survival::sentences(data));
    }
    out.close("section");
    out.end_line();
}

fn write_sentences(out: &mut Markup, data: &ReportData<'_>) {
    out.open("section", &[("id", "sentences"), ("aria-labelledby", "sentences-head")]);
    out.element("h2", &[("id", "sentences-head")], "In five sentences");
    out.open("ol", &[("class", "sentences")]);
    for sentence in sentences::five(data) {
        out.element("li", &[], &sentence);
    }
    out.close("ol");
    out.close("section");
    out.end_line();
}

/// Ids and headings of the sections after the figures.
const LAST_SECTIONS: [(&str, &str); 3] =
    [("assumed", "What is assumed"), ("left-out", "What the model leaves out"), ("again", "How to make it again")];

fn write_contents(out: &mut Markup, sections: &[Section]) {
    out.open("nav", &[("aria-label", "Contents")]);
    out.open("ul", &[]);
    let with_figures = sections.iter().map(|section| (section.id, section.head));
    for (id, head) in with_figures.chain(LAST_SECTIONS) {
        out.open("li", &[]);
        out.element("a", &[("href", &format!("#{id}"))], head);
        out.close("li");
    }
    out.close("ul");
    out.close("nav");
    out.end_line();
}

fn write_section(out: &mut Markup, section: &Section) {
    open_section(out, section.id, section.head);
    for paragraph in &section.paragraphs {
        out.element("p", &[], paragraph);
    }
    section.figures.iter().for_each(|figure| out.append(&figure.to_markup()));
    section.tables.iter().for_each(|table| out.append(&table.to_markup()));
    out.close("section");
}

fn open_section(out: &mut Markup, id: &str, head: &str) {
    let label = format!("{id}-head");
    out.open("section", &[("id", id), ("aria-labelledby", &label)]);
    out.element("h2", &[("id", &label)], head);
}

fn write_folded_table(out: &mut Markup, table: &HtmlTable) {
    out.open("details", &[]);
    out.element("summary", &[], &table.caption);
    out.append(&table.to_markup());
    out.close("details");
    out.end_line();
}

fn write_assumptions(out: &mut Markup, data: &ReportData<'_>) {
    let (id, head) = LAST_SECTIONS[0];
    open_section(out, id, head);
    let scenarios = data.scenarios();
    let first = &scenarios[0];
    let source =
        first.file.source.as_ref().map(|source| format!(" The data are described in {source}.")).unwrap_or_default();
    let text = format!(
        "{} values of the scenario are marked as assumptions by its author; the others have the sources given.{source} \
         Parameters called calibrated were fitted to the record of governments' stances, so that record does not test them.",
        grouped(assumed::count(&first.file) as u64)
    );
    out.element("p", &[], &text);
    for variant in &scenarios[1..] {
        write_folded_table(out, &assumptions::changes(first, variant));
    }
    assumptions::tables(first).iter().for_each(|table| write_folded_table(out, table));
    out.close("section");
}

/// What the model leaves out, a list item each.
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

fn write_left_out(out: &mut Markup, data: &ReportData<'_>) {
    let (id, head) = LAST_SECTIONS[1];
    open_section(out, id, head);
    out.open("ul", &[]);
    LEFT_OUT.iter().for_each(|text| out.element("li", &[], text));
    let file = &data.scenarios()[0].file;
    let spread = match file.posterior.len() {
        0 if file.draws() => {
            "Every run has the same parameters: the bands do not hold what is not known about them.".to_owned()
        }
        0 => "Runs differ by luck alone, with the same parameters: the bands do not hold what is not known about the \
              parameters."
            .to_owned(),
        sets => format!(
            "Every run but the first draws its parameters from {sets} sets that calibration left possible: the bands hold \
             that and luck, but not what calibration never varied."
        ),
    };
    out.element("li", &[], &spread);
    if file.ranges() > 0 {
        let ranges = format!(
            "Every run but the first draws the intelligence of {} from a range.",
            count(file.ranges() as u64, "nation")
        );
        out.element("li", &[], &ranges);
    }
    out.close("ul");
    out.close("section");
}

fn write_commands(out: &mut Markup, data: &ReportData<'_>) {
    let (id, head) = LAST_SECTIONS[2];
    open_section(out, id, head);
    let request = &data.folder.request;
    let first = &data.scenarios()[0];
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
    let hashes = HtmlTable {
        caption: "Fingerprints of the resolved scenarios (SHA-256)".to_owned(),
        heads: ["variant", "file", "SHA-256"].map(str::to_owned).to_vec(),
        rows: hashes.collect(),
        source: "datapackage.json",
    };
    out.append(&hashes.to_markup());
    let row = |file: &ListedFile| vec![file.name.clone(), file.rows.to_string(), file.sha256.clone()];
    let files = HtmlTable {
        caption: format!("Fingerprints of the {} tables (SHA-256)", data.folder.files.len()),
        heads: ["file", "rows", "SHA-256"].map(str::to_owned).to_vec(),
        rows: data.folder.files.iter().map(row).collect(),
        source: "datapackage.json",
    };
    write_folded_table(out, &files);
    out.close("section");
}
