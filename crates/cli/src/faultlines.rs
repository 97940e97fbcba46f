//! `noforn faultlines`: the line along which the nations of a run would split, by their trust in one another.
use super::screen::{Screen, Stop};
use super::verify::verify_stop;
use super::why::variant;
use noforn::scenario::Scenario;
use noforn::scenario::words::{instead, shown};
use noforn_lab::faultlines::{Aggregation, AggregationQuestion, aggregate, text::text};
use noforn_lab::study::kept;
use noforn_lab::words::shell_word;
use noforn_store::disk_folder::DiskFolder;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Say along which line the nations would split, by how much they trust one another
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example: noforn faultlines output/huawei-2019 --in 2024 --variant as-spoken",
    after_help = "The landscape theory of Axelrod and Bennett (1993): nations that trust one another more than the \
                  centre want to stand together, others apart, the more the greater both are; a nation changes sides \
                  where that lowers its own frustration. A configuration in which none would is stable, and the one of \
                  least energy is the line. It is a check of the trust that was simulated, no forecast \
                  (docs/MEASURES.md).\nNext: noforn why DIR SENDER RECEIVER --in YEAR    why a pair shares less"
)]
pub struct Args {
    /// The folder that `noforn run` wrote, with its table `dyads`
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The year at whose end it is asked
    #[arg(long = "in", value_name = "YEAR")]
    year: u32,
    /// The variant [default: baseline, else the folder's first]
    #[arg(long, value_name = "V")]
    variant: Option<String>,
    /// The run of the variant, from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    rep: u32,
    /// Only the members of this agreement at the start
    #[arg(long, value_name = "AGREEMENT")]
    within: Option<String>,
    /// Trust above which two nations want to stand together, 0 to 1 [default: the mean, weighted by sizes: a line is
    /// always found, unless all trust is the same]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    centre: Option<f64>,
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "write a share between 0 and 1, such as 0.5".to_owned())
}

/// Runs the command.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    let files = DiskFolder::new(&args.folder);
    let request =
        kept::request(&files).map_err(|message| Stop::bad(message, "give a folder that `noforn run` wrote"))?;
    let at = variant(args.variant.as_deref(), &request)?;
    let scenarios = kept::scenarios(&files, &request).map_err(verify_stop)?;
    let scenario = &scenarios[at];
    let question = AggregationQuestion {
        tables: &files,
        scenario,
        rep: args.rep,
        year: args.year,
        within: args.within.as_deref().map(|asked| agreement(scenario, asked)).transpose()?,
        centre: args.centre,
    };
    let answer = aggregate(&question).map_err(|unread| Stop::bad(unread.message, unread.help))?;
    if screen.json {
        screen.out_json(&json!(answer))?;
    } else {
        screen.out(&(text(&answer) + &next(args, &answer)))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn agreement<'a>(scenario: &'a Scenario, asked: &str) -> Result<&'a str, Stop> {
    let agreements = &scenario.file.agreements;
    let found = agreements.get_key_value(asked).map(|(id, _)| id.as_str());
    found.ok_or_else(|| {
        let help = instead(asked, agreements.keys().map(String::as_str), "it has no agreements");
        Stop::bad(format!("the scenario has no agreement `{}`", shown(asked)), help)
    })
}

/// The suggested command: why the largest nation of one side shares no more with the largest of the other.
fn next(args: &Args, answer: &Aggregation) -> String {
    let folder = shell_word(&args.folder.display().to_string());
    let variant =
        args.variant.as_ref().map(|variant| format!(" --variant {}", shell_word(variant))).unwrap_or_default();
    let rep = if args.rep == 0 { String::new() } else { format!(" --rep {}", args.rep) };
    let pair = match answer.configurations.first().map(|configuration| &configuration.sides) {
        Some([one, other]) if !one.is_empty() && !other.is_empty() => format!("{} {}", one[0], other[0]),
        _ => "SENDER RECEIVER".to_owned(),
    };
    format!("\nnext: noforn why {folder} {pair} --in {}{variant}{rep}\n", answer.year)
}
