//! What runs show of the statements.
use super::reference_data::ByNation;
use super::stances::Stances;
use noforn::history::cell::Text;
use noforn::world::clock::Quarter;
use std::collections::{BTreeMap, BTreeSet};

/// What one run shows of the statements.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observations {
    /// Stances of all nations, by quarter.
    pub stances: Stances,
    /// Nations towards which a rule that forbids sharing was ever applied in full.
    pub cut: BTreeSet<Text>,
    /// Nations that any owner ever restricted in any action.
    pub restricted: BTreeSet<Text>,
    /// Hosts of outposts that were ever suspended or withdrawn.
    pub bases_moved: BTreeSet<Text>,
    /// Quarters from an announced rule's trigger to its application, grace included; one number per cut.
    pub cut_quarters: Vec<f64>,
    /// Quarters from the end of a rule's condition to the end of the restriction; one number per restoration.
    pub restore_quarters: Vec<f64>,
    /// Mean of `declared_actual_gap` over the quarters up to the end of the record in which a rule would stop something.
    pub gap: Option<f64>,
    /// Mean of `pool_thinning_share` over the run.
    pub thinning: Option<f64>,
    /// Mean of `reports_lost_to_friction_share` over the run.
    pub friction: Option<f64>,
    /// Agreements between two nations made during the run.
    pub side_groups: f64,
    /// Share of 5G access by flagged vendors at the end of each year, of nations that have built any.
    pub access_5g: BTreeMap<u32, ByNation>,
    /// When the first report leaked and when that is discovered, which may be after the run.
    pub leak: Option<(Quarter, Quarter)>,
    /// By nation with an operator whose 4G access was mostly by flagged vendors: the first quarter in which such an
    /// operator signed for 5G with another vendor while the government did not ban; none if no operator did.
    pub operators: BTreeMap<Text, Option<Quarter>>,
    /// For 4G and 5G access: years from a removal order to its deadline, and years of the operators' own replacement
    /// cycle.
    pub deadlines: [(f64, f64); 2],
}

/// One replicate of two variants: both runs use the same random numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PairedRuns {
    /// The baseline.
    pub base: Observations,
    /// The variant in which the threat is carried out to the letter; none where it was not run.
    pub spoken: Option<Observations>,
}
