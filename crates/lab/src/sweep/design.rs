//! Experimental designs: full factorial grid, Latin hypercube, Sobol sequence, Saltelli and Morris designs, or a file.
use super::draw::draw;
use super::elementary;
use super::over::Axis;
use crate::study::request::DesignMethod;
use crate::tables::csv_lines::{self, unescaped};

/// Greatest number of points of a design.
pub const MOST_POINTS: usize = 100_000;
/// Greatest number of points and of dimensions of a Sobol sequence.
const MOST_SOBOL: (usize, usize) = (1 << 16, 256);

/// The points of a sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Design {
    /// The method that placed them.
    pub method: DesignMethod,
    /// The paths that are varied.
    pub paths: Vec<String>,
    /// The points: a name, and a value for every path.
    pub points: Vec<(String, Vec<String>)>,
}

impl Design {
    /// The points as CSV; `from_csv` reads it.
    pub fn to_csv(&self) -> String {
        let rows = self.points.iter().map(|(name, values)| csv_row(name, values));
        csv_row("point", &self.paths) + &rows.collect::<String>()
    }
}

fn csv_row(name: &str, values: &[String]) -> String {
    let row = csv_cell(name) + &values.iter().map(|value| csv_cell(value)).collect::<String>();
    row[..row.len() - 1].to_owned() + "\n"
}

/// A cell with its comma; numbers are never quoted or escaped.
fn csv_cell(text: &str) -> String {
    if is_number(text) { format!("{text},") } else { csv_lines::leading_cells(&[text]) }
}

/// True if every reader of CSV takes the value for a number.
pub fn is_number(value: &str) -> bool {
    let plain = value.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    plain && value.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Computes the points of a design. `points` is the number asked for: a grid ignores it, and `Saltelli` and `Morris` make
/// `DesignMethod::points_each` points for each. All but a grid depend on the master seed. Returns an error if there are too many
/// points or dimensions.
pub fn lay_out(axes: &[Axis], method: DesignMethod, points: usize, seed: u64) -> Result<Design, String> {
    if points.saturating_mul(method.points_each(axes.len())) > MOST_POINTS {
        return Err(format!("{points} of {} points each are more than {MOST_POINTS}", method.points_each(axes.len())));
    }
    let values = match method {
        DesignMethod::Grid => grid(axes)?,
        DesignMethod::Latin => latin(axes, points, seed),
        DesignMethod::Sobol => sobol(axes, points, seed)?,
        DesignMethod::Saltelli => saltelli(axes, points, seed)?,
        DesignMethod::Morris => morris(axes, points, seed),
        DesignMethod::File => return Err("the points of a file are read, not laid out".to_owned()),
    };
    let points = values.into_iter().enumerate().map(|(at, values)| (at.to_string(), values)).collect();
    Ok(Design { method, paths: axes.iter().map(|axis| axis.path.clone()).collect(), points })
}

fn grid(axes: &[Axis]) -> Result<Vec<Vec<String>>, String> {
    let values: Vec<Vec<String>> = axes.iter().map(|axis| axis.values.grid()).collect();
    let count = values.iter().try_fold(1_usize, |count, values| count.checked_mul(values.len()));
    let count = count.filter(|count| *count <= MOST_POINTS);
    let count = count.ok_or_else(|| format!("a grid of these values has more than {MOST_POINTS} points"))?;
    Ok((0..count).map(|number| grid_point(&values, number)).collect())
}

/// The point of a number: its digits in the mixed radix of the numbers of values, the last path fastest.
fn grid_point(values: &[Vec<String>], number: usize) -> Vec<String> {
    let mut rest = number;
    let mut point = Vec::with_capacity(values.len());
    for values in values.iter().rev() {
        point.push(values[rest % values.len()].clone());
        rest /= values.len();
    }
    point.reverse();
    point
}

fn latin(axes: &[Axis], points: usize, seed: u64) -> Vec<Vec<String>> {
    let mut values = vec![Vec::with_capacity(axes.len()); points];
    for axis in axes {
        // A Fisher-Yates shuffle of the slices, then a random place within each slice.
        let mut slices: Vec<usize> = (0..points).collect();
        for last in (1..points).rev() {
            let other = (draw(seed, &axis.path, last) * (last + 1) as f64) as usize;
            slices.swap(last, other.min(last));
        }
        for (point, slice) in values.iter_mut().zip(slices) {
            let place = (slice as f64 + draw(seed, &axis.path, points + slice)) / points as f64;
            point.push(axis.values.at(place));
        }
    }
    values
}

fn sobol(axes: &[Axis], points: usize, seed: u64) -> Result<Vec<Vec<String>>, String> {
    let sequence = SobolSequence::new(points, axes.len(), seed)?;
    Ok((0..points).map(|point| sequence.values(axes, point, 0)).collect())
}

/// An Owen-scrambled Sobol sequence.
struct SobolSequence {
    scramble: u32,
}

impl SobolSequence {
    /// A sequence of so many points and dimensions; an error if there are more than `MOST_SOBOL`.
    fn new(points: usize, dimensions: usize, seed: u64) -> Result<Self, String> {
        let (most_points, most_dimensions) = MOST_SOBOL;
        if points > most_points || dimensions > most_dimensions {
            return Err(format!("a Sobol sequence has at most {most_points} points of {most_dimensions} numbers"));
        }
        // The sequence takes 32 bits of seed; both halves of ours enter.
        Ok(Self { scramble: (seed ^ (seed >> 32)) as u32 })
    }

    /// The coordinate of a point in a dimension, 0 to 1.
    fn coordinate(&self, point: usize, dimension: usize) -> f64 {
        let small = |number: usize| u32::try_from(number).expect("a sequence is short");
        f64::from(sobol_burley::sample(small(point), small(dimension), self.scramble))
    }

    /// The value of every axis at a point, from the dimensions that begin at `first`.
    fn values(&self, axes: &[Axis], point: usize, first: usize) -> Vec<String> {
        axes.iter().enumerate().map(|(at, axis)| axis.values.at(self.coordinate(point, first + at))).collect()
    }
}

/// A. Saltelli et al., Variance based sensitivity analysis of model output, Computer Physics Communications 181 (2010).
fn saltelli(axes: &[Axis], points: usize, seed: u64) -> Result<Vec<Vec<String>>, String> {
    let sequence = SobolSequence::new(points, 2 * axes.len(), seed)?;
    let mut values = Vec::new();
    for point in 0..points {
        let (a, b) = (sequence.values(axes, point, 0), sequence.values(axes, point, axes.len()));
        values.push(a.clone());
        values.extend((0..axes.len()).map(|at| {
            let mut mixed = a.clone();
            mixed[at].clone_from(&b[at]);
            mixed
        }));
        values.push(b);
    }
    Ok(values)
}

fn morris(axes: &[Axis], trajectories: usize, seed: u64) -> Vec<Vec<String>> {
    let paths: Vec<&str> = axes.iter().map(|axis| axis.path.as_str()).collect();
    let points = (0..trajectories).flat_map(|number| elementary::trajectory(&paths, number, seed).points());
    points.map(|point| axes.iter().zip(point).map(|(axis, place)| axis.values.at(place)).collect()).collect()
}

/// Reads a design from CSV: the header names paths, each further row is a point, a column `point` may name the points.
/// The error says in words what is wrong.
pub fn from_csv(text: &str) -> Result<Design, String> {
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let named = header.iter().position(|column| column == "point");
    let paths: Vec<String> = header.iter().filter(|column| *column != "point").map(str::to_owned).collect();
    if paths.is_empty() || paths.iter().any(String::is_empty) {
        return Err("its header must name a path in every column, such as `model.beta`".to_owned());
    }
    if let Some(twice) =
        header.iter().enumerate().find(|(at, name)| header.iter().take(*at).any(|other| other == *name))
    {
        return Err(format!("its header names `{}` twice", twice.1));
    }
    let mut design = Design { method: DesignMethod::File, paths, points: Vec::new() };
    for (number, record) in reader.records().enumerate() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        let name = named.map_or_else(|| number.to_string(), |at| unescaped(&record[at]).to_owned());
        let cells = record.iter().enumerate().filter(|(at, _)| Some(*at) != named);
        let values: Vec<String> = cells.map(|(_, cell)| unescaped(cell).to_owned()).collect();
        if name.is_empty() || values.iter().any(String::is_empty) {
            return Err(format!("line {line} has an empty cell"));
        }
        design.points.push((name, values));
        if design.points.len() > MOST_POINTS {
            return Err(format!("it has more than {MOST_POINTS} points"));
        }
    }
    let mut names: Vec<&String> = design.points.iter().map(|(name, _)| name).collect();
    names.sort();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(format!("it names the point `{}` twice", twice[0]));
    }
    if design.points.is_empty() { Err("it has no points".to_owned()) } else { Ok(design) }
}

#[cfg(test)]
mod tests {
    use super::super::over::AxisValues;
    use super::*;

    fn axes() -> Vec<Axis> {
        let range = AxisValues::Range { low: 0.0, high: 1.0, steps: Some(3) };
        let words = AxisValues::Listed(vec!["a".to_owned(), "b".to_owned()]);
        vec![Axis { path: "x.y".to_owned(), values: range }, Axis { path: "x.z".to_owned(), values: words }]
    }

    #[test]
    fn a_grid_is_every_combination() {
        let grid = lay_out(&axes(), DesignMethod::Grid, 0, 1).unwrap();
        let points: Vec<String> =
            grid.points.iter().map(|(name, values)| format!("{name}:{}", values.join("/"))).collect();
        assert_eq!(points, ["0:0/a", "1:0/b", "2:0.5/a", "3:0.5/b", "4:1/a", "5:1/b"]);
    }

    #[test]
    fn every_slice_of_a_range_has_one_point() {
        for method in [DesignMethod::Latin, DesignMethod::Sobol] {
            for seed in 0..20 {
                let points = lay_out(&axes(), method, 16, seed).unwrap().points;
                let mut slices: Vec<usize> =
                    points.iter().map(|(_, values)| (values[0].parse::<f64>().unwrap() * 16.0) as usize).collect();
                slices.sort_unstable();
                assert_eq!(slices, (0..16).collect::<Vec<_>>(), "{method:?} {seed}");
                assert_eq!(points.iter().filter(|(_, values)| values[1] == "a").count(), 8, "{method:?} {seed}");
            }
        }
    }

    #[test]
    fn a_design_reads_back_from_its_text() {
        let axes = [
            Axis { path: "x.y".to_owned(), values: AxisValues::Range { low: -1.0, high: 1.0, steps: None } },
            Axis { path: "x.z".to_owned(), values: AxisValues::Listed(vec!["=a,b".to_owned(), "-x".to_owned()]) },
        ];
        for method in [DesignMethod::Latin, DesignMethod::Saltelli, DesignMethod::Morris] {
            let design = lay_out(&axes, method, 8, 3).unwrap();
            assert_eq!(design.points.len(), 8 * method.points_each(2));
            let read = from_csv(&design.to_csv()).unwrap();
            assert_eq!(Design { method, ..read }, design);
        }
        assert!(lay_out(&axes, DesignMethod::Saltelli, 25_001, 3).is_err());
    }

    #[test]
    fn a_base_point_is_a_then_a_with_each_path_from_b_then_b() {
        let design = lay_out(&axes(), DesignMethod::Saltelli, 4, 1).unwrap();
        for base in design.points.chunks(4) {
            let [a, first, second, b] = [0, 1, 2, 3].map(|at| &base[at].1);
            assert_eq!((first, second), (&vec![b[0].clone(), a[1].clone()], &vec![a[0].clone(), b[1].clone()]));
        }
    }

    #[test]
    fn a_design_file_keeps_its_order_and_errors_name_its_faults() {
        let design = from_csv("point,model.beta\nfirst,2\nsecond, 4.5\n").unwrap();
        assert_eq!(design.points[1], ("second".to_owned(), vec!["4.5".to_owned()]));
        let cases = [
            ("", "its header must name a path"),
            ("point\n1\n", "its header must name a path"),
            ("model.beta,model.beta\n1,2\n", "its header names `model.beta` twice"),
            ("model.beta\n", "it has no points"),
            ("model.beta,model.w_cost\n1,\n", "line 2 has an empty cell"),
            ("model.beta,model.w_cost\n1\n", "CSV error"),
            ("point,model.beta\na,1\na,2\n", "it names the point `a` twice"),
        ];
        for (text, message) in cases {
            let error = from_csv(text).unwrap_err();
            assert!(error.starts_with(message), "{text:?}: {error}");
        }
    }
}
