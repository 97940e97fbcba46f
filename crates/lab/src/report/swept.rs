//! The report of a sweep: the range of each metric over the points, and how it goes with the path that moves it most.
use super::figure::{Figure, HtmlTable};
use super::page::Section;
use super::svg::axis::Scale;
use super::svg::{Anchor, Canvas, ShapeStyle, TextStyle, WIDTH, colour};
use super::table::{TableError, TableReader};
use crate::study::request::SweepRequest;
use crate::sweep::closing::{StrongestPath, SweepFindings, number};
use crate::sweep::design::Design;
use crate::sweep::indices::Indices;
use crate::sweep::read_request;
use crate::tables::Tables;

/// Greatest number of pictures.
const PICTURES: usize = 12;

/// The sections of the report.
pub fn sections(folder: &dyn Tables, request: &SweepRequest) -> Result<Vec<Section>, TableError> {
    let (design, metrics) = read_request(folder, request)?;
    let findings = SweepFindings { means: read_means(folder, &metrics)?, indices: Indices::None };
    let mut section = Section::new("ranges", "What the paths move");
    let varying: Vec<usize> = (0..metrics.len()).filter(|metric| findings.varies(*metric)).collect();
    section.paragraphs.push(format!(
        "{} points over {}. Of {} metrics, {} differ between points.",
        design.points.len(),
        design.paths.join(", "),
        metrics.len(),
        varying.len()
    ));
    for metric in &varying {
        let drawn = findings
            .strongest(&design, *metric)
            .and_then(|path| figure(&design, metrics[*metric], &findings.means[*metric], &path));
        section.figures.extend(drawn.filter(|_| section.figures.len() < PICTURES));
    }
    let row = |metric: &usize| {
        let (low, high) = findings.range(*metric).unwrap_or((f64::NAN, f64::NAN));
        let strongest = findings.strongest(&design, *metric);
        let (path, strength) = strongest.map_or_else(Default::default, |found| {
            (found.path, format!("{} {}", found.statistic, number(found.value)))
        });
        vec![metrics[*metric].to_owned(), number(low), number(high), path, strength]
    };
    section.tables.push(HtmlTable {
        caption: "Each metric that differs: its least and greatest mean over the runs of a point, and the path that moves it most"
            .to_owned(),
        heads: ["metric", "least", "greatest", "strongest path", "by"].map(str::to_owned).to_vec(),
        rows: varying.iter().map(row).collect(),
        source: "sweep.csv",
    });
    let mut sections = vec![section];
    sections.extend(indices_section(folder)?);
    Ok(sections)
}

/// `means[m][p]`: the mean of metric m at point p; NaN where it is missing.
fn read_means(folder: &dyn Tables, metrics: &[&'static str]) -> Result<Vec<Vec<f64>>, TableError> {
    let columns: Vec<String> = metrics.iter().map(|metric| format!("{metric}_mean")).collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut means = vec![Vec::new(); metrics.len()];
    let Some(mut table) = TableReader::open(folder, "sweep", &columns)? else { return Ok(means) };
    while table.next_row()? {
        for (at, values) in means.iter_mut().enumerate() {
            values.push(table.number(at)?.unwrap_or(f64::NAN));
        }
    }
    Ok(means)
}

/// The means of a metric against the values of a path; none if these are no numbers.
fn figure(design: &Design, metric: &str, means: &[f64], strongest: &StrongestPath) -> Option<Figure> {
    let path = design.paths.iter().position(|path| *path == strongest.path)?;
    let points: Vec<(f64, f64)> = design
        .points
        .iter()
        .zip(means)
        .filter(|(_, mean)| !mean.is_nan())
        .map(|((_, values), mean)| values[path].parse().ok().map(|value| (value, *mean)))
        .collect::<Option<_>>()?;
    let finding =
        format!("{metric} goes with {} ({} {})", strongest.path, strongest.statistic, number(strongest.value));
    let (left, right, top, bottom) = (72.0, 560.0, 14.0, 230.0);
    let extent = |of: fn(&(f64, f64)) -> f64| {
        let values = points.iter().map(of);
        (values.clone().fold(f64::INFINITY, f64::min), values.fold(f64::NEG_INFINITY, f64::max))
    };
    let x = Scale::round(extent(|point| point.0), (left, right), 6);
    let y = Scale::round(extent(|point| point.1), (bottom, top), 5);
    let mut canvas = Canvas::new(WIDTH, bottom + 44.0, finding.clone());
    let small = TextStyle::plain().size(10.5).fill(colour::GREY);
    for tick in y.ticks(5) {
        canvas.line((left, y.at(tick)), (right, y.at(tick)), ShapeStyle::line(colour::RULE, 0.7));
        canvas.text((left - 6.0, y.at(tick) + 3.5), &number(tick), small.anchored(Anchor::End));
    }
    for tick in x.ticks(6) {
        canvas.line((x.at(tick), bottom), (x.at(tick), bottom + 4.0), ShapeStyle::line(colour::GREY, 0.8));
        canvas.text((x.at(tick), bottom + 16.0), &number(tick), small.anchored(Anchor::Middle));
    }
    for point in &points {
        canvas.circle((x.at(point.0), y.at(point.1)), 2.8, ShapeStyle::area(colour::BLUE).opacity(0.7));
    }
    canvas.text(((left + right) / 2.0, bottom + 34.0), &strongest.path, small.anchored(Anchor::Middle));
    Some(Figure {
        id: format!("sweep-{}", metric.replace('_', "-")),
        description: format!("The mean of `{metric}` at each point against {}.", strongest.path),
        how_to_read:
            "Each mark is a point of the design: the mean over its runs, against the value of the path that moves the \
                      metric most. What scatters around the trend is moved by the other paths."
                .to_owned(),
        drawings: vec![canvas],
        tables: vec![HtmlTable {
            caption: format!("{metric} at each point"),
            heads: vec![strongest.path.clone(), "mean".to_owned()],
            rows: points.iter().map(|(value, mean)| vec![number(*value), number(*mean)]).collect(),
            source: "sweep.csv",
        }],
        finding,
    })
}

/// The sensitivity indices, if the folder has some: the rows of the table as they are.
fn indices_section(folder: &dyn Tables) -> Result<Option<Section>, TableError> {
    let sobol =
        ["metric", "path", "first_order", "first_order_low", "first_order_high", "total", "total_low", "total_high"];
    let morris = ["metric", "path", "mu", "mu_star", "mu_star_low", "mu_star_high", "sigma"];
    let columns: &[&str] = if TableReader::open(folder, "indices", &["mu_star"]).is_ok_and(|table| table.is_some()) {
        &morris
    } else {
        &sobol
    };
    let Some(mut table) = TableReader::open(folder, "indices", columns)? else { return Ok(None) };
    let mut rows = Vec::new();
    while table.next_row()? {
        if !table.text(2).is_empty() {
            rows.push((0..columns.len()).map(|at| table.text(at).to_owned()).collect());
        }
    }
    let mut section = Section::new("indices", "Sensitivity indices");
    section.tables.push(HtmlTable {
        caption: "Indices of each path for each metric that varies, with 95 % bootstrap intervals".to_owned(),
        heads: columns.iter().map(|column| (*column).to_owned()).collect(),
        rows,
        source: "indices.csv",
    });
    Ok(Some(section))
}
