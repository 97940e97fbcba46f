//! Agreements and missions: what joins two nations.
use super::desk::Desk;
use crate::scenario::fault::Fault;

/// Checks them.
pub fn check(desk: &mut Desk<'_>) {
    let file = desk.file;
    for (id, agreement) in &file.agreements {
        let path = format!("agreements.{id}.members");
        desk.nations(&path, &agreement.members);
        if agreement.members.len() < 2 {
            let count = agreement.members.len();
            let message = format!("`{id}` has {count} member{}", if count == 1 { "" } else { "s" });
            desk.fault(
                &path,
                Fault::new("few-members", message)
                    .help("an agreement joins two nations or more; others may `join` later"),
            );
        }
    }
    for (id, mission) in &file.missions {
        let path = format!("missions.{id}");
        desk.nation(&format!("{path}.sender"), &mission.sender);
        desk.nation(&format!("{path}.host"), &mission.host);
        if mission.sender == mission.host {
            let message = format!("`{}` sends the mission `{id}` to itself", mission.sender);
            desk.fault(
                &format!("{path}.host"),
                Fault::new("self-reference", message).help("sender and host are two nations"),
            );
        }
    }
}
