//! Multinomial logit: the utility of each stance, and the choice among them.
use crate::world::chance::logit_choice;
use crate::world::levels::{STANCES, Stance};
use crate::world::model::Model;

/// What the choice of one government depends on; shares and distances are 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighing {
    /// Its present stance.
    pub stance: Stance,
    /// Covered share of its core.
    pub core: f64,
    /// Covered share of its access.
    pub access: f64,
    /// The covered share that an unrestricted market leads to.
    pub prospect: f64,
    /// Price advantage of the covered vendors, as a share of the market's price.
    pub discount: f64,
    /// Weight of costs, relative to the government's means.
    pub cost_sensitivity: f64,
    /// Compensation on offer, as a share of the cost of replacing everything.
    pub compensation: f64,
    /// Threat times belief, 0 to 1.
    pub risk: f64,
    /// Share of its reading that it expects to lose at each stance.
    pub intelligence_lost: [f64; STANCES],
    /// Distance of each stance from its partners' stances.
    pub partners: [f64; STANCES],
    /// Cost of defying the guarantor at each stance.
    pub guard: [f64; STANCES],
    /// Share of its exports that goes to the covered vendors' home.
    pub trade: f64,
    /// How strongly the vendors' home would punish a removal.
    pub retaliation: f64,
    /// The part of the covered vendors' chip supply that is cut, as far as the government expects it to last.
    pub supply: f64,
}

impl Weighing {
    /// The covered share that remains under a stance, averaged over the years that the stance takes to work. A stricter
    /// stance never leaves more.
    fn residual(&self, stance: Stance, cap: f64) -> f64 {
        let access = self.access.max(self.prospect);
        let restricted = 0.5 * access.min(cap);
        match stance {
            Stance::Open => 0.5 * self.core.max(self.prospect) + 0.5 * access,
            Stance::Restricted => restricted,
            Stance::Banned => (0.2 * (self.core + self.access) / 2.0).min(restricted),
            Stance::Removal => (0.1 * (self.core + self.access) / 2.0).min(restricted),
        }
    }

    /// Cost of a stance, net of compensation: equipment that is replaced ahead of time, and the price advantage
    /// forgone. A stricter stance replaces at least as much.
    fn cost(&self, stance: Stance, cap: f64) -> f64 {
        let restricted = 0.3 * self.core + 0.3 * (self.access - cap).max(0.0);
        let (replaced, forgone) = match stance {
            Stance::Open => (0.0, 0.0),
            Stance::Restricted => (restricted, 0.3),
            Stance::Banned => (restricted, 1.0),
            Stance::Removal => ((0.5 * (self.core + self.access) / 2.0).max(restricted), 1.0),
        };
        let gross = replaced + forgone * self.discount * (0.25 + 0.75 * self.access);
        self.cost_sensitivity * gross * (1.0 - self.compensation)
    }

    /// How strongly the vendors' home punishes a stance.
    fn punishment(&self, stance: Stance) -> f64 {
        self.retaliation * [0.0, 0.2, 0.7, 1.0][stance.rank()]
    }

    /// The terms of the utility of a stance, with their names.
    fn terms(&self, model: &Model, stance: Stance) -> [(&'static str, f64); 9] {
        let rank = stance.rank();
        let moved = rank.abs_diff(self.stance.rank()) as f64;
        let loosened = self.stance.rank().saturating_sub(rank) as f64;
        let residual = self.residual(stance, model.access_cap);
        [
            ("cost", -model.w_cost * self.cost(stance, model.access_cap)),
            ("risk", -model.w_risk * self.risk * residual),
            ("intelligence lost", -model.w_intel * self.intelligence_lost[rank]),
            ("partners", -model.w_peer * self.partners[rank]),
            ("guarantor", -model.w_guard * self.guard[rank]),
            ("trade", -model.w_trade * self.trade * self.punishment(stance)),
            ("supply", -model.w_supply * self.supply * residual),
            ("inertia", -model.w_move * moved),
            ("ratchet", -model.w_loosen * loosened),
        ]
    }

    /// The reason in words, for the record of decisions: by how much each term of the utility is greater for the chosen
    /// stance than for the present one.
    pub fn describe(&self, model: &Model, choice: Stance) -> String {
        let pairs = self.terms(model, choice).into_iter().zip(self.terms(model, self.stance));
        let gains = pairs.map(|((name, new), (_, old))| (name, new - old));
        let shown: Vec<String> =
            gains.filter(|(_, gain)| gain.abs() >= 0.005).map(|(name, gain)| format!("{name} {gain:+.2}")).collect();
        format!(
            "was {}; what {} gains over it: {}; installed core {:.0} %, access {:.0} %",
            self.stance.as_str(),
            choice.as_str(),
            if shown.is_empty() { "nothing".to_owned() } else { shown.join(", ") },
            self.core * 100.0,
            self.access * 100.0,
        )
    }
}

/// How far a stance falls short of a ban: from 1 for `open` linearly to 0.
pub fn short_of_ban(stance: Stance) -> f64 {
    let ban = Stance::Banned.rank();
    ban.saturating_sub(stance.rank()) as f64 / ban as f64
}

/// The utility of each stance: the sum of its terms, in order (docs/MODEL.md, Stances).
pub fn utilities(model: &Model, w: &Weighing) -> [f64; STANCES] {
    std::array::from_fn(|rank| {
        let stance = Stance::from_rank(rank).expect("four stances");
        let [(_, first), others @ ..] = w.terms(model, stance);
        others.into_iter().fold(first, |sum, (_, term)| sum + term)
    })
}

/// Draws a stance from the multinomial logit by the Gumbel-max trick, with one uniform number in [0, 1) per stance.
pub fn choose(values: &[f64; STANCES], beta: f64, draws: &[f64; STANCES]) -> Stance {
    Stance::from_rank(logit_choice(values, beta, draws)).expect("four stances")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indifferent() -> Weighing {
        Weighing {
            stance: Stance::Open,
            core: 0.2,
            access: 0.5,
            prospect: 0.4,
            discount: 0.25,
            cost_sensitivity: 0.5,
            compensation: 0.0,
            risk: 0.0,
            intelligence_lost: [0.0; STANCES],
            partners: [0.0; STANCES],
            guard: [0.0; STANCES],
            trade: 0.0,
            retaliation: 0.0,
            supply: 0.0,
        }
    }

    fn best(w: &Weighing) -> Stance {
        choose(&utilities(&Model::default(), w), 3.0, &[0.5; STANCES])
    }

    #[test]
    fn each_reason_moves_the_choice_in_its_own_direction() {
        assert_eq!(best(&indifferent()), Stance::Open, "without a reason nothing changes");
        assert_eq!(best(&Weighing { guard: [5.0, 0.0, 0.0, 0.0], ..indifferent() }), Stance::Restricted);
        assert_eq!(best(&Weighing { guard: [5.0, 2.5, 0.0, 0.0], ..indifferent() }), Stance::Banned);
        assert_eq!(best(&Weighing { supply: 4.0, ..indifferent() }), Stance::Banned);
        assert_eq!(best(&Weighing { intelligence_lost: [2.0, 0.0, 0.0, 0.0], ..indifferent() }), Stance::Restricted);
        assert_eq!(best(&Weighing { stance: Stance::Banned, ..indifferent() }), Stance::Banned, "the ratchet holds");
        let paid = Weighing { risk: 1.0, supply: 0.9, compensation: 1.0, ..indifferent() };
        let model = Model::default();
        assert!(utilities(&model, &paid)[3] > utilities(&model, &Weighing { compensation: 0.0, ..paid })[3]);
    }

    #[test]
    fn the_reason_of_a_choice_is_what_each_term_gains() {
        let model = Model { w_guard: 2.0, w_move: 0.25, ..Model::default() };
        let w = Weighing { guard: [1.0, 0.5, 0.0, 0.0], discount: 0.0, core: 0.0, access: 0.2, ..indifferent() };
        let text = w.describe(&model, Stance::Restricted);
        let expected =
            "was open; what restricted gains over it: guarantor +1.00, inertia -0.25; installed core 0 %, access 20 %";
        assert_eq!(text, expected);
        let values = utilities(&model, &w);
        let gains =
            w.terms(&model, Stance::Removal).into_iter().zip(w.terms(&model, Stance::Open)).map(|(a, b)| a.1 - b.1);
        assert!((gains.sum::<f64>() - (values[3] - values[0])).abs() < 1e-12, "the terms are the whole utility");
    }

    #[test]
    fn a_stance_falls_short_of_a_ban_by_its_rank() {
        assert_eq!([0, 1, 2, 3].map(|rank| short_of_ban(Stance::ALL[rank])), [1.0, 0.5, 0.0, 0.0]);
    }

    #[test]
    fn a_stricter_stance_leaves_no_more_and_replaces_no_less() {
        for (core, access, cap) in [(0.2, 0.5, 0.35), (1.0, 1.0, 0.1), (0.5, 0.0, 0.0), (0.0, 0.9, 1.0)] {
            let w = Weighing { core, access, cost_sensitivity: 1.0, ..indifferent() };
            for pair in Stance::ALL.windows(2) {
                assert!(w.residual(pair[1], cap) <= w.residual(pair[0], cap), "{pair:?} {core} {access} {cap}");
                assert!(w.cost(pair[1], cap) >= w.cost(pair[0], cap), "{pair:?} {core} {access} {cap}");
            }
        }
    }
}
