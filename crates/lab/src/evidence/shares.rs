//! Recorded shares of flagged vendors in 5G access, read from CSV.
use super::reference_data::ByNation;
use noforn::load::rows::{CsvField, rows};
use noforn::scenario::fault::{Fault, Place};
use noforn::scenario::source::SourceText;
use noforn::scenario::words::shown;

/// The columns, in this order.
pub const COLUMNS: [&str; 3] = ["iso3", "flagged_access_5g_percent", "confidence"];

/// Reads shares by nation, 0 to 1; fails with every fault at once.
pub fn read(source: &SourceText) -> Result<ByNation, Vec<Fault>> {
    let all = rows(source).map_err(|fault| vec![fault])?;
    let names: Vec<&str> = all.first().map_or(&[][..], Vec::as_slice).iter().map(|cell| cell.text.trim()).collect();
    if names != COLUMNS {
        let what = format!("`{}` is not the header of recorded shares", shown(&names.join(",")));
        return Err(vec![Fault::new("csv-header", what).at(source.top()).help(header_help())]);
    }
    let (mut shares, mut faults) = (ByNation::new(), Vec::new());
    for line in &all[1..] {
        let [nation, percent, _] = line.as_slice() else {
            let fault = Fault::new("csv-row", "this row does not have three cells").at(place(source, &line[0]));
            faults.push(fault.help(header_help()));
            continue;
        };
        match percent.text.trim().parse::<f64>() {
            Ok(number) if (0.0..=100.0).contains(&number) => {
                shares.insert(nation.text.trim().into(), number / 100.0);
            }
            _ => {
                let what = format!("`{}` is not a percentage", shown(&percent.text));
                let fault = Fault::new("bad-value", what).at(place(source, percent));
                faults.push(fault.help("a number from 0 to 100"));
            }
        }
    }
    if faults.is_empty() { Ok(shares) } else { Err(faults) }
}

fn header_help() -> String {
    format!("its first line is `{}`, then a line a nation", COLUMNS.join(","))
}

/// Where a cell is in its file.
fn place(source: &SourceText, cell: &CsvField) -> Place {
    source.place(cell.start, cell.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_in_percent_and_every_fault_is_reported() {
        let head = COLUMNS.join(",");
        let read = |rows: &str| read(&SourceText::new("s.csv", &format!("{head}\n{rows}")));
        let shares = read("GBR,41,S\nEST,0,S\n").expect("right");
        assert_eq!((shares["GBR"], shares["EST"]), (0.41, 0.0));
        let faults = read("GBR,141,S\nEST,S\nDEU,x,S\n").expect_err("three faults");
        let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
        let expected = ["`141` is not a percentage", "this row does not have three cells", "`x` is not a percentage"];
        assert_eq!(messages, expected);
        assert!(super::read(&SourceText::new("s.csv", "")).is_err());
    }
}
