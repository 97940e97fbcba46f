//! `noforn compare`: two variants of a scenario on the same luck.
use super::job::{SettingArgs, StudyArgs, close_shard, write_stop};
use super::scenario_args::with_slashes;
use super::screen::{Screen, Stop};
use noforn::load::load_all;
use noforn::scenario::Scenario;
use noforn_lab::compare::CompareStudy;
use noforn_lab::compare::closing::{self, ComparisonClosing};
use noforn_lab::ensemble::Ensemble;
use noforn_lab::study::Study;
use noforn_lab::study::request::GREATEST_REPS;
use noforn_lab::words::shell_word;
use noforn_store::disk::Disk;
use std::process::ExitCode;

/// Compare two variants of a scenario, run by run on the same luck
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example: noforn compare scenarios/tutorial.toml baseline as-spoken",
    after_help = "Differences are B less A. `compare.csv` has every metric of every quarter; the interval of a mean is \
                  Student's t.\nNext: noforn why DIR SENDER RECEIVER --in YEAR --variant V    why a pair shares less"
)]
pub struct Args {
    /// The scenario file
    #[arg(value_name = "SCENARIO")]
    scenario: String,
    /// The variant that is compared with; `baseline` is the scenario as it stands, a+b both on top of one another
    #[arg(value_name = "A")]
    a: String,
    /// The variant that is compared
    #[arg(value_name = "B")]
    b: String,
    /// Runs of each variant
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=i64::from(GREATEST_REPS)))]
    reps: u32,
    #[command(flatten)]
    set: SettingArgs,
    #[command(flatten)]
    job: StudyArgs,
}

/// Runs the command.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    if args.a == args.b {
        let help = "name two variants; `baseline` is the scenario as it stands";
        return Err(Stop::bad(format!("`{}` cannot be compared with itself", args.a), help));
    }
    let settings = args.set.settings();
    let choices = [&args.a, &args.b].map(|variant| settings.choice(Some(variant), args.set.seed));
    let variants = load_all(&Disk, &with_slashes(&args.scenario), &choices)?;
    check_comparable(&variants)?;
    let folder = args.job.folder(&format!("{}-compare-{}-{}", variants[0].name, args.a, args.b));
    let effort = &args.job.effort;
    let study = CompareStudy::new(Ensemble::new(variants, args.reps), effort.shard);
    let study = study.map_err(|name| write_stop(name.into()))?;
    let Some(comparison) = effort.write(&study, &folder)? else { return Ok(effort.interrupted(screen)) };
    if let Some(shard) = effort.shard {
        return close_shard(screen, shard, study.part().len(), &folder);
    }
    let (scenario, folder) = (scenario_words(args), folder.display().to_string());
    let (ensemble, comparison) = (study.ensemble(), &comparison);
    let closing = ComparisonClosing { ensemble, comparison, scenario: &scenario, folder: &folder };
    if screen.json {
        screen.out_json(&closing::to_json(&closing))?;
    } else {
        screen.out(&closing::to_text(&closing))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns an error if the runs of the variants cannot be paired.
fn check_comparable(variants: &[Scenario]) -> Result<(), Stop> {
    let [a, b] = variants else { unreachable!("two variants were chosen") };
    let between = format!("`{}` and `{}`", a.variant, b.variant);
    if a.file.run.seed != b.file.run.seed {
        let message = format!("{between} have different seeds, so their luck is not the same");
        return Err(Stop::bad(message, "`--seed N` gives both the same"));
    }
    if (a.start, a.end) != (b.start, b.end) {
        let message = format!("{between} run over different quarters");
        return Err(Stop::bad(message, "`--set run.start=QUARTER --set run.end=QUARTER` give both the same"));
    }
    if a.rosters.nations != b.rosters.nations {
        return Err(Stop::bad(format!("{between} have different nations"), "compare variants with the same nations"));
    }
    Ok(())
}

/// The scenario and its settings, as words of a shell.
fn scenario_words(args: &Args) -> String {
    let set = args.set.set.iter().map(|(path, value)| format!(" --set {}", shell_word(&format!("{path}={value}"))));
    let seed = args.set.seed.map(|seed| format!(" --seed {seed}"));
    shell_word(&args.scenario) + &set.chain(seed).collect::<String>()
}
