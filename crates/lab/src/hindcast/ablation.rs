//! Ablations: the mechanisms that can be switched off, one at a time, to measure what each contributes to the score.

/// A mechanism and the setting that switches it off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ablation {
    /// What is switched off.
    pub mechanism: &'static str,
    /// Path and value of the setting.
    pub set: (&'static str, &'static str),
}

const fn off(mechanism: &'static str, path: &'static str, value: &'static str) -> Ablation {
    Ablation { mechanism, set: (path, value) }
}

/// Every mechanism that can change a forecast of stances, in the order of the systems of a quarter.
pub const ABLATIONS: [Ablation; 25] = [
    off("events of the timeline", "model.event_probability", "0"),
    off("advocacy", "model.advocacy_weight", "0"),
    off("denials", "model.denial_weight", "0"),
    off("disclosures", "model.disclosure_weight", "0"),
    off("attention", "model.review_salience", "1"),
    off("review at the roll-out", "model.rollout_quarters", "0"),
    off("leanings that last a term", "model.term_years", "0"),
    off("costs", "model.w_cost", "0"),
    off("risk", "model.w_risk", "0"),
    off("loss of intelligence", "model.w_intel", "0"),
    off("partners' stances", "model.w_peer", "0"),
    off("the guarantor", "model.w_guard", "0"),
    off("its campaign", "model.campaign_weight", "0"),
    off("reliance: a pact", "model.reliance_pact_share", "0"),
    off("reliance: a pact under threat", "model.reliance_guaranteed_share", "0"),
    off("reliance: threat", "model.reliance_threat_share", "0"),
    off("reliance: secrets", "model.reliance_intelligence_share", "0"),
    off("trust in the guarantor", "model.confidence_power", "0"),
    off("retaliation", "model.w_trade", "0"),
    off("the chip embargo", "model.w_supply", "0"),
    off("inertia", "model.w_move", "0"),
    off("the ratchet", "model.w_loosen", "0"),
    off("turnover of equipment", "model.turnover_factor", "0"),
    off("compromise", "model.compromised_probability", "0"),
    off("credibility by deeds", "model.credibility_step_share", "0"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use noforn::world::model::Model;

    #[test]
    fn every_ablation_names_a_parameter_that_its_value_changes() {
        for ablation in ABLATIONS {
            let (path, value) = ablation.set;
            let known = Model::default().values(path.strip_prefix("model.").unwrap()).unwrap();
            assert_ne!(known, [value.parse::<f64>().unwrap()], "{path}");
        }
    }
}
