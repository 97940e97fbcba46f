//! Arguments that choose a scenario, its variants and settings.
use super::screen::Stop;
use noforn::load::{Choice, GREATEST_SEED, load_all, open};
use noforn::scenario::{BASELINE, Scenario};
use noforn_store::disk::Disk;

/// A scenario file, its variants, and settings on top.
#[derive(Clone, Debug, clap::Args)]
pub struct ScenarioArgs {
    /// The scenario file, such as scenarios/tutorial.toml
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,
    /// Variants, and settings on top
    #[command(flatten)]
    pub settings: Settings,
    /// Master seed, instead of the scenario's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=GREATEST_SEED))]
    pub seed: Option<u64>,
}

/// Variants, and settings on top.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Settings {
    /// A variant of the scenario, beside the scenario as it stands (`baseline`); a+b is both on top of one another
    #[arg(long = "variant", value_name = "V")]
    pub variants: Vec<String>,
    /// Another value for a path, such as rules.no-flagged-core.grace_quarters=2
    #[arg(long, value_name = "P=V", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// The scenario's own values in every run, instead of draws from what calibration left possible and from ranges
    #[arg(long)]
    pub fixed_parameters: bool,
}

/// Parses a path and its value.
pub fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((path, value)) if !path.trim().is_empty() => Ok((path.trim().to_owned(), value.trim().to_owned())),
        _ => Err("write a path, `=` and a value, such as `run.end=2025Q4`".to_owned()),
    }
}

impl Settings {
    /// One choice for the baseline and one for each variant, each once.
    pub fn choices(&self, seed: Option<u64>) -> Vec<Choice> {
        let mut names = vec![BASELINE];
        for variant in &self.variants {
            if !names.contains(&variant.as_str()) {
                names.push(variant);
            }
        }
        names.into_iter().map(|name| self.choice(Some(name), seed)).collect()
    }

    /// The choice of one variant; of the baseline if none is named.
    pub fn choice(&self, variant: Option<&str>, seed: Option<u64>) -> Choice {
        let variant = variant.filter(|name| *name != BASELINE).map(str::to_owned);
        Choice { variant, set: self.set.clone(), seed, fixed_parameters: self.fixed_parameters }
    }
}

impl ScenarioArgs {
    /// Loads the baseline, then each variant.
    pub fn load(&self) -> Result<Vec<Scenario>, Stop> {
        Ok(load_all(&Disk, &with_slashes(&self.scenario), &self.settings.choices(self.seed))?)
    }

    /// Loads the baseline, then each variant: those of `--variant`, else those that the file names in `run.variants`.
    pub fn load_named(&self) -> Result<Vec<Scenario>, Stop> {
        let mut opened = open(&Disk, &with_slashes(&self.scenario))?;
        let mut settings = self.settings.clone();
        if settings.variants.is_empty() {
            settings.variants = opened.named_variants();
        }
        Ok(opened.choose_all(&settings.choices(self.seed))?)
    }
}

/// A path as typed, with the slashes that scenario files use.
pub fn with_slashes(path: &str) -> String {
    if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() }
}
