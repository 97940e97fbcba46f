//! The historical record: the stances that governments really took, with their quarters.
use noforn::load::files::Files;
use noforn::scenario::Scenario;
use noforn::world::clock::Quarter;
use noforn::world::levels::Stance;
use std::collections::BTreeMap;

/// Stances by nation and quarter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoricalStances {
    /// The source of the record, in words.
    pub source: String,
    by_nation: BTreeMap<String, BTreeMap<Quarter, usize>>,
}

impl HistoricalStances {
    /// Collects the stances that events set, from the first scenario that has such events: a variant that replays
    /// history.
    pub fn from_events(scenarios: &[Scenario]) -> Self {
        let mut historical = Self::default();
        for scenario in scenarios {
            for dated in &scenario.timeline {
                let Some(entry) = scenario.file.events.get(&dated.id) else { continue };
                if let (Some(stance), Some(nation)) = (entry.stance, &entry.nation) {
                    historical.source = format!("the events of variant {}", scenario.variant);
                    historical.add(nation, dated.quarter, stance.rank());
                }
            }
            if !historical.is_empty() {
                break;
            }
        }
        historical
    }

    /// Reads a CSV file with the columns `iso3` or `nation`, `quarter` or `on`, `stance`, and perhaps `stance_rank`.
    ///
    /// Returns an error that names the line or the column if the file does not have this form.
    pub fn read(files: &dyn Files, path: &str) -> Result<Self, String> {
        let text = files.read(path)?;
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| error.to_string())?.clone();
        let nation = column_index(&header, ["iso3", "nation"])?;
        let quarter = column_index(&header, ["quarter", "on"])?;
        let stance = column_index(&header, ["stance", "stance"])?;
        let ranks = header.iter().position(|head| head == "stance_rank");
        let mut historical = Self { source: path.to_owned(), ..Self::default() };
        for (row, cells) in reader.records().enumerate() {
            let cells = cells.map_err(|error| error.to_string())?;
            let cell = |at: usize| cells.get(at).unwrap_or_default();
            let when = parse_quarter(cell(quarter))
                .ok_or_else(|| format!("line {}: `{}` is no quarter", row + 2, cell(quarter).escape_default()))?;
            // The rank, if there is one, decides: the names of stances may be other words than the model's.
            let rank = match ranks {
                Some(column) => cell(column).parse().ok().filter(|rank| *rank < Stance::ALL.len()),
                None => Stance::ALL.iter().position(|known| known.as_str() == cell(stance)),
            };
            let rank =
                rank.ok_or_else(|| format!("line {}: `{}` is no stance", row + 2, cell(stance).escape_default()))?;
            historical.add(cell(nation), when, rank);
        }
        Ok(historical)
    }

    fn add(&mut self, nation: &str, quarter: Quarter, rank: usize) {
        self.by_nation.entry(nation.to_owned()).or_default().insert(quarter, rank);
    }

    /// True if nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.by_nation.is_empty()
    }

    /// True if anything is recorded of a nation.
    pub fn has(&self, iso3: &str) -> bool {
        self.by_nation.contains_key(iso3)
    }

    /// The rank of a nation's stance at the end of a year. Returns none after the year of the record's last entry.
    pub fn at_end_of(&self, iso3: &str, year: u32) -> Option<usize> {
        let last = self.by_nation.values().filter_map(|all| all.keys().next_back()).max()?;
        let known = self.by_nation.get(iso3).filter(|_| year <= last.year())?;
        known.range(..=Quarter::new(year, 4)).next_back().map(|(_, rank)| *rank)
    }

    /// The record of a nation in words: `restricted from 2019Q2, removal from 2020Q3`.
    pub fn to_text(&self, iso3: &str) -> String {
        let known = self.by_nation.get(iso3).into_iter().flatten();
        known
            .map(|(quarter, rank)| format!("{} from {quarter}", Stance::ALL[*rank].as_str()))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// The index of the first column that has one of two names.
fn column_index(header: &csv::StringRecord, names: [&str; 2]) -> Result<usize, String> {
    let found = header.iter().position(|head| names.contains(&head));
    found.ok_or_else(|| format!("it has no column `{}` or `{}`", names[0], names[1]))
}

/// Parses a quarter (`2020Q2`) or the quarter of a date (`2020-05-15`).
fn parse_quarter(text: &str) -> Option<Quarter> {
    if let Ok(quarter) = text.parse() {
        return Some(quarter);
    }
    let (year, month) = (text.get(..4)?.parse().ok()?, text.get(5..7)?.parse::<u32>().ok()?);
    ((1..=12).contains(&month) && (1900..3000).contains(&year)).then(|| Quarter::new(year, (month - 1) / 3 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stance_holds_until_the_next_entry_and_not_beyond_the_records_last_year() {
        let files: BTreeMap<String, String> = [
            (
                "r.csv".to_owned(),
                "iso3,quarter,stance\nGBR,2020Q3,removal\nGBR,2019Q2,restricted\nDEU,2021-05-01,restricted\n"
                    .to_owned(),
            ),
            ("bad.csv".to_owned(), "iso3,quarter,stance\nGBR,soon,removal\n".to_owned()),
        ]
        .into();
        let historical = HistoricalStances::read(&files, "r.csv").unwrap();
        let cases = [
            ("GBR", 2018, None),
            ("GBR", 2019, Some(1)),
            ("GBR", 2021, Some(3)),
            ("GBR", 2022, None),
            ("DEU", 2021, Some(1)),
            ("USA", 2020, None),
        ];
        for (iso3, year, rank) in cases {
            assert_eq!(historical.at_end_of(iso3, year), rank, "{iso3} in {year}");
        }
        assert_eq!(HistoricalStances::read(&files, "bad.csv").unwrap_err(), "line 2: `soon` is no quarter");
    }
}
