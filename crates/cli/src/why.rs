//! `noforn why`: explains why something was withheld, with rule, threshold, draw, file and line.
use super::job::{interrupted, write_stop};
use super::progress::stop_on_ctrl_c;
use super::screen::{Screen, Stop};
use super::verify::verify_stop;
use noforn::scenario::countries::meant;
use noforn::scenario::words::{instead, shown};
use noforn::scenario::{BASELINE, Scenario};
use noforn::world::clock::Quarter;
use noforn::world::ids::{NationId, Roster};
use noforn_lab::ensemble::Ended;
use noforn_lab::study::kept;
use noforn_lab::study::request::Request;
use noforn_lab::why::replay::NationPair;
use noforn_lab::why::{PairExplanation, PairQuestion, explain_pair, text::text};
use noforn_store::disk_folder::DiskFolder;
use noforn_store::threads::Threads;
use noforn_store::write::WriteError;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Say why something was withheld from a nation, or with `--not` why nothing was
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example: noforn why output/huawei-2019 USA DEU --in 2020 --variant as-spoken",
    after_help = "Exit code 0: answered; 1: it was not so (nothing was withheld; with `--not`, something was).\n\
                  Next: noforn run SCENARIO --set P=V    what would have been otherwise"
)]
pub struct Args {
    /// The folder that `noforn run` wrote
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Who would give, such as USA
    #[arg(value_name = "SENDER")]
    sender: String,
    /// Who would receive, such as DEU
    #[arg(value_name = "RECEIVER")]
    receiver: String,
    /// The year at whose end it is asked, or a quarter such as 2020Q2
    #[arg(long = "in", value_name = "YEAR")]
    when: String,
    /// The variant [default: baseline, else the folder's first]
    #[arg(long, value_name = "V")]
    variant: Option<String>,
    /// The run of the variant, from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    rep: u32,
    /// Ask why nothing was withheld
    #[arg(long)]
    not: bool,
}

/// Runs the command.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    let files = DiskFolder::new(&args.folder);
    let request =
        kept::request(&files).map_err(|message| Stop::bad(message, "give a folder that `noforn run` wrote"))?;
    let at = variant(args.variant.as_deref(), &request)?;
    if args.rep >= request.reps {
        let help = format!("its runs are 0 to {}", request.reps.saturating_sub(1));
        return Err(Stop::bad(format!("the folder has no run {}", args.rep), help));
    }
    let only = Request { variants: vec![request.variants[at].clone()], ..request.clone() };
    // All variants are read, because a variant takes from the baseline what its own origins do not say.
    let all = kept::scenarios(&files, &request).or_else(|_| kept::scenarios(&files, &only)).map_err(verify_stop)?;
    let scenario = all.get(at).or(all.first()).expect("a scenario for every variant");
    let question = question(args, scenario, &request)?;
    let threads = Threads { count: 0, stop: stop_on_ctrl_c()? };
    let explanation = match explain_pair(&question, &threads) {
        Err(Ended::Stopped) => return Ok(interrupted(screen)),
        explanation => explanation.map_err(|ended| write_stop(WriteError::Ended(ended)))?,
    };
    print_explanation(args, screen, &explanation)
}

fn print_explanation(args: &Args, screen: &Screen, explanation: &PairExplanation) -> Result<ExitCode, Stop> {
    let right = explanation.withheld() != args.not;
    if screen.json {
        let mut value = serde_json::to_value(explanation).expect("an answer holds nothing that JSON cannot");
        if let Some(map) = value.as_object_mut() {
            map.insert("withheld".to_owned(), json!(explanation.withheld()));
        }
        screen.out_json(&value)?;
        return Ok(screen.exit_code(right));
    }
    let folder = args.folder.display().to_string();
    match (explanation.withheld(), args.not) {
        (false, false) => screen.out(&nothing_withheld(args, explanation, &folder))?,
        _ => screen.out(&text(explanation, &folder))?,
    }
    Ok(screen.exit_code(right))
}

/// The text if the user asks why something was withheld, and nothing was.
fn nothing_withheld(args: &Args, explanation: &PairExplanation, folder: &str) -> String {
    let up_to = explanation.access.level.map_or("open", |level| level.as_str());
    let variant = args.variant.as_ref().map(|variant| format!(" --variant {variant}")).unwrap_or_default();
    let rep = if args.rep == 0 { String::new() } else { format!(" --rep {}", args.rep) };
    format!(
        "nothing is withheld from {} by {} at the end of {} (variant {}): reports up to {up_to} are shared, as far as \
         agreements go\n\nnext: noforn why {folder} {} {} --in {}{variant}{rep} --not    what keeps it allowed\n",
        explanation.receiver.name,
        explanation.sender.name,
        explanation.quarter,
        explanation.variant,
        explanation.sender.iso3,
        explanation.receiver.iso3,
        args.when,
    )
}

/// The index of the variant that the user asks about: `baseline` or else the first if none is named.
pub(super) fn variant(asked: Option<&str>, request: &Request) -> Result<usize, Stop> {
    let names = || request.variants.iter().map(|kept| kept.variant.as_str());
    let Some(asked) = asked else {
        return Ok(names().position(|name| name == BASELINE).unwrap_or(0));
    };
    names().position(|name| name == asked).ok_or_else(|| {
        let help = instead(asked, names(), "it has no variants");
        Stop::bad(format!("the folder has no variant `{}`", shown(asked)), help)
    })
}

fn question<'a>(args: &Args, scenario: &'a Scenario, request: &Request) -> Result<PairQuestion<'a>, Stop> {
    let sender = nation(scenario, &args.sender)?;
    let receiver = nation(scenario, &args.receiver)?;
    if sender == receiver {
        return Err(Stop::bad(
            format!("`{}` is named twice", args.sender),
            "name who would give, then who would receive",
        ));
    }
    let until = until(&args.when, scenario)?;
    Ok(PairQuestion { scenario, rep: args.rep, reps: request.reps, pair: NationPair { sender, receiver }, until })
}

fn nation(scenario: &Scenario, typed: &str) -> Result<NationId, Stop> {
    let roster: &Roster = &scenario.rosters.nations;
    if let Some(rank) = roster.rank(typed) {
        return Ok(NationId::new(rank));
    }
    let help = match meant(typed).filter(|(code, _)| roster.rank(code).is_some()) {
        Some((code, name)) => format!("did you mean `{code}` ({name})?"),
        None => instead(typed, roster.ids().collect::<Vec<_>>(), "the scenario has no nations"),
    };
    Err(Stop::bad(format!("the scenario has no nation `{}`", shown(typed)), help))
}

/// The quarter that is named, or the last quarter of a year that is within the run.
fn until(typed: &str, scenario: &Scenario) -> Result<Quarter, Stop> {
    let (start, end) = (scenario.start, scenario.end);
    let within = format!("the run goes from {start} to {end}");
    let asked = match (typed.parse::<Quarter>(), typed.parse::<u32>()) {
        (Ok(quarter), _) => quarter,
        (_, Ok(year)) if year == end.year() => end,
        (_, Ok(year)) if (1900..3000).contains(&year) => Quarter::new(year, 4),
        _ => {
            let message = format!("`{}` is neither a year nor a quarter such as `2020Q2`", shown(typed));
            return Err(Stop::bad(message, within));
        }
    };
    if asked < start || asked > end {
        return Err(Stop::bad(format!("`{}` lies outside the run", shown(typed)), within));
    }
    Ok(asked)
}
