//! Calendar time in quarters: the only time of the model.
use std::fmt;
use std::str::FromStr;

/// A quarter of a year, counted from the first quarter of year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter(pub u32);

impl Quarter {
    /// Quarter `number` (1 to 4) of a year.
    ///
    /// # Panics
    /// If the number is not 1 to 4.
    pub fn new(year: u32, number: u32) -> Self {
        assert!((1..=4).contains(&number), "a year has quarters 1 to 4");
        Self(year * 4 + number - 1)
    }
    /// The calendar year.
    pub fn year(self) -> u32 {
        self.0 / 4
    }
    /// The number of the quarter within its year, 1 to 4.
    pub fn number(self) -> u32 {
        self.0 % 4 + 1
    }
    /// True for the last quarter of a year.
    pub fn ends_year(self) -> bool {
        self.number() == 4
    }
    /// The quarter that is this many quarters later.
    pub fn plus(self, quarters: u32) -> Self {
        Self(self.0 + quarters)
    }
    /// How many quarters it is later than another; negative if it is earlier.
    pub fn since(self, earlier: Quarter) -> i64 {
        i64::from(self.0) - i64::from(earlier.0)
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Q{}", self.year(), self.number())
    }
}

impl FromStr for Quarter {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        parse(text).ok_or_else(|| format!("`{text}` is not a quarter such as `2019Q1`"))
    }
}

/// The quarter that a text such as `2019Q1` names, of the years 1900 to 2999.
fn parse(text: &str) -> Option<Quarter> {
    let (year, number) = text.split_once('Q')?;
    if year.len() != 4 || number.len() != 1 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'Q') {
        return None;
    }
    let (year, number): (u32, u32) = (year.parse().ok()?, number.parse().ok()?);
    ((1..=4).contains(&number) && (1900..=2999).contains(&year)).then(|| Quarter::new(year, number))
}

/// The probability that something with this hazard (per year) happens within one quarter.
pub fn per_quarter(hazard: f64) -> f64 {
    1.0 - libm::exp(-hazard / 4.0)
}
