//! Checks agreements and missions.
use super::checker::SemanticChecker;
use crate::scenario::fault::Fault;
use crate::world::levels::MissionKind;

/// Checks the members of agreements, and senders and hosts of missions.
pub fn check(checker: &mut SemanticChecker<'_>) {
    let file = checker.file;
    for (id, agreement) in &file.agreements {
        let path = format!("agreements.{id}.members");
        checker.check_nations(&path, &agreement.members);
        if agreement.members.len() < 2 {
            let count = agreement.members.len();
            let message = format!("`{id}` has {count} member{}", if count == 1 { "" } else { "s" });
            checker.fault(
                &path,
                Fault::new("few-members", message)
                    .help("an agreement joins two nations or more; others may `join` later"),
            );
        }
    }
    for (id, mission) in &file.missions {
        let path = format!("missions.{id}");
        checker.check_nation(&format!("{path}.sender"), &mission.sender);
        checker.check_nation(&format!("{path}.host"), &mission.host);
        if mission.value.is_some() && mission.kind != MissionKind::Outpost {
            let message = format!("`{id}` is no outpost, so it has no `value`");
            let fault = Fault::new("key-unused", message);
            checker.key_fault(&format!("{path}.value"), fault.help("take it out, or make the mission an `outpost`"));
        }
        if mission.sender == mission.host {
            let message = format!("`{}` sends the mission `{id}` to itself", mission.sender);
            checker.fault(
                &format!("{path}.host"),
                Fault::new("self-reference", message).help("sender and host are two nations"),
            );
        }
    }
}
