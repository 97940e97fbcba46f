//! Beliefs: how likely governments hold it that flagged vendors are compromised changes with the quarter's news.
use crate::world::ids::NationId;
use crate::world::nation::{Belief, Nation, Profile};
use crate::world::news::News;
use crate::world::setting::{Roll, Setting};
use crate::world::ties::Trust;
use crate::world::vendor::VendorList;
use bevy_ecs::prelude::*;

/// Bound on the log-odds of a belief, in both directions: no belief becomes certain.
const LOG_ODDS_BOUND: f64 = 12.0;

/// The news since the last quarter that moves beliefs.
#[derive(Default)]
struct Evidence {
    /// Who warned of the vendors, and how strongly (0 to 1).
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
    let evidence = read_evidence(&mut news, &vendors);
    let model = &setting.model;
    let assessed = model.assessment_weight / 4.0 * truth(&vendors);
    let mut nations = nations.iter_many_mut(&roll.nations).matched();
    while let Some((nation, profile, mut belief)) = nations.fetch_next() {
        let trusted: f64 =
            evidence.advocacy.iter().map(|(by, strength)| strength * trust.goodwill[(nation.id, *by)]).sum();
        let push = model.advocacy_weight * trusted
            - model.denial_weight * f64::from(evidence.denials) * (1.0 - profile.alignment)
            + model.disclosure_weight * f64::from(evidence.disclosures)
            + if profile.own_assessment { assessed } else { 0.0 };
        belief.log_odds = next_log_odds(belief.log_odds, belief.prior, push, model.belief_relax_rate);
    }
}

fn read_evidence(news: &mut MessageReader<News>, vendors: &VendorList) -> Evidence {
    let mut evidence = Evidence::default();
    for item in news.read() {
        match item {
            News::Advocacy { by, strength, .. } => evidence.advocacy.push((*by, *strength)),
            News::Denial { vendor } => evidence.denials += u32::from(vendors.flagged_by_anyone(vendor.index())),
            News::Disclosure { .. } => evidence.disclosures += 1,
            _ => {}
        }
    }
    evidence
}

/// What a technical agency finds: 1 if a vendor that anyone flags is compromised, -1 if none is, 0 if none is flagged.
fn truth(vendors: &VendorList) -> f64 {
    let flagged: Vec<usize> = (0..vendors.len()).filter(|v| vendors.flagged_by_anyone(*v)).collect();
    match flagged.iter().any(|v| vendors.compromised[*v]) {
        _ if flagged.is_empty() => 0.0,
        true => 1.0,
        false => -1.0,
    }
}

/// The next log-odds: first a step towards the prior, by a quarter of the yearly rate `relax`, then `push` is added.
fn next_log_odds(now: f64, prior: f64, push: f64, relax: f64) -> f64 {
    let relaxed = now + (prior - now) * (relax / 4.0).min(1.0);
    (relaxed + push).clamp(-LOG_ODDS_BOUND, LOG_ODDS_BOUND)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::sets::NationSet;

    #[test]
    fn an_agency_finds_what_is_true_of_flagged_vendors() {
        let truth_of = |flagged: [bool; 2], compromised: [bool; 2]| {
            let by = flagged.map(|flagged| NationSet::from_members(2, flagged.then(|| NationId::new(0))));
            let list = VendorList {
                covered: flagged.to_vec(),
                flagged_by: by.to_vec(),
                embargo: vec![0.0; 2],
                compromised: compromised.to_vec(),
                price: vec![1.0; 2],
                quality: vec![1.0; 2],
            };
            truth(&list)
        };
        assert_eq!(truth_of([true, true], [false, true]), 1.0, "one is enough");
        assert_eq!(truth_of([true, false], [false, true]), -1.0, "only flagged vendors are assessed");
        assert_eq!(truth_of([false, false], [true, true]), 0.0, "there is nothing to assess");
    }

    #[test]
    fn beliefs_relax_to_the_prior_move_with_news_and_stay_bounded() {
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
