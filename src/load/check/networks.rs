//! Vendors, and networks built from their shares.
use super::desk::Desk;
use super::nations::tidy;
use crate::scenario::fault::Fault;
use crate::scenario::format::Mix;

/// How far the shares of a mix may sum beside 1.
const SLACK: f64 = 1e-6;

/// Checks them.
pub fn check(desk: &mut Desk<'_>) {
    let file = desk.file;
    for (id, vendor) in &file.vendors {
        desk.refer(&format!("vendors.{id}.home"), &["nations", "rivals"], "nation or rival", &vendor.home);
        desk.nations(&format!("vendors.{id}.flagged_by"), &vendor.flagged_by);
    }
    for (id, network) in &file.networks {
        let path = format!("networks.{id}");
        desk.nation(&format!("{path}.nation"), &network.nation);
        mix(desk, &format!("{path}.core"), &network.core);
        mix(desk, &format!("{path}.access_4g"), &network.access_4g);
        mix(desk, &format!("{path}.access_5g"), &network.access_5g);
        if network.traffic.is_empty() {
            let fault = Fault::new("empty", format!("`{id}` carries no traffic"));
            desk.fault(&format!("{path}.traffic"), fault.help("`public`, `government` or both"));
        }
        if let [first, second, ..] = network.traffic.as_slice()
            && (first == second || network.traffic.len() > 2)
        {
            desk.fault(
                &format!("{path}.traffic"),
                Fault::new("duplicate-id", "a kind of traffic is in this list twice"),
            );
        }
    }
}

fn mix(desk: &mut Desk<'_>, path: &str, shares: &Mix) {
    for vendor in shares.keys().filter(|vendor| !desk.ids.has("vendors", vendor)).cloned().collect::<Vec<_>>() {
        let fault = desk.unknown(&["vendors"], "vendor", &vendor);
        desk.key_fault(&format!("{path}.{vendor}"), fault);
    }
    let sum: f64 = shares.values().sum();
    if (sum - 1.0).abs() > SLACK {
        let fault = Fault::new("bad-sum", format!("the shares of `{path}` sum to {}", tidy(sum)));
        desk.fault(path, fault.help("the shares of a layer sum to 1"));
    }
}
