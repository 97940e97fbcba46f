//! Names and codes that people write for countries instead of ISO 3166-1 alpha-3.

/// The code, the English name, and other names: alpha-2, Correlates of War, sport and everyday codes. None of these is
/// another country's alpha-3 code.
const COUNTRIES: &[(&str, &str, &[&str])] = &[
    ("ALB", "Albania", &["AL"]),
    ("ARE", "the United Arab Emirates", &["AE", "UAE", "United Arab Emirates"]),
    ("ARG", "Argentina", &["AR"]),
    ("AUS", "Australia", &["AU", "AUL"]),
    ("AUT", "Austria", &["AT"]),
    ("BEL", "Belgium", &["BE"]),
    ("BGR", "Bulgaria", &["BG", "BUL"]),
    ("BHR", "Bahrain", &["BH"]),
    ("BLR", "Belarus", &["BY"]),
    ("BRA", "Brazil", &["BR"]),
    ("CAN", "Canada", &["CA"]),
    ("CHE", "Switzerland", &["CH", "SWI", "SUI"]),
    ("CHL", "Chile", &["CL", "CHI"]),
    ("CHN", "China", &["CN", "PRC", "People's Republic of China"]),
    ("COL", "Colombia", &["CO"]),
    ("CRI", "Costa Rica", &["CR"]),
    ("CYP", "Cyprus", &["CY"]),
    ("CZE", "Czechia", &["CZ", "CZR", "Czech Republic"]),
    ("DEU", "Germany", &["DE", "GER", "GMY"]),
    ("DNK", "Denmark", &["DK", "DEN"]),
    ("DOM", "Dominican Republic", &["DO"]),
    ("EGY", "Egypt", &["EG"]),
    ("ESP", "Spain", &["ES", "SPA", "SPN"]),
    ("EST", "Estonia", &["EE"]),
    ("ETH", "Ethiopia", &["ET"]),
    ("FIN", "Finland", &["FI"]),
    ("FRA", "France", &["FR", "FRN"]),
    ("GBR", "United Kingdom", &["GB", "UK", "UKG", "ENG", "Britain", "Great Britain", "England"]),
    ("GRC", "Greece", &["GR", "GRE"]),
    ("HRV", "Croatia", &["HR", "CRO"]),
    ("HUN", "Hungary", &["HU"]),
    ("IDN", "Indonesia", &["ID", "INA", "INS"]),
    ("IND", "India", &["IN"]),
    ("IRL", "Ireland", &["IE", "IRE"]),
    ("IRN", "Iran", &["IR"]),
    ("ISL", "Iceland", &["IS", "ICE"]),
    ("ISR", "Israel", &["IL"]),
    ("ITA", "Italy", &["IT"]),
    ("JPN", "Japan", &["JP", "JAP"]),
    ("KEN", "Kenya", &["KE"]),
    ("KOR", "South Korea", &["KR", "ROK", "SKO", "Korea"]),
    ("KWT", "Kuwait", &["KW"]),
    ("LTU", "Lithuania", &["LT", "LIT"]),
    ("LUX", "Luxembourg", &["LU"]),
    ("LVA", "Latvia", &["LV", "LAT"]),
    ("MAR", "Morocco", &["MA"]),
    ("MEX", "Mexico", &["MX"]),
    ("MKD", "North Macedonia", &["MK", "Macedonia"]),
    ("MLT", "Malta", &["MT"]),
    ("MNE", "Montenegro", &["ME"]),
    ("MYS", "Malaysia", &["MY", "MAS", "MAL"]),
    ("NGA", "Nigeria", &["NG"]),
    ("NLD", "Netherlands", &["NL", "HOL", "NED", "NTH", "Holland"]),
    ("NOR", "Norway", &["NO"]),
    ("NZL", "New Zealand", &["NZ", "NEW"]),
    ("PAK", "Pakistan", &["PK"]),
    ("PAN", "Panama", &["PA"]),
    ("PER", "Peru", &["PE"]),
    ("PHL", "Philippines", &["PH", "PHI"]),
    ("POL", "Poland", &["PL"]),
    ("PRK", "North Korea", &["KP", "DRK"]),
    ("PRT", "Portugal", &["PT", "POR"]),
    ("QAT", "Qatar", &["QA"]),
    ("ROU", "Romania", &["RO", "ROM", "RUM"]),
    ("RUS", "Russia", &["RU", "Russian Federation"]),
    ("SAU", "Saudi Arabia", &["SA", "KSA"]),
    ("SGP", "Singapore", &["SG", "SIN"]),
    ("SRB", "Serbia", &["RS"]),
    ("SVK", "Slovakia", &["SK"]),
    ("SVN", "Slovenia", &["SI"]),
    ("SWE", "Sweden", &["SE", "SWD"]),
    ("THA", "Thailand", &["TH"]),
    ("TUR", "Turkey", &["TR", "Türkiye", "Turkiye"]),
    ("TWN", "Taiwan", &["TW", "TAI", "TAW"]),
    ("UKR", "Ukraine", &["UA"]),
    ("USA", "United States", &["US", "U.S.", "America", "United States of America"]),
    ("VNM", "Vietnam", &["VN", "VIE", "Viet Nam"]),
    ("ZAF", "South Africa", &["ZA", "RSA", "SAF"]),
];

/// The alpha-3 code and English name of the country that a name or another code means; none for an alpha-3 code and for
/// an unknown text.
pub fn meant(text: &str) -> Option<(&'static str, &'static str)> {
    let written = text.trim();
    if COUNTRIES.iter().any(|(code, ..)| *code == written) {
        return None;
    }
    let is = |word: &&str| word.eq_ignore_ascii_case(written);
    COUNTRIES
        .iter()
        .find(|(code, name, others)| is(code) || is(name) || others.iter().any(is))
        .map(|(code, name, _)| (*code, *name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn wrong_codes_and_names_find_their_country() {
        for (written, code) in
            [("GER", "DEU"), ("UK", "GBR"), ("SWI", "CHE"), ("HOL", "NLD"), ("germany", "DEU"), ("deu", "DEU")]
        {
            assert_eq!(meant(written).map(|found| found.0), Some(code), "{written}");
        }
        assert_eq!(meant("DEU"), None);
        assert_eq!(meant("XYZ"), None);
    }

    #[test]
    fn no_wrong_code_stands_for_two_countries() {
        let mut seen = BTreeSet::new();
        for (code, name, others) in COUNTRIES {
            for word in others.iter().chain([code, name]) {
                assert!(seen.insert(word.to_lowercase()), "{word}");
            }
        }
    }
}
