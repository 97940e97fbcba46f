//! `noforn calibrate`: samples the posterior distribution of the parameters.
use super::evidence::{SHARES, file_beside, read_shares, require_span};
use super::hindcast::{RECORD, read};
use super::job::{interrupted, write_stop};
use super::progress::{Progress, stop_on_ctrl_c};
use super::scenario_args::{Settings, setting, with_slashes};
use super::screen::{Screen, Stop};
use noforn::load::files::Files;
use noforn::load::{Faults, load_all};
use noforn::run::Prepared;
use noforn::scenario::source::{SourceText, Sources};
use noforn_lab::calibration::priors::{self, Normal, Prior};
use noforn_lab::calibration::target::Target;
use noforn_lab::calibration::{Calibration, SETS, STEPS, SamplerSettings, calibrate};
use noforn_lab::ensemble::Ended;
use noforn_lab::evidence::VARIANTS;
use noforn_store::disk::Disk;
use noforn_store::refusal::Refusal;
use noforn_store::staged_files::{check_file, write_file};
use noforn_store::threads::Threads;
use noforn_store::write::WriteError;
use serde_json::json;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// The default priors, relative to the folder of the scenario.
pub const PRIORS: &str = "data/priors.csv";

/// Find the parameters that leave the record and the eighteen statements likely, as a weighted sample
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example: noforn calibrate scenarios/huawei-2019.toml --rounds 2 --points 50 -o posterior.csv",
    after_help = "Free parameters, their priors and ranges stand in `--priors`. The sample is written as a table of sets, which \
                  `[tables] posterior = \"FILE\"` gives to a scenario. docs/EVIDENCE.md tells how it is done.\n\
                  Next: noforn hindcast SCENARIO    score it against the record"
)]
pub struct Args {
    /// The scenario file; it needs a variant `as-spoken`
    #[arg(value_name = "SCENARIO")]
    scenario: String,
    /// The priors: CSV with parameter,median,factor,low,high,reason [default: data/priors.csv beside the scenario]
    #[arg(long, value_name = "FILE")]
    priors: Option<String>,
    /// The record [default: data/stances-calibration.csv beside the scenario]
    #[arg(long, value_name = "FILE")]
    record: Option<String>,
    /// Recorded shares in 5G access [default: data/access-shares-2022-calibration.csv beside the scenario]
    #[arg(long, value_name = "FILE")]
    shares: Option<String>,
    /// Rounds in which every point moves, after twelve that lead it from the priors to where the record counts in full
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// Points that move
    #[arg(long, value_name = "N", default_value_t = 80, value_parser = clap::value_parser!(u32).range(2..=100_000))]
    points: u32,
    /// Runs of each point
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    reps: u32,
    /// Folds of the cross-validation over nations
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(2..=100))]
    folds: u16,
    /// Another value for a path, in every run, such as model.term_years=0
    #[arg(long, value_name = "P=V", value_parser = setting)]
    set: Vec<(String, String)>,
    /// Threads [default: one a core]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// File of the sample; without it only the scores are told
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
}

/// Runs the command.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    let path = with_slashes(&args.scenario);
    let settings = Settings { variants: Vec::new(), set: args.set.clone(), fixed_parameters: true };
    let variants = load_all(&Disk, &path, &VARIANTS.map(|variant| settings.choice(Some(variant), None)))?;
    variants.iter().try_for_each(require_span)?;
    let [scenario, spoken] = variants.as_slice() else { unreachable!("two variants were asked for") };
    let priors = read_priors(&file_beside(&path, args.priors.as_deref(), PRIORS))?;
    let mut record = read(&file_beside(&path, args.record.as_deref(), RECORD))?;
    record.remove_strangers(scenario);
    let (shares, _) = read_shares(&file_beside(&path, args.shares.as_deref(), SHARES))?;
    let refused = |refusal: Refusal| write_stop(refusal.into());
    // Now, and not after hours.
    args.output.as_ref().map(|file| check_file(file, args.force)).transpose().map_err(refused)?;
    let target = Target::new(scenario, record, &shares, args.folds.into());
    let size = SamplerSettings {
        rounds: args.rounds,
        particles: args.points,
        reps: args.reps,
        folds: args.folds.into(),
        seed: scenario.file.run.seed,
    };
    let prepared = [scenario, spoken].map(Prepared::new);
    let progress = Progress::new(((1 + STEPS + args.rounds) * args.points) as usize);
    let threads = Threads { count: args.threads.unwrap_or(0).into(), stop: stop_on_ctrl_c()? };
    let variants = (&prepared[0], &prepared[1]);
    let found = calibrate(variants, &priors, &target, size, &threads, &mut || progress.step());
    progress.end();
    let found = match found {
        Err(Ended::Stopped) => return Ok(interrupted(screen)),
        found => found.map_err(|ended| write_stop(WriteError::Ended(ended)))?,
    };
    if let Some(file) = &args.output {
        write_file(file, table(&found, &priors).as_bytes(), args.force).map_err(refused)?;
    }
    if screen.json {
        screen.out_json(&to_json(&found, &priors))?
    } else {
        screen.out(&text(args, &found, &priors))?
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a file of priors.
pub fn read_priors(file: &str) -> Result<Vec<Prior>, Stop> {
    let text = Disk.read(file).map_err(|why| {
        Stop::bad(format!("the priors `{file}` cannot be read: {why}"), "`--priors FILE` names the priors")
    })?;
    parse_priors(file, &text)
}

/// Parses the text of a file of priors.
pub fn parse_priors(file: &str, text: &str) -> Result<Vec<Prior>, Stop> {
    let source = SourceText::new(file, text);
    priors::read(&source).map_err(|found| {
        let mut texts = Sources::default();
        texts.add(source);
        Stop::from(Faults { faults: found, texts: texts.texts(), folder: String::new() })
    })
}

/// Four significant digits.
fn short(value: f64) -> String {
    let digits = 3 - libm::floor(libm::log10(value.abs().max(1e-9))) as i32;
    let digits = usize::try_from(digits.clamp(0, 9)).unwrap_or(0);
    format!("{value:.digits$}")
}

/// The sample as the table `posterior`.
fn table(found: &Calibration, priors: &[Prior]) -> String {
    let mut out = String::from("id,weight,source");
    priors.iter().for_each(|prior| out.push_str(&format!(",model.{}", prior.parameter)));
    out.push('\n');
    for (number, (particle, weight)) in found.sets().into_iter().enumerate() {
        let _ = write!(out, "set-{:03},{weight},calibration", number + 1);
        for (prior, log) in priors.iter().zip(&found.particles[particle].logs) {
            out.push_str(&format!(",{}", short(libm::exp(*log).clamp(prior.low, prior.high))));
        }
        out.push('\n');
    }
    out
}

/// The parameter at `z` standard deviations of its posterior, within the range of its prior.
fn quantile(prior: &Prior, posterior: &Normal, z: f64) -> String {
    short(libm::exp(posterior.mean + z * posterior.sd).clamp(prior.low, prior.high))
}

fn text(args: &Args, found: &Calibration, priors: &[Prior]) -> String {
    let mut out = String::new();
    let kept = found.particles.len() / args.points as usize;
    let _ = writeln!(
        out,
        "{} points of {} runs, over {kept} rounds; {:.0} % of their steps were taken\n",
        args.points,
        args.reps,
        100.0 * found.accepted
    );
    let _ = writeln!(out, "{:<44}{:>12}{:>17}", "Brier score of `banned` or beyond", "in sample", "cross-validated");
    let (held, thinnest) = found.cross_validated;
    let _ = writeln!(out, "{:<44}{:>12.4}{held:>17.4}", "the model, over the sample", found.in_sample);
    let _ = writeln!(out, "{:<44}{:>12.4}{:>17.4}", "a hazard for each tier", found.baseline.0, found.baseline.1);
    let _ = writeln!(out, "{:<44}{:>12.4}", "the model, over the priors", found.prior);
    let _ = writeln!(out, "\n{:<44}{:>12.2}", "miss of the eighteen statements", found.misses.0);
    let _ = writeln!(out, "{:<44}{:>12.2}", "the same, over the priors", found.misses.1);
    let _ = writeln!(out, "\n(the fold with the fewest points is worth {thinnest:.0} equal ones)\n");
    let _ = writeln!(out, "{:<30}{:>10}{:>10}{:>10}{:>14}", "parameter", "best", "5 %", "95 %", "prior median");
    for (prior, normal) in priors.iter().zip(&found.posterior) {
        let _ = writeln!(
            out,
            "{:<30}{:>10}{:>10}{:>10}{:>14}",
            prior.parameter,
            quantile(prior, normal, 0.0),
            quantile(prior, normal, -1.645),
            quantile(prior, normal, 1.645),
            short(prior.median)
        );
    }
    if let Some(file) = &args.output {
        let _ = writeln!(out, "\nsample    {} ({SETS} draws)", file.display());
    }
    let _ = writeln!(out, "\nnext: noforn hindcast {}    score the scenario against the record", args.scenario);
    out
}

fn to_json(found: &Calibration, priors: &[Prior]) -> serde_json::Value {
    let parameters = priors.iter().zip(&found.posterior).map(|(prior, normal)| {
        json!({ "parameter": prior.parameter, "best": libm::exp(normal.mean), "sd_factor": libm::exp(normal.sd) })
    });
    json!({
        "points": found.particles.len(),
        "accepted": found.accepted,
        "brier_score": { "in_sample": found.in_sample, "cross_validated": found.cross_validated.0, "prior": found.prior },
        "statements": { "miss": found.misses.0, "prior": found.misses.1 },
        "tier_hazard": { "in_sample": found.baseline.0, "cross_validated": found.baseline.1 },
        "least_effective_points_of_a_fold": found.cross_validated.1,
        "parameters": parameters.collect::<Vec<_>>(),
    })
}
