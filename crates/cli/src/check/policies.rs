//! `noforn check --policies`: what the rules of a scenario come to.
use super::super::screen::{Screen, Stop};
use noforn::run::Halted;
use noforn::scenario::Scenario;
use noforn_lab::analysis::course::Course;
use noforn_lab::analysis::shifts::{Comparison, compare};
use noforn_lab::analysis::{Findings, look, text};
use serde_json::{Value, json};

/// What is found of the variants of one file.
pub struct Report {
    findings: Vec<Findings>,
    comparisons: Vec<Comparison>,
}

/// Looks at every variant that was asked for, and compares them: two with each other, more with the first.
pub fn report(scenarios: &[Scenario]) -> Result<Report, Stop> {
    let seen = scenarios.iter().map(look).collect::<Result<Vec<(Findings, Course)>, Halted>>();
    let seen = seen.map_err(|Halted(message)| Stop::Bad { message, help: None })?;
    let first = scenarios.first().zip(seen.first());
    let others = scenarios.iter().zip(&seen).skip(1);
    let comparisons = others
        .filter_map(|(scenario, (_, course))| {
            let (first, (_, before)) = first?;
            compare((first, before), (scenario, course))
        })
        .collect();
    Ok(Report { findings: seen.into_iter().map(|(findings, _)| findings).collect(), comparisons })
}

impl Report {
    /// How many warnings there are.
    pub fn warnings(&self) -> usize {
        self.findings.iter().map(Findings::warnings).sum()
    }

    /// In words.
    pub fn tell(&self, screen: &Screen) -> Result<(), Stop> {
        for found in &self.findings {
            screen.out(&format!("\n{}", text::findings(found)))?;
        }
        for found in &self.comparisons {
            screen.out(&format!("\n{}", text::comparison(found)))?;
        }
        Ok(())
    }

    /// For a program.
    pub fn json(&self) -> Value {
        json!({ "warnings": self.warnings(), "variants": self.findings, "comparisons": self.comparisons })
    }
}
