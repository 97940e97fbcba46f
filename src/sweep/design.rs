//! The points of a sweep: a grid, a Latin hypercube, a Sobol sequence, or what another tool wrote.
use super::over::Axis;
use crate::world::chance::{Chance, Stream, subject};
use crate::world::clock::Quarter;

/// The most points of a design.
pub const MOST_POINTS: usize = 100_000;
/// The most numbers of a Sobol sequence, and the most paths it can vary.
const MOST_SOBOL: (usize, usize) = (1 << 16, 256);

/// The points of a sweep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Design {
    /// The paths that are varied.
    pub paths: Vec<String>,
    /// The points: a name, and a value for every path.
    pub points: Vec<(String, Vec<String>)>,
}

/// How points are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Every combination, the last path fastest.
    Grid,
    /// Each path's range is cut into as many slices as there are points, and every slice is met once.
    Latin,
    /// A low-discrepancy sequence, scrambled by the master seed.
    Sobol,
}

/// Lays out the points of a design; `points` is how many (of a grid it follows from the values). The master seed
/// names the points of the others.
pub fn design(axes: &[Axis], layout: Layout, points: usize, seed: u64) -> Result<Design, String> {
    let values = match layout {
        Layout::Grid => grid(axes)?,
        Layout::Latin => latin(axes, points, seed),
        Layout::Sobol => sobol(axes, points, seed)?,
    };
    let points = values.into_iter().enumerate().map(|(at, values)| (at.to_string(), values)).collect();
    Ok(Design { paths: axes.iter().map(|axis| axis.path.clone()).collect(), points })
}

fn grid(axes: &[Axis]) -> Result<Vec<Vec<String>>, String> {
    let values: Vec<Vec<String>> = axes.iter().map(|axis| axis.values.grid()).collect();
    let count = values.iter().try_fold(1_usize, |count, values| count.checked_mul(values.len()));
    let count = count.filter(|count| *count <= MOST_POINTS);
    let count = count.ok_or_else(|| format!("a grid of these values has more than {MOST_POINTS} points"))?;
    let point = |number: usize| {
        let mut rest = number;
        let mut point: Vec<String> = values
            .iter()
            .rev()
            .map(|values| {
                let value = values[rest % values.len()].clone();
                rest /= values.len();
                value
            })
            .collect();
        point.reverse();
        point
    };
    Ok((0..count).map(point).collect())
}

/// A draw of the design. No run has the number that is used here, so runs share no luck with it.
fn draw(seed: u64, path: &str, k: usize) -> f64 {
    let k = u32::try_from(k).expect("a design has fewer draws than 2^32");
    Chance::new(seed, u32::MAX).uniform(Stream::Parameters, subject(path), Quarter(0), k)
}

fn latin(axes: &[Axis], points: usize, seed: u64) -> Vec<Vec<String>> {
    let mut values = vec![Vec::with_capacity(axes.len()); points];
    for axis in axes {
        // Fisher and Yates' shuffle of the slices, then a place within each.
        let mut slices: Vec<usize> = (0..points).collect();
        for last in (1..points).rev() {
            let with = (draw(seed, &axis.path, last) * (last + 1) as f64) as usize;
            slices.swap(last, with.min(last));
        }
        for (point, slice) in values.iter_mut().zip(slices) {
            let place = (slice as f64 + draw(seed, &axis.path, points + slice)) / points as f64;
            point.push(axis.values.at(place));
        }
    }
    values
}

fn sobol(axes: &[Axis], points: usize, seed: u64) -> Result<Vec<Vec<String>>, String> {
    let (most_points, most_axes) = MOST_SOBOL;
    if points > most_points || axes.len() > most_axes {
        return Err(format!("a Sobol sequence has at most {most_points} points over {most_axes} paths"));
    }
    let small = |number: usize| u32::try_from(number).expect("a sequence is short");
    // Both halves of the seed count; the sequence takes 32 bits.
    let scramble = (seed ^ (seed >> 32)) as u32;
    let place = |point: usize, axis: usize| f64::from(sobol_burley::sample(small(point), small(axis), scramble));
    let one = |point: usize| axes.iter().enumerate().map(|(at, axis)| axis.values.at(place(point, at))).collect();
    Ok((0..points).map(one).collect())
}

/// Reads a design that another tool wrote: a header of paths, one row a point; a column `point` names the points.
pub fn read(text: &str) -> Result<Design, String> {
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
    let mut design = Design { paths, points: Vec::new() };
    for (number, record) in reader.records().enumerate() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        let name = named.map_or_else(|| number.to_string(), |at| record[at].to_owned());
        let values: Vec<String> =
            record.iter().enumerate().filter(|(at, _)| Some(*at) != named).map(|(_, cell)| cell.to_owned()).collect();
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
    use super::super::over::Values;
    use super::*;

    fn axes() -> Vec<Axis> {
        let range = Values::Range { low: 0.0, high: 1.0, steps: Some(3) };
        let words = Values::Listed(vec!["a".to_owned(), "b".to_owned()]);
        vec![Axis { path: "x.y".to_owned(), values: range }, Axis { path: "x.z".to_owned(), values: words }]
    }

    #[test]
    fn a_grid_is_every_combination() {
        let grid = design(&axes(), Layout::Grid, 0, 1).unwrap();
        let points: Vec<String> =
            grid.points.iter().map(|(name, values)| format!("{name}:{}", values.join("/"))).collect();
        assert_eq!(points, ["0:0/a", "1:0/b", "2:0.5/a", "3:0.5/b", "4:1/a", "5:1/b"]);
    }

    #[test]
    fn every_slice_is_met_once() {
        for layout in [Layout::Latin, Layout::Sobol] {
            for seed in 0..20 {
                let points = design(&axes(), layout, 16, seed).unwrap().points;
                let mut slices: Vec<usize> =
                    points.iter().map(|(_, values)| (values[0].parse::<f64>().unwrap() * 16.0) as usize).collect();
                slices.sort_unstable();
                assert_eq!(slices, (0..16).collect::<Vec<_>>(), "{layout:?} {seed}");
                assert_eq!(points.iter().filter(|(_, values)| values[1] == "a").count(), 8, "{layout:?} {seed}");
            }
        }
    }

    #[test]
    fn a_design_file_is_read_in_its_order_and_its_faults_are_said() {
        let design = read("point,model.beta\nfirst,2\nsecond, 4.5\n").unwrap();
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
            let said = read(text).unwrap_err();
            assert!(said.starts_with(message), "{text:?}: {said}");
        }
    }
}
