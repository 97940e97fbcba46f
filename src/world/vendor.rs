//! Vendors: makers of network equipment, who lists them as a risk, and which are secretly compromised.
use super::ids::VendorId;
use super::sets::NationSet;
use bevy_ecs::prelude::*;

/// A vendor's identity and what does not change in a run.
#[derive(Component, Clone, Debug, PartialEq)]
#[component(immutable)]
pub struct Vendor {
    /// Its identity.
    pub id: VendorId,
    /// The hash of its id, which addresses its random numbers.
    pub subject: u64,
    /// Price of its equipment; 1 is the market price.
    pub price: f64,
    /// Quality of its equipment; 1 is the market average.
    pub quality: f64,
}

/// What nations do about a vendor; events change it.
#[derive(Component, Clone, Debug, PartialEq)]
pub struct VendorState {
    /// The nations that list it as a risk.
    pub flagged_by: NationSet,
    /// The part of its chip supply that is cut, 0 to 1.
    pub embargo: f64,
}

/// What causes need to know of the vendors: one list for each property, in identity order.
#[derive(Resource, Clone, Debug, Default)]
pub struct VendorList {
    /// True for vendors that the guarantor lists: stances restrict these.
    pub covered: Vec<bool>,
    /// The nations that list each vendor as a risk.
    pub flagged_by: Vec<NationSet>,
    /// The part of each vendor's chip supply that is cut, 0 to 1.
    pub embargo: Vec<f64>,
    /// True for vendors that are compromised: drawn once a run, unknown to all nations.
    pub compromised: Vec<bool>,
    /// Prices; 1 is the market price.
    pub price: Vec<f64>,
    /// Qualities; 1 is the market average.
    pub quality: Vec<f64>,
}

impl VendorList {
    /// The number of vendors.
    pub fn len(&self) -> usize {
        self.covered.len()
    }
    /// True if there are no vendors.
    pub fn is_empty(&self) -> bool {
        self.covered.is_empty()
    }
    /// True if any nation lists the vendor of this rank as a risk.
    pub fn flagged_by_anyone(&self, vendor: usize) -> bool {
        !self.flagged_by[vendor].is_empty()
    }
    /// The sum of the shares, one for each vendor, of the vendors for which `counts` holds.
    pub fn share_of(shares: &[f64], counts: impl Fn(usize) -> bool) -> f64 {
        // Adding 0 is faster than a branch, which the processor often predicts wrongly.
        shares.iter().enumerate().map(|(v, share)| if counts(v) { *share } else { 0.0 }).sum()
    }
}
