//! What a giver sees of a receiver's networks under its own flag list.
use crate::access::facts::Exposure;
use crate::world::matrix::Matrix;
use crate::world::mission::Outreach;
use crate::world::model::Model;
use crate::world::network::{Equipment, Installed};
use crate::world::setting::everyone;
use crate::world::vendor::VendorList;

/// Fills in what every giver that flags a vendor sees of every receiver; the others see nothing.
pub fn look(
    seen: &mut Matrix<Exposure>,
    model: &Model,
    equipment: &Equipment,
    vendors: &VendorList,
    outreach: &Outreach,
) {
    let n = equipment.0.len();
    for giver in everyone(n) {
        let flags: Vec<bool> = vendors.flagged_by.iter().map(|set| set.contains(giver)).collect();
        if !flags.contains(&true) {
            seen.row_mut(giver).fill(Exposure::default());
            continue;
        }
        for receiver in everyone(n) {
            let installed = &equipment.0[receiver.index()];
            let served = outreach.has_mission.get(giver, receiver) && !outreach.clean_path.contains(giver);
            seen[(giver, receiver)] = exposure(installed, |v| flags[v], served, model.vigilance_share);
        }
    }
}

/// The exposure of one receiver; `served` says whether its networks serve the giver's missions.
fn exposure(installed: &Installed, flagged: impl Fn(usize) -> bool + Copy, served: bool, vigilance: f64) -> Exposure {
    let see = |share: f64| percent_up(share * vigilance);
    let core = installed.layer(0, flagged);
    let access = installed.access(flagged);
    Exposure {
        core: see(core),
        access: see(access),
        government: see(installed.government(flagged)),
        access_4g: see(installed.layer(1, flagged)),
        access_5g: see(installed.layer(2, flagged)),
        mission: if served { see(core.max(access)) } else { 0 },
    }
}

/// A share in percent, rounded up, so that 0 means none; noise of the sums does not count.
pub fn percent_up(share: f64) -> u8 {
    libm::ceil(share * 100.0 - 1e-9).clamp(0.0, 100.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_rounded_up_and_zero_means_none() {
        for (share, expected) in [(0.0, 0), (1e-6, 1), (0.3, 30), (0.1 + 0.2, 30), (0.301, 31), (1.0, 100), (1.2, 100)]
        {
            assert_eq!(percent_up(share), expected, "{share}");
        }
    }

    #[test]
    fn a_giver_sees_its_own_flags_weighted_by_traffic() {
        let shares = |a: f64| vec![a, 1.0 - a];
        let installed = Installed {
            layers: [shares(0.2), shares(0.6), shares(0.0)],
            government: [shares(0.1), shares(0.5), shares(0.0)],
            traffic_5g: 0.5,
            government_5g: 0.0,
            ..Installed::default()
        };
        let seen = exposure(&installed, |v| v == 0, true, 1.0);
        let expected = Exposure { core: 20, access: 30, government: 50, access_4g: 60, access_5g: 0, mission: 30 };
        assert_eq!(seen, expected);
        assert_eq!(exposure(&installed, |_| false, true, 1.0), Exposure::default(), "no flags, no exposure");
        assert_eq!(exposure(&installed, |v| v == 0, false, 0.5).mission, 0, "a clean path shows nothing");
        assert_eq!(exposure(&installed, |v| v == 0, false, 0.5).core, 10, "half the vigilance sees half");
    }
}
