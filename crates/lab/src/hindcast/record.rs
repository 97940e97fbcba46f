//! The historical record: dated stances of governments, read from CSV.
use noforn::load::rows::{CsvField, CsvRecord, rows};
use noforn::scenario::Scenario;
use noforn::scenario::fault::Fault;
use noforn::scenario::source::SourceText;
use noforn::scenario::words::{instead, shown};
use noforn::world::clock::Quarter;
use noforn::world::levels::{STANCES, Stance};
use std::collections::BTreeMap;

/// The columns of a record, in this order.
pub const COLUMNS: [&str; 5] = ["iso3", "quarter", "stance", "stance_rank", "confidence"];

/// The recorded stances of nations, by iso3; each stance holds until the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StanceRecord(BTreeMap<String, BTreeMap<Quarter, Stance>>);

impl StanceRecord {
    /// Reads a record with the columns `COLUMNS`; fails with every fault at once.
    pub fn read(source: &SourceText) -> Result<Self, Vec<Fault>> {
        let all = rows(source).map_err(|fault| vec![fault])?;
        let Some((header, lines)) = all.split_first() else {
            return Err(vec![Fault::new("csv-header", "this record is empty").at(source.top()).help(header_help())]);
        };
        let names: Vec<&str> = header.iter().map(|cell| cell.text.trim()).collect();
        if names != COLUMNS {
            let fault =
                Fault::new("csv-header", format!("`{}` is not the header of a record", shown(&names.join(","))));
            return Err(vec![fault.at(source.top()).help(header_help())]);
        }
        let (mut record, mut faults) = (Self::default(), Vec::new());
        for line in lines {
            match entry(line, source) {
                Ok((nation, quarter, stance)) => {
                    if record.0.entry(nation).or_default().insert(quarter, stance).is_some() {
                        let fault = Fault::new("csv-row", format!("this nation has two stances in {quarter}"));
                        faults.push(
                            at(fault, &line[0], source).help("keep the one that stood at the end of the quarter"),
                        );
                    }
                }
                Err(fault) => faults.push(fault),
            }
        }
        if lines.is_empty() {
            faults.push(Fault::new("csv-row", "this record has no rows").at(source.top()).help(header_help()));
        }
        if faults.is_empty() { Ok(record) } else { Err(faults) }
    }

    /// Removes nations that the scenario does not have; returns them.
    pub fn remove_strangers(&mut self, scenario: &Scenario) -> Vec<String> {
        let strangers = self.0.extract_if(.., |id, _| scenario.rosters.nations.rank(id).is_none());
        strangers.map(|(id, _)| id).collect()
    }

    /// The record of the nations for which `wanted` is true.
    #[must_use]
    pub fn filtered(&self, wanted: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|(id, _)| wanted(id)).map(|(id, stances)| (id.clone(), stances.clone())).collect())
    }

    /// The nations, by iso3.
    pub fn nations(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Number of nations.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if it has no nation.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The stance of a nation at the end of a quarter: the last recorded up to then; `open` before the first.
    pub fn at(&self, nation: &str, quarter: Quarter) -> Stance {
        let known = self.0.get(nation).and_then(|stances| stances.range(..=quarter).next_back());
        known.map_or(Stance::Open, |(_, stance)| *stance)
    }

    /// The first quarter from `start` on at whose end a nation has `banned` or beyond; none if it never does or had it before.
    pub fn first_ban(&self, nation: &str, start: Quarter) -> Option<Quarter> {
        if self.at(nation, Quarter(start.0 - 1)) >= Stance::Banned {
            return None;
        }
        self.0.get(nation)?.range(start..).find(|(_, stance)| **stance >= Stance::Banned).map(|(quarter, _)| *quarter)
    }

    /// Every change of stance from `start` on: nation, quarter, stance before, stance after.
    pub fn moves(&self, start: Quarter) -> Vec<(&str, Quarter, Stance, Stance)> {
        let mut moves = Vec::new();
        for (nation, stances) in &self.0 {
            let mut before = self.at(nation, Quarter(start.0 - 1));
            for (quarter, stance) in stances.range(start..) {
                if *stance != before {
                    moves.push((nation.as_str(), *quarter, before, *stance));
                }
                before = *stance;
            }
        }
        moves
    }
}

fn header_help() -> String {
    format!("its first line is `{}`, then a line for each change of a stance", COLUMNS.join(","))
}

fn at(fault: Fault, cell: &CsvField, source: &SourceText) -> Fault {
    fault.at(source.place(cell.start, cell.end))
}

fn entry(line: &CsvRecord, source: &SourceText) -> Result<(String, Quarter, Stance), Fault> {
    if line.len() != COLUMNS.len() {
        let fault = Fault::new("csv-row", format!("this row has {} cells, the header {}", line.len(), COLUMNS.len()));
        return Err(at(fault, &line[0], source).help("a missing value is an empty cell between commas"));
    }
    let text = |column: usize| line[column].text.trim();
    let nation = text(0);
    if nation.len() != 3 || !nation.bytes().all(|byte| byte.is_ascii_uppercase()) {
        let fault = Fault::new("bad-id", format!("`{}` is no nation's code", shown(nation)));
        return Err(at(fault, &line[0], source).help("three capital letters as in ISO 3166-1, such as `DEU`"));
    }
    let quarter = text(1).parse().map_err(|_| {
        let fault = Fault::new("bad-quarter", format!("`{}` is not a quarter", shown(text(1))));
        at(fault, &line[1], source).help("a year and a quarter such as `2019Q1`")
    })?;
    let rank = text(3).parse::<usize>().ok().filter(|rank| *rank < STANCES);
    let rank = rank.ok_or_else(|| {
        let fault = Fault::new("bad-value", format!("`{}` is no rank of a stance", shown(text(3))));
        at(fault, &line[3], source).help("0 open, 1 restricted, 2 banned, 3 removal")
    })?;
    if !["H", "M", "L", ""].contains(&text(4)) {
        let help = instead(text(4), ["H", "M", "L"], "");
        let fault = Fault::new("bad-value", format!("`{}` is no confidence", shown(text(4))));
        return Err(at(fault, &line[4], source).help(help));
    }
    Ok((nation.to_owned(), quarter, Stance::from_rank(rank).expect("a rank below the number of stances")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "iso3,quarter,stance,stance_rank,confidence\n";

    fn read(rows: &str) -> Result<StanceRecord, Vec<Fault>> {
        StanceRecord::read(&SourceText::new("record.csv", &format!("{HEADER}{rows}")))
    }

    fn quarter(text: &str) -> Quarter {
        text.parse().unwrap()
    }

    #[test]
    fn the_last_row_up_to_a_quarter_is_the_stance() {
        let record = read("POL,2019Q3,banned,2,M\nPOL,2020Q4,restricted,1,M\nGBR,2018Q4,restricted,1,H\n").unwrap();
        let cases = [("2018Q4", 0), ("2019Q2", 0), ("2019Q3", 2), ("2020Q3", 2), ("2020Q4", 1), ("2025Q4", 1)];
        for (when, rank) in cases {
            assert_eq!(record.at("POL", quarter(when)).rank(), rank, "{when}");
        }
        assert_eq!(record.at("XXX", quarter("2025Q4")), Stance::Open);
        assert_eq!(record.first_ban("POL", quarter("2019Q1")), Some(quarter("2019Q3")));
        assert_eq!(record.first_ban("POL", quarter("2020Q1")), None, "it stood there before");
        assert_eq!(record.first_ban("GBR", quarter("2019Q1")), None);
        let moves: Vec<usize> = record.moves(quarter("2019Q1")).iter().map(|(.., after)| after.rank()).collect();
        assert_eq!(moves, [2, 1]);
    }

    #[test]
    fn every_fault_of_a_record_is_reported_with_its_place() {
        let cases = [
            ("POL,2019Q3,banned,2\n", 2, 1, "this row has 4 cells, the header 5"),
            ("Poland,2019Q3,banned,2,H\n", 2, 1, "`Poland` is no nation's code"),
            ("POL,2019-09,banned,2,H\n", 2, 5, "`2019-09` is not a quarter"),
            ("POL,2019Q3,banned,4,H\n", 2, 19, "`4` is no rank of a stance"),
            ("POL,2019Q3,banned,2,sure\n", 2, 21, "`sure` is no confidence"),
            ("POL,2019Q3,banned,2,H\nPOL,2019Q3,banned,2,H\n", 3, 1, "this nation has two stances in 2019Q3"),
            ("", 1, 1, "this record has no rows"),
        ];
        for (text, line, column, message) in cases {
            let faults = read(text).unwrap_err();
            let place = faults[0].place.clone().unwrap();
            assert_eq!((place.line, place.column, faults[0].message.as_str()), (line, column, message));
            assert!(faults[0].help.is_some(), "{message}");
        }
        assert!(StanceRecord::read(&SourceText::new("r.csv", "iso3,quarter\n")).is_err());
    }
}
