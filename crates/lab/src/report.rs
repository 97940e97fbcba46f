//! A report that anyone can read: one HTML file, drawn from the tables of an output folder.
pub mod assumptions;
pub mod census;
pub mod course;
pub mod exposure;
pub mod fan;
pub mod folder;
pub mod markup;
pub mod matrix;
pub mod numbers;
pub mod page;
pub mod pairs;
pub mod picture;
mod sections;
pub mod sentences;
pub mod stances;
pub mod storyline;
pub mod svg;
pub mod table;
pub mod tradeoff;

use crate::study::kept::KeptError;
use census::{Census, Nation};
use course::Course;
use fan::Named;
use folder::Folder;
use noforn::scenario::Scenario;
use pairs::Pairs;
use stances::{Counted, Record};

/// What a report is made of.
#[derive(Debug)]
pub struct Findings<'a> {
    /// The folder.
    pub folder: &'a Folder<'a>,
    /// The nations of every variant that is shown.
    pub nations: Vec<Vec<Nation>>,
    /// What `nations.csv` says of every variant; none where the folder does not have it.
    pub census: Option<Vec<Census>>,
    /// What `metrics.csv` says.
    pub courses: Option<Vec<Course>>,
    /// What `dyads.csv` says.
    pub pairs: Option<Vec<Pairs>>,
    /// What happened, where it is recorded.
    pub record: Record,
    /// The pair whose exposure is drawn, by their codes, sender first; the most withheld from where none is asked for.
    pub pair: Option<(String, String)>,
}

impl<'a> Findings<'a> {
    /// Reads the tables of a folder.
    pub fn read(folder: &'a Folder<'a>, record: Record, pair: Option<(String, String)>) -> Result<Self, KeptError> {
        let scenarios = &folder.scenarios;
        let wrong = KeptError::Folder;
        let census = census::read(folder.tables, scenarios).map_err(wrong)?;
        let courses = course::read(folder.tables, scenarios).map_err(wrong)?;
        let pairs = pairs::read(folder.tables, scenarios).map_err(wrong)?;
        let nations = scenarios.iter().map(census::nations).collect();
        Ok(Self { folder, nations, census, courses, pairs, record, pair })
    }

    /// The scenarios that are shown, the reference first.
    pub fn scenarios(&self) -> &'a [Scenario] {
        &self.folder.scenarios
    }

    /// The variants with the courses of their runs; none where no runs are told.
    pub fn named(&self) -> Vec<Named<'_>> {
        let names = self.scenarios().iter().map(|scenario| scenario.variant.as_str());
        let told = names.zip(self.courses.iter().flatten()).filter(|(_, course)| course.runs > 0);
        told.collect()
    }

    /// The variants with their censuses; none where no nations are told.
    pub fn counted(&self) -> Vec<Counted<'_>> {
        let names = self.scenarios().iter().map(|scenario| scenario.variant.as_str());
        names.zip(self.census.iter().flatten()).filter(|(_, census)| census.runs > 0).collect()
    }
}

/// The report of a folder as HTML.
pub fn html(findings: &Findings<'_>) -> Result<String, KeptError> {
    let sections = sections::all(findings)?;
    Ok(page::page(findings, &sections))
}
