//! The judged statements as a page of Markdown: the table, the misses and what they mean.
use super::statement::{Assessment, JudgedStatement, Statistic};
use super::text::{count_holding, criterion, holds, interval, short, width};

/// How the statements were tested, for the head of the page.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// The title of the scenario.
    pub title: String,
    /// The command that writes the page.
    pub command: String,
    /// Runs of each variant.
    pub reps: u32,
    /// Master seed.
    pub seed: u64,
    /// Nations on record.
    pub recorded: usize,
    /// True if runs draw their parameters from a posterior.
    pub draws: bool,
}

/// The mark before the statements on a page that has more than the statements.
pub const OPEN: &str = "<!-- statements -->\n";
/// The mark after the statements.
pub const CLOSE: &str = "<!-- /statements -->\n";

/// What is before the statements of a page, and what is after them; `None` without both marks.
fn around_marks(page: &str) -> Option<(&str, &str)> {
    let start = page.find(OPEN)? + OPEN.len();
    Some((&page[..start], &page[start + page[start..].find(CLOSE)?..]))
}

/// True if a page has the marks between which the statements go.
pub fn has_marks(page: &str) -> bool {
    around_marks(page).is_some()
}

/// Returns the page with these statements: between the marks of the existing page, or as a new page.
pub fn insert_into_page(there: Option<&str>, statements: &str) -> String {
    match there.and_then(around_marks) {
        Some((before, after)) => format!("{before}{statements}{after}"),
        None => format!("# Evidence\n\n{OPEN}{statements}{CLOSE}"),
    }
}

/// The statements as a section of a page.
pub fn section(verdicts: &[JudgedStatement], provenance: &Provenance) -> String {
    let mut page = head(verdicts, provenance);
    page += "| | statement, statistic | unit | on record | model's median | 90 % interval | width allowed | holds |\n";
    page += "| --- | --- | --- | --- | --- | --- | --- | --- |\n";
    for verdict in verdicts {
        let holds = if verdict.holds() { "**holds**" } else { "**missed**" };
        let says = escaped(verdict.statement.says);
        page += &format!("| **{}** | **{says}** | | | | | | {holds} |\n", verdict.statement.number);
        verdict.rows().for_each(|(statistic, assessment)| page += &line(statistic, assessment, provenance.reps));
    }
    page += &misses(verdicts);
    page += &notes(verdicts);
    page
}

fn head(verdicts: &[JudgedStatement], provenance: &Provenance) -> String {
    let Provenance { title, command, reps, seed, recorded, draws } = provenance;
    let draws = if *draws {
        ", every run but the first with a draw of the parameters that calibration left possible"
    } else {
        ""
    };
    let (held, all) = (count_holding(verdicts), verdicts.len());
    format!(
        "## The eighteen statements\n\n\
         Eighteen statements say what a credible run of the 2019 scenario shows. They were written down before the model \
         was held to them, each can fail, and none is left out. **{held} of {all} hold; {} do not.** What does not hold is \
         named below, with what it means for the use of the model.\n\n\
         This part of the page is made by the program and not by hand:\n\n```\n{command}\n```\n\n\
         Scenario: {title}. {reps} runs of the scenario as it stands and of the threat carried out to the letter \
         (`as-spoken`), on the same luck (seed {seed}){draws}; statistics of counts are taken over the {recorded} nations of the \
         record.\n\n\
         A statistic is computed in every run. It holds if the 90 % interval over runs (5 % to 95 % quantile) contains the \
         value on record and is no wider than a width that was fixed beforehand. Where the statement gives a range or a \
         bound instead of a number (`>=`, `<=`, `to`), the whole interval has to lie within. A statement holds if all its \
         statistics do. The value on record is computed from the record by the same function wherever the record allows, \
         else it is the figure of the statement. `n` says how \
         many runs tell a statistic where not all do. A width is about what chance alone would leave if the recorded rates were \
         true, so an interval that is wider says that the model knows less than the record does.\n\n\
         The acts of the United States and the vendor are inputs, and parameters marked *calibrated* were chosen on the \
         same nations. So a statement that holds shows that the model can tell this story, not that it forecast it.\n\n",
        all - held
    )
}

fn line(statistic: &Statistic, assessment: &Assessment, reps: u32) -> String {
    let median = assessment.model.map_or_else(|| "-".to_owned(), |model| short(model.median));
    let cells = [
        statistic.what.to_owned(),
        statistic.unit.to_owned(),
        on_record(assessment),
        median,
        interval(assessment.model),
        width(statistic),
        holds(assessment, reps),
    ];
    format!("| | {} |\n", cells.map(|cell| escaped(&cell)).join(" | "))
}

/// What a statistic is compared with and, beside a range or bound, the value on record.
fn on_record(assessment: &Assessment) -> String {
    let shows = assessment.recorded.filter(|_| assessment.within.is_some());
    criterion(assessment) + &shows.map(|number| format!(" (record: {})", short(number))).unwrap_or_default()
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace('>', "&gt;")
}

fn misses(verdicts: &[JudgedStatement]) -> String {
    let mut out = "\n### Where the model fails, and what that means for its use\n\n".to_owned();
    let missed: Vec<&JudgedStatement> = verdicts.iter().filter(|verdict| !verdict.holds()).collect();
    if missed.is_empty() {
        out += "Nowhere, over these runs.\n";
    }
    for verdict in missed {
        let failing = verdict.rows().filter(|(_, assessment)| !assessment.holds);
        let reasons: Vec<String> = failing.map(|(statistic, assessment)| miss(statistic, assessment)).collect();
        out += &format!(
            "**Statement {}.** {} of {} statistics fail: {}. {}\n\n",
            verdict.statement.number,
            reasons.len(),
            verdict.assessments.len(),
            reasons.join("; "),
            verdict.statement.if_missed
        );
    }
    out
}

/// Why and by how much a statistic fails.
pub fn miss(statistic: &Statistic, assessment: &Assessment) -> String {
    let Some(model) = assessment.model else { return format!("{}: no run tells it", statistic.what) };
    let beyond = match (assessment.within, assessment.recorded) {
        (Some((least, most)), _) => {
            let below = (model.low < least).then(|| format!("the interval reaches down to {}", short(model.low)));
            let above = (model.high > most).then(|| format!("the interval reaches up to {}", short(model.high)));
            let parts: Vec<String> = below.into_iter().chain(above).collect();
            (!parts.is_empty())
                .then(|| format!("{}, the statement allows {}", parts.join(" and "), criterion(assessment)))
        }
        (None, Some(value)) if value < model.low => {
            Some(format!("{} on record lies {} below the interval", short(value), short(model.low - value)))
        }
        (None, Some(value)) if value > model.high => {
            Some(format!("{} on record lies {} above the interval", short(value), short(value - model.high)))
        }
        (None, Some(_)) => None,
        (None, None) => Some("the record does not tell it".to_owned()),
    };
    let wide = model.high - model.low;
    let wide = (wide > statistic.width)
        .then(|| format!("the interval is {} wide, {} was allowed", short(wide), short(statistic.width)));
    let parts: Vec<String> = beyond.into_iter().chain(wide).collect();
    let median = short(model.median);
    format!("{} (median {median}, interval {}): {}", statistic.what, interval(assessment.model), parts.join(", and "))
}

fn notes(verdicts: &[JudgedStatement]) -> String {
    let mut out = "### How the statements are measured\n\n".to_owned();
    for verdict in verdicts.iter().filter(|verdict| !verdict.statement.note.is_empty()) {
        out += &format!("* **{}**: {}\n", verdict.statement.number, verdict.statement.note);
    }
    out
}
