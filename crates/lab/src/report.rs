//! A report for general readers: one HTML file, drawn from the tables of an output folder.
pub mod assumptions;
pub mod compared;
pub mod dyads;
pub mod exposure;
pub mod fan;
pub mod figure;
pub mod folder;
pub mod markup;
pub mod matrix;
pub mod metrics;
pub mod nations;
pub mod numbers;
pub mod options;
pub mod page;
mod sections;
pub mod sentences;
pub mod stances;
pub mod storyline;
pub mod survival;
pub mod svg;
pub mod swept;
pub mod table;
pub mod tradeoff;

use crate::compare;
use crate::study::kept::{self, KeptError};
use crate::tables::Tables;
use dyads::SharingHistory;
use fan::VariantMetrics;
use figure::Figure;
use folder::RunFolder;
use metrics::MetricStatistics;
use nations::{NationLabel, NationStatistics};
use noforn::scenario::Scenario;
use stances::{HistoricalStances, VariantNations};

/// The data that a report is drawn from.
#[derive(Debug)]
pub struct ReportData<'a> {
    /// The folder of results.
    pub folder: &'a RunFolder<'a>,
    /// The nations of each variant that is shown.
    pub nations: Vec<Vec<NationLabel>>,
    /// Statistics of `nations.csv`, one per variant; none if the folder has no such table.
    pub nation_statistics: Option<Vec<NationStatistics>>,
    /// Statistics of `metrics.csv`, one per variant; none if the folder has no such table.
    pub metric_statistics: Option<Vec<MetricStatistics>>,
    /// The first run of each variant in `dyads.csv`; none if the folder has no such table.
    pub sharing: Option<Vec<SharingHistory>>,
    /// What governments really did; empty if no record is given.
    pub historical: HistoricalStances,
    /// The pair (sender, receiver) whose exposure is drawn, as ISO codes. If none, the pair with most reports withheld.
    pub pair: Option<(String, String)>,
}

impl<'a> ReportData<'a> {
    /// Reads the tables of a folder. Returns an error that names the table if one cannot be read.
    pub fn read(
        folder: &'a RunFolder<'a>,
        historical: HistoricalStances,
        pair: Option<(String, String)>,
    ) -> Result<Self, KeptError> {
        let scenarios = &folder.scenarios;
        let nation_statistics = nations::read(folder.tables, scenarios).map_err(KeptError::Folder)?;
        let metric_statistics = metrics::read(folder.tables, scenarios).map_err(KeptError::Folder)?;
        let sharing = dyads::read(folder.tables, scenarios).map_err(KeptError::Folder)?;
        let nations = scenarios.iter().map(nations::nations).collect();
        Ok(Self { folder, nations, nation_statistics, metric_statistics, sharing, historical, pair })
    }

    /// The scenarios that are shown, the reference first.
    pub fn scenarios(&self) -> &'a [Scenario] {
        &self.folder.scenarios
    }

    /// The variants that have runs in `metrics.csv`, with their statistics.
    pub fn variant_metrics(&self) -> Vec<VariantMetrics<'_>> {
        let names = self.scenarios().iter().map(|scenario| scenario.variant.as_str());
        names.zip(self.metric_statistics.iter().flatten()).filter(|(_, metrics)| metrics.runs > 0).collect()
    }

    /// The variants that have runs in `nations.csv`, with their statistics.
    pub fn variant_nations(&self) -> Vec<VariantNations<'_>> {
        let names = self.scenarios().iter().map(|scenario| scenario.variant.as_str());
        names.zip(self.nation_statistics.iter().flatten()).filter(|(_, statistics)| statistics.runs > 0).collect()
    }
}

/// A picture of the report as a file of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its name without an ending: letters, digits and hyphens.
    pub name: String,
    /// The picture as SVG.
    pub svg: String,
}

/// Draws the pictures of the report, in its order. Fails if the first run cannot be made again for the exposure figure.
pub fn pictures(data: &ReportData<'_>) -> Result<Vec<Picture>, KeptError> {
    let sections = sections::all(data)?;
    Ok(sections.iter().flat_map(|section| &section.figures).flat_map(Figure::pictures).collect())
}

/// The report of a folder of `noforn compare` or `noforn sweep`.
#[derive(Debug)]
pub struct StudyReport {
    title: String,
    /// What was done, a paragraph each.
    lead: Vec<String>,
    sections: Vec<page::Section>,
}

impl StudyReport {
    /// Reads the tables of a folder. None if the folder holds another study; an error names the table that cannot be read.
    pub fn read(tables: &dyn Tables) -> Result<Option<Self>, KeptError> {
        let request = kept::request(tables).map_err(KeptError::Folder)?;
        if let Some(shard) = request.shard {
            let place = tables.place();
            return Err(KeptError::Folder(format!(
                "`{place}` holds part {shard} of the runs; `noforn merge` joins the parts"
            )));
        }
        let names: Vec<&str> = request.variants.iter().map(|kept| kept.variant.as_str()).collect();
        let runs = numbers::count(request.reps as usize, "run");
        let scenarios = kept::scenarios(tables, &request)?;
        let (sections, done) = match (&request.sweep, names.as_slice()) {
            (Some(sweep), _) => {
                (swept::sections(tables, sweep), format!("A sweep, {runs} of each point on the same luck."))
            }
            (None, [a, b]) if request.tables == compare::NAME => {
                let hub = scenarios.first().map_or("the hub", Scenario::hub_name);
                (
                    compared::sections(tables, [*a, *b], hub),
                    format!("{b} against {a}, {runs} of each on the same luck."),
                )
            }
            _ => return Ok(None),
        };
        let sections = sections.map_err(KeptError::Folder)?;
        let title = scenarios.first().map_or_else(|| request.scenario.clone(), |scenario| scenario.file.title.clone());
        Ok(Some(Self { title, lead: vec![done], sections }))
    }

    /// The report as one HTML page.
    pub fn html(&self) -> String {
        page::of_study(&self.title, &self.lead, &self.sections)
    }

    /// Its pictures.
    pub fn pictures(&self) -> Vec<Picture> {
        self.sections.iter().flat_map(|section| &section.figures).flat_map(Figure::pictures).collect()
    }
}

/// Writes the report as one HTML page. Fails if the first run cannot be made again for the exposure figure.
pub fn html(data: &ReportData<'_>) -> Result<String, KeptError> {
    let sections = sections::all(data)?;
    Ok(page::page(data, &sections))
}
