//! `noforn check --policies`: analyses the rules of a scenario.
use super::super::screen::{Screen, Stop};
use noforn::run::Halted;
use noforn::scenario::Scenario;
use noforn_lab::analysis::access_history::AccessHistory;
use noforn_lab::analysis::shifts::{VariantShifts, compare};
use noforn_lab::analysis::{PolicyAnalysis, analyse, text};
use serde_json::{Value, json};

/// The analysis of the variants of one scenario file.
pub struct PolicyReport {
    variants: Vec<PolicyAnalysis>,
    comparisons: Vec<VariantShifts>,
}

/// Analyses every variant that the user asked for, and compares each but the first with the first.
pub fn report(scenarios: &[Scenario]) -> Result<PolicyReport, Stop> {
    let analysed = scenarios.iter().map(analyse).collect::<Result<Vec<(PolicyAnalysis, AccessHistory)>, Halted>>();
    let analysed = analysed.map_err(|Halted(message)| Stop::Bad { message, help: None })?;
    let first = scenarios.first().zip(analysed.first());
    let others = scenarios.iter().zip(&analysed).skip(1);
    let comparisons = others
        .filter_map(|(scenario, (_, course))| {
            let (first, (_, before)) = first?;
            compare((first, before), (scenario, course))
        })
        .collect();
    Ok(PolicyReport { variants: analysed.into_iter().map(|(findings, _)| findings).collect(), comparisons })
}

impl PolicyReport {
    /// Number of warnings.
    pub fn warnings(&self) -> usize {
        self.variants.iter().map(PolicyAnalysis::warnings).sum()
    }

    /// Prints the analysis as text.
    pub fn print(&self, screen: &Screen) -> Result<(), Stop> {
        for found in &self.variants {
            screen.out(&format!("\n{}", text::findings(found)))?;
        }
        for found in &self.comparisons {
            screen.out(&format!("\n{}", text::comparison(found)))?;
        }
        Ok(())
    }

    /// The analysis as JSON.
    pub fn to_json(&self) -> Value {
        json!({ "warnings": self.warnings(), "variants": self.variants, "comparisons": self.comparisons })
    }
}
