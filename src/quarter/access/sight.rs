//! Exposure: what a giver sees of a receiver's networks under its own list of flagged vendors.
use crate::access::facts::Exposure;
use crate::world::ids::NationId;
use crate::world::matrix::Matrix;
use crate::world::mission::Outreach;
use crate::world::model::Model;
use crate::world::network::{Equipment, EquipmentShares, Installed};
use crate::world::sets::{NationSet, members};
use crate::world::setting::everyone;
use crate::world::vendor::VendorList;
use smallvec::SmallVec;

/// Computes what every giver that flags a vendor sees of every receiver; the others see nothing.
pub fn fill_exposures(
    seen: &mut Matrix<Exposure>,
    model: &Model,
    equipment: &Equipment,
    vendors: &VendorList,
    outreach: &Outreach,
) {
    let mut watchful = NationSet::none(equipment.0.len());
    vendors.flagged_by.iter().for_each(|set| watchful.union_with(set));
    for giver in everyone(equipment.0.len()) {
        if !watchful.contains(giver) {
            seen.row_mut(giver).fill(Exposure::default());
            continue;
        }
        let flags = |vendor: &usize| vendors.flagged_by[*vendor].contains(giver);
        let flagged: SmallVec<[usize; 16]> = (0..vendors.len()).filter(flags).collect();
        // Most givers flag the same vendors. A giver copies the row of an earlier one with the same list, except
        // missions.
        match watchful.iter().take_while(|other| *other < giver).find(|other| flag_alike(vendors, giver, *other)) {
            Some(earlier) => {
                seen.copy_row(earlier, giver);
                seen.row_mut(giver).iter_mut().for_each(|shown| shown.mission = 0);
            }
            None => {
                let receivers = seen.row_mut(giver).iter_mut().zip(&equipment.0);
                receivers.for_each(|(shown, installed)| *shown = exposure(installed, &flagged, model.vigilance_share));
            }
        }
        if !outreach.clean_path.contains(giver) {
            let row = seen.row_mut(giver);
            for host in members(outreach.has_mission.row(giver)) {
                let shown = &mut row[host.index()];
                shown.mission = shown.core.max(shown.access);
            }
        }
    }
}

/// True if two nations flag the same vendors.
fn flag_alike(vendors: &VendorList, a: NationId, b: NationId) -> bool {
    vendors.flagged_by.iter().all(|set| set.contains(a) == set.contains(b))
}

/// The exposure of one receiver in percent, without the giver's missions there.
fn exposure(installed: &Installed, flagged: &[usize], vigilance: f64) -> Exposure {
    let see = |share: f64| percent_rounded_up(share * vigilance);
    let EquipmentShares { core, access, access_4g, access_5g, government } = installed.shares_of(flagged);
    Exposure {
        core: see(core),
        access: see(access),
        government: see(government),
        access_4g: see(access_4g),
        access_5g: see(access_5g),
        mission: 0,
    }
}

/// A share in percent, rounded up so that 0 means none, with a tolerance for rounding errors of the sums.
pub fn percent_rounded_up(share: f64) -> u8 {
    let percent = (share * 100.0 - 1e-9).clamp(0.0, 100.0);
    let whole = percent as u8;
    whole + u8::from(f64::from(whole) < percent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::matrix::BitMatrix;

    #[test]
    fn percentages_are_rounded_up_and_zero_means_none() {
        for (share, expected) in [(0.0, 0), (1e-6, 1), (0.3, 30), (0.1 + 0.2, 30), (0.301, 31), (1.0, 100), (1.2, 100)]
        {
            assert_eq!(percent_rounded_up(share), expected, "{share}");
        }
    }

    #[test]
    fn a_giver_sees_the_vendors_it_flags_weighted_by_traffic() {
        let shares = |a: f64| vec![a, 1.0 - a];
        let installed = Installed {
            layers: [shares(0.2), shares(0.6), shares(0.0)],
            government: [shares(0.1), shares(0.5), shares(0.0)],
            traffic_5g: 0.5,
            government_5g: 0.0,
            ..Installed::default()
        };
        let seen = exposure(&installed, &[0], 1.0);
        let expected = Exposure { core: 20, access: 30, government: 50, access_4g: 60, access_5g: 0, mission: 0 };
        assert_eq!(seen, expected);
        assert_eq!(exposure(&installed, &[], 1.0), Exposure::default(), "no flags, no exposure");
        assert_eq!(exposure(&installed, &[0], 0.5).core, 10, "half the vigilance sees half");
    }

    #[test]
    fn each_giver_sees_by_its_own_list_whatever_others_flag() {
        let layers = [vec![0.2, 0.7], vec![0.0; 2], vec![0.0; 2]];
        let installed = Installed { government: layers.clone(), layers, ..Installed::default() };
        let giver = NationId::new;
        let vendors = VendorList {
            covered: vec![true; 2],
            flagged_by: vec![NationSet::from_members(4, [giver(0), giver(2)]), NationSet::from_members(4, [giver(1)])],
            ..VendorList::default()
        };
        let outreach =
            Outreach { has_mission: BitMatrix::none(4), clean_path: NationSet::none(4), ..Outreach::default() };
        let mut seen = Matrix::filled(4, Exposure::default());
        fill_exposures(&mut seen, &Model::default(), &Equipment(vec![installed; 4]), &vendors, &outreach);
        assert_eq!([0, 1, 2].map(|n| seen[(giver(n), giver(3))].core), [20, 70, 20]);
    }

    #[test]
    fn missions_are_served_by_the_larger_layer_unless_they_have_a_clean_path() {
        let layers = [vec![0.2], vec![0.6], vec![0.0]];
        let installed = Installed { government: layers.clone(), layers, ..Installed::default() };
        let equipment = Equipment(vec![installed; 3]);
        let giver = NationId::new;
        let vendors = VendorList {
            covered: vec![true],
            flagged_by: vec![NationSet::from_members(3, [giver(0), giver(1)])],
            ..VendorList::default()
        };
        let mut outreach =
            Outreach { has_mission: BitMatrix::none(3), clean_path: NationSet::none(3), ..Outreach::default() };
        outreach.has_mission.set(giver(1), giver(2), true);
        let mut seen = Matrix::filled(3, Exposure::default());
        let mut mission = |outreach: &Outreach| {
            fill_exposures(&mut seen, &Model::default(), &equipment, &vendors, outreach);
            [0, 1, 2].map(|n| (seen[(giver(n), giver(2))].core, seen[(giver(n), giver(2))].mission))
        };
        assert_eq!(mission(&outreach), [(20, 0), (20, 60), (0, 0)]);
        outreach.clean_path.insert(giver(1));
        assert_eq!(mission(&outreach), [(20, 0), (20, 0), (0, 0)]);
    }
}
