//! `noforn compare`: two variants of a scenario on the same luck.
use super::calibrate::{PRIORS, parse_priors, read_priors};
use super::evidence::file_beside;
use super::job::{SettingArgs, StudyArgs, close_shard, write_stop};
use super::scenario_args::with_slashes;
use super::screen::{Screen, Stop};
use noforn::load::files::Files;
use noforn::load::load_all;
use noforn::scenario::Scenario;
use noforn_lab::compare::CompareStudy;
use noforn_lab::compare::closing::{self, ComparisonClosing};
use noforn_lab::compare::robustness::RobustnessDesign;
use noforn_lab::compare::robustness::space::ParameterSpace;
use noforn_lab::ensemble::Ensemble;
use noforn_lab::study::Study;
use noforn_lab::study::request::GREATEST_REPS;
use noforn_lab::words::shell_word;
use noforn_store::disk::Disk;
use std::ops::ControlFlow;
use std::process::ExitCode;

/// The priors of the shipped scenarios, for a scenario without priors beside it.
const SHIPPED_PRIORS: &str = include_str!("../../../scenarios/data/priors.csv");

/// Compare two variants of a scenario, run by run on the same luck
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example: noforn compare scenarios/tutorial.toml baseline as-spoken",
    after_help = "Differences are B less A. `compare.csv` has every metric of every quarter; the interval of a mean is \
                  Student's t. With `--robust`, \
                  `robustness.csv` says of each metric how often its sign holds and which parameter changes it.\nNext: noforn why DIR SENDER RECEIVER --in YEAR --variant V    why a pair shares less"
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
    robust: RobustArgs,
    #[command(flatten)]
    set: SettingArgs,
    #[command(flatten)]
    job: StudyArgs,
}

/// Whether, and how, the comparison is repeated over the space of parameters.
#[derive(Clone, Debug, clap::Args)]
struct RobustArgs {
    /// Repeat it with other parameters, all drawn together: calibrated ones from their priors, assumed ones from their plausible range
    #[arg(long)]
    robust: bool,
    /// Points of the space of parameters
    #[arg(long, value_name = "N", requires = "robust", default_value_t = 64, value_parser = clap::value_parser!(u32).range(64..=65_536))]
    points: u32,
    /// Runs of each variant at each point
    #[arg(long, value_name = "N", requires = "robust", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    point_reps: u32,
    /// The priors: CSV with parameter,median,factor,low,high,reason [default: data/priors.csv beside the scenario, else the shipped ones]
    #[arg(long, value_name = "FILE", requires = "robust")]
    priors: Option<String>,
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
    let folder = args.job.folder(&format!("{}-compare-{}-{}", variants[0].name, args.a, args.b))?;
    let effort = &args.job.effort;
    let design = args.robust.robust.then(|| robustness_design(args, &variants, screen)).transpose()?;
    let study = CompareStudy::new(Ensemble::new(variants, args.reps), design, effort.shard);
    let study = study.map_err(|name| write_stop(name.into()))?;
    let comparison = match effort.write(&study, &folder, screen)? {
        ControlFlow::Continue(comparison) => comparison,
        ControlFlow::Break(code) => return Ok(code),
    };
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

/// The points of the space of parameters at which the comparison is repeated.
fn robustness_design(args: &Args, variants: &[Scenario], screen: &Screen) -> Result<RobustnessDesign, Stop> {
    let RobustArgs { points, point_reps, priors, .. } = &args.robust;
    let beside = file_beside(&with_slashes(&args.scenario), priors.as_deref(), PRIORS);
    let priors = match Disk.read(&beside) {
        Err(_) if priors.is_none() => parse_priors("priors.csv", SHIPPED_PRIORS)?,
        _ => read_priors(&beside)?,
    };
    let space = ParameterSpace::new(variants, &priors);
    if space.drawn.is_empty() {
        return Err(Stop::bad(
            "the scenario gives every parameter, so none can be drawn",
            "compare without `--robust`",
        ));
    }
    screen.say(&format!("not drawn (lists, or given by the scenario): {}\n", space.kept.join(", ")));
    let design = space.design(*points as usize, variants[0].file.run.seed);
    let design = design.and_then(|design| RobustnessDesign::new(design, *point_reps));
    design.map_err(|why| Stop::bad(why, "`--points 64` takes fewer"))
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
