//! `noforn sweep`: a scenario at many values of some paths.
use super::job::{SettingArgs, StudyArgs, close_shard, write_stop};
use super::scenario_args::with_slashes;
use super::screen::{Screen, Stop};
use noforn::load::files::Files;
use noforn::load::load;
use noforn::scenario::Scenario;
use noforn::scenario::resolve::{at_path, resolved_json};
use noforn_lab::ensemble::Ensemble;
use noforn_lab::study::Study;
use noforn_lab::study::request::{DesignMethod, GREATEST_REPS};
use noforn_lab::sweep::SweepStudy;
use noforn_lab::sweep::closing::{self, SweepClosing, SweepFindings};
use noforn_lab::sweep::design::{Design, MOST_POINTS, from_csv, lay_out};
use noforn_lab::sweep::over::{Axis, Over, all_parameters, parse_over};
use noforn_lab::sweep::over_run;
use noforn_lab::sweep::points::PreparedPoints;
use noforn_store::disk::Disk;
use serde_json::json;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;

/// Run a scenario under many values of some paths: one row a point of the design
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example: noforn sweep scenarios/tutorial.toml --over model.beta=2..6:5 --over model.w_intel=0.4,0.8",
    after_help = "Every point meets the same luck. `sweep.csv` has the values of the point and of each metric the mean \
                  and quantiles over its runs: at the last quarter, and its mean (`_run_mean`) and worst value \
                  (`_run_worst`) over the run.\nNext: noforn compare SCENARIO A B    two variants on the same luck"
)]
pub struct Args {
    /// The scenario file
    #[arg(value_name = "SCENARIO")]
    scenario: String,
    /// What is varied: path=a..b, path=a..b:n (n values of a grid), path=x,y,z, or `all` numbers of the model
    #[arg(long, value_name = "P=VALUES", value_parser = parse_over)]
    over: Vec<Over>,
    /// How points are laid out: grid, lhs (Latin hypercube), sobol, saltelli (Sobol indices), morris (screening); or a CSV file of points, its columns paths
    #[arg(long, value_name = "D", default_value = "grid")]
    design: String,
    /// Points of `lhs` and `sobol`; base points of `saltelli` (paths + 2 points each); walks of `morris` (paths + 1)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=MOST_POINTS as i64))]
    points: Option<u32>,
    /// Runs of each point
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=i64::from(GREATEST_REPS)))]
    reps: u32,
    /// A metric to write: a column of `metrics`, or that with `_run_mean` or `_run_worst` [default: all]
    #[arg(long = "metric", value_name = "M")]
    metrics: Vec<String>,
    /// A variant of the scenario; a+b is both on top of one another
    #[arg(long, value_name = "V")]
    variant: Option<String>,
    #[command(flatten)]
    set: SettingArgs,
    #[command(flatten)]
    job: StudyArgs,
}

/// Runs the command.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    let metrics = chosen_metrics(&args.metrics)?;
    let settings = args.set.settings();
    let choice = settings.choice(args.variant.as_deref(), args.set.seed);
    let path = with_slashes(&args.scenario);
    let scenario = load(&Disk, &path, &choice)?;
    let design = chosen_design(args, &scenario, screen)?;
    let folder = args.job.folder(&format!("{}-sweep", scenario.name))?;
    let (effort, ensemble) = (&args.job.effort, Ensemble::new(vec![scenario], args.reps));
    let points = PreparedPoints::new(Box::new(Disk), (path, choice, ensemble.prepared[0].clone()), design);
    points.check()?;
    let study = SweepStudy::new(ensemble, points, metrics, effort.shard).map_err(|name| write_stop(name.into()))?;
    let findings = match effort.write(&study, &folder, screen)? {
        ControlFlow::Continue(findings) => findings,
        ControlFlow::Break(code) => return Ok(code),
    };
    match effort.shard {
        Some(shard) if !screen.json => return close_shard(screen, shard, study.part().len(), &folder),
        _ => write_closing(args, &study, &findings, &folder, screen)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes the closing lines.
fn write_closing(
    args: &Args,
    study: &SweepStudy,
    findings: &SweepFindings,
    folder: &Path,
    screen: &Screen,
) -> Result<(), Stop> {
    let (design, shard) = (study.design(), args.job.effort.shard);
    let file = folder.join("sweep.csv").display().to_string();
    if screen.json {
        return screen.out_json(&json!({
            "folder": folder.display().to_string(),
            "file": file,
            "paths": design.paths,
            "points": design.points.len(),
            "reps": args.reps,
            "metrics": study.metrics(),
            "found": shard.is_none().then(|| closing::to_json(study, findings)),
            "part": shard.map(|shard| shard.part),
            "of": shard.map(|shard| shard.of),
        }));
    }
    let folder = folder.display().to_string();
    screen.out(&closing::to_text(&SweepClosing {
        study,
        findings,
        scenario: &args.scenario,
        folder: &folder,
        reps: args.reps,
    }))
}

/// The metrics to write; by default all.
fn chosen_metrics(asked: &[String]) -> Result<Vec<&'static str>, Stop> {
    let known: Vec<&'static str> = over_run::names().collect();
    if asked.is_empty() {
        return Ok(known);
    }
    let mut found = Vec::new();
    for name in asked {
        let Some(metric) = known.iter().find(|metric| *metric == name) else {
            let help = format!("there are {}", known.join(", "));
            return Err(Stop::bad(format!("there is no metric `{name}`"), help));
        };
        if !found.contains(metric) {
            found.push(*metric);
        }
    }
    Ok(found)
}

/// The design: laid out, or read from a file.
fn chosen_design(args: &Args, scenario: &Scenario, screen: &Screen) -> Result<Design, Stop> {
    let method = match args.design.as_str() {
        "grid" => DesignMethod::Grid,
        "lhs" => DesignMethod::Latin,
        "sobol" => DesignMethod::Sobol,
        "saltelli" => DesignMethod::Saltelli,
        "morris" => DesignMethod::Morris,
        file if file.ends_with(".csv") => return from_file(args, file),
        other => {
            let help = "a design is `grid`, `lhs`, `sobol`, `saltelli`, `morris` or a file that ends in `.csv`";
            return Err(Stop::bad(format!("`{other}` is not a design"), help));
        }
    };
    let axes = axes(args, scenario, screen)?;
    let points = match (method, args.points) {
        (DesignMethod::Grid, Some(_)) => {
            let help = "`--over path=a..b:n` says how many values, `--design lhs` takes `--points`";
            return Err(Stop::bad("the points of a grid follow from its values, not from `--points`", help));
        }
        (DesignMethod::Grid, None) => 0,
        (_, None) => return Err(Stop::bad("it is not said how many points", "`--points 200`")),
        (_, Some(points)) => points as usize,
    };
    let seed = scenario.file.run.seed;
    let laid = lay_out(&axes, method, points, seed);
    let mut laid = laid.map_err(|message| Stop::bad(message, "`--design lhs --points 200` takes fewer"))?;
    round_integers(&mut laid, scenario);
    Ok(laid)
}

fn axes(args: &Args, scenario: &Scenario, screen: &Screen) -> Result<Vec<Axis>, Stop> {
    let mut axes: Vec<Axis> = Vec::new();
    for over in &args.over {
        let Over::One(axis) = over else { continue };
        if is_varied(&axes, axis) {
            return Err(Stop::bad(format!("`{}` is varied twice", axis.path), "give all its values at once"));
        }
        axes.push(axis.clone());
    }
    if args.over.contains(&Over::All) {
        let (mut all, left_out) = all_parameters(&scenario.file.model);
        all.retain(|axis| !is_varied(&axes, axis));
        axes.extend(all);
        screen.say(&format!("not varied (no single number): {}\n", left_out.join(", ")));
    }
    if axes.is_empty() {
        return Err(Stop::bad(
            "nothing is varied",
            "`--over model.beta=2..6` varies a path, `--design FILE.csv` reads points",
        ));
    }
    Ok(axes)
}

fn is_varied(axes: &[Axis], axis: &Axis) -> bool {
    axes.iter().any(|other| other.path == axis.path)
}

/// Rounds the values of paths that hold integers.
fn round_integers(design: &mut Design, scenario: &Scenario) {
    let resolved = resolved_json(&scenario.file);
    for (at, path) in design.paths.iter().enumerate() {
        if at_path(&resolved, path).is_ok_and(|value| value.is_u64() || value.is_i64()) {
            for (_, values) in &mut design.points {
                if let Ok(number) = values[at].parse::<f64>() {
                    values[at] = number.round().to_string();
                }
            }
        }
    }
}

fn from_file(args: &Args, file: &str) -> Result<Design, Stop> {
    if !args.over.is_empty() || args.points.is_some() {
        let help = "leave out `--over` and `--points`";
        return Err(Stop::bad(format!("the points of `{file}` are all there is"), help));
    }
    let help = "the first line names paths, each further line is a point; a column `point` may name it";
    let text =
        Disk.read(&with_slashes(file)).map_err(|why| Stop::bad(format!("`{file}` cannot be read: {why}"), help))?;
    from_csv(&text).map_err(|why| Stop::bad(format!("`{file}` is not a design: {why}"), help))
}
