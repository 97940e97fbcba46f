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

    /// The reason in words, for the record of decisions.
    pub fn describe(&self, before: Stance, values: &[f64; STANCES]) -> String {
        let best: Vec<String> = Stance::ALL.iter().map(|s| format!("{} {:.2}", s.as_str(), values[s.rank()])).collect();
        format!(
            "was {}; utilities: {}; installed core {:.0} %, access {:.0} %; risk {:.2}; expected loss of intelligence if open {:.2}; defiance of the guarantor if open {:.2}; embargo {:.2}",
            before.as_str(),
            best.join(", "),
            self.core * 100.0,
            self.access * 100.0,
            self.risk,
            self.intelligence_lost[0],
            self.guard[0],
            self.supply,
        )
    }
}

/// How far a stance falls short of a ban: from 1 for `open` linearly to 0.
pub fn short_of_ban(stance: Stance) -> f64 {
    let ban = Stance::Banned.rank();
    ban.saturating_sub(stance.rank()) as f64 / ban as f64
}

/// The utility of each stance (docs/MODEL.md, Stances).
pub fn utilities(model: &Model, w: &Weighing) -> [f64; STANCES] {
    std::array::from_fn(|rank| {
        let stance = Stance::from_rank(rank).expect("four stances");
        let moved = rank.abs_diff(w.stance.rank()) as f64;
        let loosened = w.stance.rank().saturating_sub(rank) as f64;
        let residual = w.residual(stance, model.access_cap);
        -model.w_cost * w.cost(stance, model.access_cap)
            - model.w_risk * w.risk * residual
            - model.w_intel * w.intelligence_lost[rank]
            - model.w_peer * w.partners[rank]
            - model.w_guard * w.guard[rank]
            - model.w_trade * w.trade * w.punishment(stance)
            - model.w_supply * w.supply * residual
            - model.w_move * moved
            - model.w_loosen * loosened
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
