//! Calendar time in quarters; the model knows no other clock.
use std::fmt;
use std::str::FromStr;

/// A quarter of a year, counted from the first quarter of year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter(pub u32);

impl Quarter {
    /// Quarter `number` (1 to 4) of a year.
    pub fn new(year: u32, number: u32) -> Self {
        assert!((1..=4).contains(&number), "a year has quarters 1 to 4");
        Self(year * 4 + number - 1)
    }
    /// The year.
    pub fn year(self) -> u32 {
        self.0 / 4
    }
    /// 1 to 4.
    pub fn number(self) -> u32 {
        self.0 % 4 + 1
    }
    /// Whether the year ends with it.
    pub fn ends_year(self) -> bool {
        self.number() == 4
    }
    /// The quarter after this many more.
    pub fn plus(self, quarters: u32) -> Self {
        Self(self.0 + quarters)
    }
    /// Quarters since an earlier one (negative when it lies ahead).
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
        let bad = || format!("`{text}` is not a quarter such as `2019Q1`");
        let (year, number) = text.split_once('Q').ok_or_else(bad)?;
        if year.len() != 4 || number.len() != 1 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'Q') {
            return Err(bad());
        }
        let number: u32 = number.parse().map_err(|_| bad())?;
        let year: u32 = year.parse().map_err(|_| bad())?;
        if !(1..=4).contains(&number) || !(1900..=2999).contains(&year) {
            Err(bad())
        } else {
            Ok(Self::new(year, number))
        }
    }
}

/// The chance in one quarter of something that happens at `hazard` a year.
pub fn per_quarter(hazard: f64) -> f64 {
    1.0 - libm::exp(-hazard / 4.0)
}
