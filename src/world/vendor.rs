//! Vendors: makers of network equipment, who lists them, and what nobody knows of them.
use super::ids::VendorId;
use super::sets::NationSet;
use bevy_ecs::prelude::*;

/// A vendor's identity and what does not change in a run.
#[derive(Component, Clone, Debug, PartialEq)]
#[component(immutable)]
pub struct Vendor {
    /// Its identity.
    pub id: VendorId,
    /// Its address in chance.
    pub subject: u64,
    /// Price of its equipment; 1 is the market's.
    pub price: f64,
    /// Quality of its equipment; 1 is the market's.
    pub quality: f64,
}

/// Its standing with nations.
#[derive(Component, Clone, Debug, PartialEq)]
pub struct Standing {
    /// Who lists it as a risk.
    pub flagged_by: NationSet,
    /// How far its chip supply is cut, 0 to 1.
    pub embargo: f64,
}

/// The vendors by identity, for sums over layers: what a government, an operator and a giver need to know of them.
#[derive(Resource, Clone, Debug, Default)]
pub struct VendorList {
    /// Flagged by the guarantor: covered by stances.
    pub covered: Vec<bool>,
    /// Who lists each.
    pub flagged_by: Vec<NationSet>,
    /// How far each one's chip supply is cut.
    pub embargo: Vec<f64>,
    /// Which are compromised: drawn once a run, hidden from all nations.
    pub compromised: Vec<bool>,
    /// Prices.
    pub price: Vec<f64>,
    /// Qualities.
    pub quality: Vec<f64>,
}

impl VendorList {
    /// How many vendors.
    pub fn len(&self) -> usize {
        self.covered.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.covered.is_empty()
    }
    /// Whether any nation lists the vendor.
    pub fn flagged_by_anyone(&self, vendor: usize) -> bool {
        !self.flagged_by[vendor].is_empty()
    }
    /// The sum of the shares of the vendors for which `counts` holds.
    pub fn share_of(shares: &[f64], counts: impl Fn(usize) -> bool) -> f64 {
        // Adding nothing is quicker than guessing which to leave out.
        shares.iter().enumerate().map(|(v, share)| if counts(v) { *share } else { 0.0 }).sum()
    }
}
