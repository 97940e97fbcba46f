//! Beliefs: what nations hold of the flagged vendors moves with what is said and what is found.
use crate::world::ids::NationId;
use crate::world::nation::{Belief, Nation, Profile};
use crate::world::news::News;
use crate::world::setting::{Roll, Setting};
use crate::world::ties::Trust;
use crate::world::vendor::VendorList;
use bevy_ecs::prelude::*;

/// Log-odds beyond which a belief does not go: certainty is never reached.
const LOG_ODDS_BOUND: f64 = 12.0;

/// What was said and found since the last quarter.
#[derive(Default)]
struct Heard {
    advocacy: Vec<(NationId, f64)>,
    denials: u32,
    disclosures: u32,
}

/// Moves every nation's belief.
pub fn beliefs(
    setting: Res<Setting>,
    roll: Res<Roll>,
    trust: Res<Trust>,
    vendors: Res<VendorList>,
    mut news: MessageReader<News>,
    mut nations: Query<(&Nation, &Profile, &mut Belief)>,
) {
    let heard = listen(&mut news, &vendors);
    let model = &setting.model;
    let mut nations = nations.iter_many_mut(&roll.nations).matched();
    while let Some((nation, profile, mut belief)) = nations.fetch_next() {
        let trusted: f64 = heard.advocacy.iter().map(|(by, strength)| strength * trust.now[(nation.id, *by)]).sum();
        let push = model.advocacy_weight * trusted
            - model.denial_weight * f64::from(heard.denials) * (1.0 - profile.alignment)
            + model.disclosure_weight * f64::from(heard.disclosures);
        belief.log_odds = next_log_odds(belief.log_odds, belief.prior, push, model.belief_relax_rate);
    }
}

fn listen(news: &mut MessageReader<News>, vendors: &VendorList) -> Heard {
    let mut heard = Heard::default();
    for item in news.read() {
        match item {
            News::Advocacy { by, strength, .. } => heard.advocacy.push((*by, *strength)),
            News::Denial { vendor } => heard.denials += u32::from(vendors.flagged_by_anyone(vendor.index())),
            News::Disclosure { .. } => heard.disclosures += 1,
            _ => {}
        }
    }
    heard
}

/// Next quarter's log-odds: relaxed a quarter of `relax` a year towards the prior, then pushed.
fn next_log_odds(now: f64, prior: f64, push: f64, relax: f64) -> f64 {
    let relaxed = now + (prior - now) * (relax / 4.0).min(1.0);
    (relaxed + push).clamp(-LOG_ODDS_BOUND, LOG_ODDS_BOUND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beliefs_relax_move_and_stay_bounded() {
        let cases = [
            // now, prior, push, relax a year, expected
            (0.0, 0.0, 0.0, 0.5, 0.0),
            (1.0, 0.0, 0.0, 0.4, 0.9),
            (1.0, 0.0, 0.5, 0.0, 1.5),
            (-1.0, 0.0, 0.0, 8.0, 0.0),
            (11.9, 0.0, 5.0, 0.0, LOG_ODDS_BOUND),
        ];
        for (now, prior, push, relax, expected) in cases {
            let next = next_log_odds(now, prior, push, relax);
            assert!((next - expected).abs() < 1e-12, "{now} towards {prior} pushed {push}: {next}");
        }
    }
}
