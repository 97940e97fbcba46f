//! Checks vendors, and networks with their vendor shares.
use super::checker::SemanticChecker;
use super::nations::rounded;
use crate::scenario::fault::Fault;
use crate::scenario::format::Mix;

/// The greatest difference from 1 of the sum of a mix's shares.
const SLACK: f64 = 1e-6;

/// Checks vendors and networks.
pub fn check(checker: &mut SemanticChecker<'_>) {
    let file = checker.file;
    for (id, vendor) in &file.vendors {
        checker.check_reference(&format!("vendors.{id}.home"), &["nations", "rivals"], "nation or rival", &vendor.home);
        checker.check_nations(&format!("vendors.{id}.flagged_by"), &vendor.flagged_by);
    }
    for (id, network) in &file.networks {
        let path = format!("networks.{id}");
        checker.check_nation(&format!("{path}.nation"), &network.nation);
        mix(checker, &format!("{path}.core"), &network.core);
        mix(checker, &format!("{path}.access_4g"), &network.access_4g);
        mix(checker, &format!("{path}.access_5g"), &network.access_5g);
        if network.traffic.is_empty() {
            let fault = Fault::new("empty", format!("`{id}` carries no traffic"));
            checker.fault(&format!("{path}.traffic"), fault.help("`public`, `government` or both"));
        }
        if let [first, second, ..] = network.traffic.as_slice()
            && (first == second || network.traffic.len() > 2)
        {
            checker.fault(
                &format!("{path}.traffic"),
                Fault::new("duplicate-id", "a kind of traffic is in this list twice"),
            );
        }
    }
}

fn mix(checker: &mut SemanticChecker<'_>, path: &str, shares: &Mix) {
    for vendor in shares.keys().filter(|vendor| !checker.ids.has("vendors", vendor)).cloned().collect::<Vec<_>>() {
        let fault = checker.unknown(&["vendors"], "vendor", &vendor);
        checker.key_fault(&format!("{path}.{vendor}"), fault);
    }
    let sum: f64 = shares.values().sum();
    if (sum - 1.0).abs() > SLACK {
        let fault = Fault::new("bad-sum", format!("the shares of `{path}` sum to {}", rounded(sum)));
        checker.fault(path, fault.help("the shares of a layer sum to 1"));
    }
}
