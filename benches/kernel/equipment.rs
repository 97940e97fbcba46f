//! Procurement in the kernel: contracts, turnover, installed equipment.
use crate::state::{Kernel, Layer, Market, VENDORS};
use noforn::world::chance::{Stream, logit_choice, within};
use noforn::world::clock::Quarter;

/// The largest share of an order that may come from covered vendors.
fn largest(stance: usize, layer: usize, access_cap: f64) -> f64 {
    match (stance, layer) {
        (0, _) => 1.0,
        (1, 1 | 2) => access_cap,
        _ => 0.0,
    }
}

fn part(layer: &Layer, counts: &[bool; VENDORS]) -> f64 {
    let standing: f64 = (0..VENDORS).map(|v| if counts[v] { layer.standing[v] } else { 0.0 }).sum();
    let of = |lot: &[f64; VENDORS]| -> f64 { (0..VENDORS).map(|v| if counts[v] { lot[v] } else { 0.0 }).sum() };
    standing + layer.bought.iter().map(of).sum::<f64>()
}

fn shares(standing: &[f64; VENDORS], bought: &[[f64; VENDORS]]) -> [f64; VENDORS] {
    let mut shares = *standing;
    bought.iter().for_each(|lot| (0..VENDORS).for_each(|v| shares[v] += lot[v]));
    let total: f64 = shares.iter().sum();
    if total > 0.0 { shares.map(|share| share / total) } else { shares }
}

/// Adds a purchase to the last lots: of what is installed, and of what would be without limits.
fn buy(layer: &mut Layer, amount: f64) {
    if amount <= 0.0 {
        return;
    }
    if !layer.open {
        layer.bought.push([0.0; VENDORS]);
        layer.market_bought.push([0.0; VENDORS]);
        layer.open = true;
    }
    let (lot, market) = (layer.bought.last_mut(), layer.market_bought.last_mut());
    let (lot, market) = (lot.expect("a lot is open"), market.expect("a lot is open"));
    for v in 0..VENDORS {
        lot[v] += amount * layer.order[v];
        market[v] += amount * layer.wanted[v];
    }
}

impl Market {
    fn covered_part(&self, order: &[f64; VENDORS]) -> f64 {
        (0..VENDORS).map(|v| if self.covered[v] { order[v] } else { 0.0 }).sum()
    }

    /// What is ordered in place of covered equipment.
    fn instead(&self, layer: &Layer) -> [f64; VENDORS] {
        let lawful = |order: &[f64; VENDORS]| -> [f64; VENDORS] {
            std::array::from_fn(|v| if v < self.vendors && !self.covered[v] { order[v] } else { 0.0 })
        };
        let choices = [&layer.instead, &layer.wanted, &[1.0; VENDORS]].map(lawful);
        let chosen = choices.into_iter().find(|order| order.iter().sum::<f64>() > 0.0).unwrap_or([0.0; VENDORS]);
        let total: f64 = chosen.iter().sum();
        if total > 0.0 { chosen.map(|part| part / total) } else { chosen }
    }
}

/// The part of 5G that is built.
fn rollout(now: u32, start: u32, years: f64) -> f64 {
    let elapsed = (f64::from(now) - f64::from(start)) / 4.0;
    if elapsed < 0.0 {
        return 0.0;
    }
    let steepness = 2.0 * libm::log(9.0) / years;
    1.0 / (1.0 + libm::exp(-steepness * (elapsed - years / 2.0)))
}

/// Retires the oldest equipment; `lots` follow `standing`.
fn retire(standing: &mut [f64; VENDORS], lots: &mut Vec<[f64; VENDORS]>, amount: f64) -> f64 {
    let old: f64 = standing.iter().sum();
    let from_old = amount.min(old);
    if old > 0.0 {
        let keep = 1.0 - from_old / old;
        standing.iter_mut().for_each(|s| *s *= keep);
    }
    let (mut left, mut spent) = (amount - from_old, 0);
    for lot in lots.iter_mut() {
        if left <= 0.0 {
            break;
        }
        let size: f64 = lot.iter().sum();
        if size > left {
            let keep = 1.0 - left / size;
            lot.iter_mut().for_each(|part| *part *= keep);
            left = 0.0;
        } else {
            left -= size;
            spent += 1;
        }
    }
    lots.drain(..spent);
    amount - left
}

impl Kernel<'_> {
    /// Renews contracts and equipment, then sums what is installed.
    pub fn procure(&mut self, now: u32) {
        let (world, n) = (self.world, self.world.n);
        let market = &world.market;
        let mut sums = vec![[[0.0; VENDORS]; 3]; n];
        let mut weights = vec![[0.0; 2]; n];
        let mut networks = std::mem::take(&mut self.networks);
        for network in &mut networks {
            let old = shares(&network.layers[1].market_standing, &network.layers[1].market_bought);
            for rank in 0..3 {
                let layer = &mut network.layers[rank];
                self.contract(network.nation, network.subject, rank, layer, &old, now);
                let early = self.renew(network.nation, rank, layer, now);
                let share = [0.2, 0.4, 0.4][rank];
                self.cost_musd += early * network.subscribers * share * world.model.unit_cost_usd;
                let amount = network.subscribers * if rank == 2 { layer.built } else { 1.0 };
                let now = shares(&layer.standing, &layer.bought);
                sums[network.nation][rank].iter_mut().zip(now).for_each(|(sum, share)| *sum += share * amount);
            }
            weights[network.nation][0] += network.subscribers;
            weights[network.nation][1] += network.layers[2].built * network.subscribers;
        }
        self.networks = networks;
        let (mut totals, mut with) = ([0.0; 3], [0.0; 3]);
        for nation in 0..n {
            for rank in 0..3 {
                let weight = weights[nation][usize::from(rank == 2)];
                let shares = sums[nation][rank].map(|sum| if weight > 0.0 { sum / weight } else { sum });
                let of = |counts: &[bool; VENDORS]| -> f64 {
                    (0..market.vendors).map(|v| if counts[v] { shares[v] } else { 0.0 }).sum()
                };
                if rank == 0 {
                    self.cores[nation] = of(&market.flagged);
                }
                if shares.iter().any(|share| *share > 0.0) {
                    totals[rank] += of(&market.listed);
                    with[rank] += 1.0;
                }
            }
        }
        self.flagged = std::array::from_fn(|rank| if with[rank] > 0.0 { totals[rank] / with[rank] } else { 0.0 });
    }

    fn contract(&self, nation: usize, subject: u64, rank: usize, layer: &mut Layer, old: &[f64; VENDORS], now: u32) {
        if now < layer.expires {
            return;
        }
        let (world, market) = (self.world, &self.world.market);
        let model = &world.model;
        let standing =
            if layer.built > 0.0 { shares(&layer.market_standing, &layer.market_bought) } else { layer.wanted };
        let incumbent: [f64; VENDORS] =
            std::array::from_fn(|v| if rank == 2 { 0.5 * standing[v] + 0.5 * old[v] } else { standing[v] });
        let row = &self.trust[nation * world.n..][..world.n];
        let total: f64 = row.iter().map(|t| t * t).sum();
        let bans = row.iter().zip(&market.stance).enumerate().filter(|(j, (_, stance))| *j != nation && **stance >= 2);
        let banned: f64 = bans.map(|(_, (t, _))| t * t).sum();
        let expected = market.risk[nation] + if total > 0.0 { banned / total } else { 0.0 };
        let luck = within(subject, rank as u64);
        let wanted = self.choose(luck, expected, &incumbent, now, &|_| true);
        let instead = self.choose(luck, expected, &incumbent, now, &|v| !market.covered[v]);
        layer.wanted = wanted.unwrap_or(layer.wanted);
        layer.instead = instead.unwrap_or_default();
        layer.open = false;
        layer.expires = now + (model.contract_years * 4.0) as u32;
    }

    /// The order from the offer that is chosen among those of some vendors, if there is any.
    fn choose(
        &self,
        luck: u64,
        expected: f64,
        incumbent: &[f64; VENDORS],
        now: u32,
        offered: &dyn Fn(usize) -> bool,
    ) -> Option<[f64; VENDORS]> {
        let (model, market) = (&self.world.model, &self.world.market);
        let offered = |v: usize| v < market.vendors && offered(v);
        let incumbent: [f64; VENDORS] = std::array::from_fn(|v| if offered(v) { incumbent[v] } else { 0.0 });
        let worth = |price: f64, quality: f64, incumbent: f64, risk: f64| {
            -model.w_price * price + model.w_quality * quality + model.w_incumbent * incumbent
                - model.w_foresight * risk
        };
        let risk = |v: usize| if market.covered[v] { expected } else { 0.0 };
        let draw = |option: usize| self.chance.uniform(Stream::Contract, luck, Quarter(now), option as u32);
        let (mut options, mut utilities, mut draws) = (Vec::new(), Vec::new(), Vec::new());
        let kept: f64 = incumbent.iter().sum();
        let mean = |of: &dyn Fn(usize) -> f64| (0..market.vendors).map(|v| incumbent[v] * of(v)).sum::<f64>() / kept;
        if kept > 0.0 {
            options.push(None);
            utilities.push(worth(mean(&|v| market.price[v]), mean(&|v| market.quality[v]), kept, mean(&risk)));
            draws.push(draw(0));
        }
        for v in (0..market.vendors).filter(|v| offered(*v)) {
            options.push(Some(v));
            utilities.push(worth(market.price[v], market.quality[v], incumbent[v], risk(v)));
            draws.push(draw(1 + v));
        }
        let chosen = (!options.is_empty()).then(|| options[logit_choice(&utilities, model.vendor_beta, &draws)]);
        chosen.map(|option| match option {
            None => incumbent.map(|part| part / kept),
            Some(vendor) => std::array::from_fn(|v| if v == vendor { 1.0 } else { 0.0 }),
        })
    }

    fn renew(&self, nation: usize, rank: usize, layer: &mut Layer, now: u32) -> f64 {
        let (model, market) = (&self.world.model, &self.world.market);
        let stance = market.stance[nation];
        let (start, years) = market.rollout[nation];
        let built = if rank == 2 { layer.built.max(rollout(now, start, years / model.turnover_factor)) } else { 1.0 };
        let due = (model.turnover_factor / (4.0 * model.refresh_years[rank])).min(1.0) * layer.built;
        let growth = (built - layer.built).max(0.0);
        let instead = market.instead(layer);
        let (largest, wanted) = (largest(stance, rank, model.access_cap), market.covered_part(&layer.wanted));
        layer.order = std::array::from_fn(|v| {
            let allowed = if market.covered[v] && wanted > largest { largest / wanted } else { 1.0 };
            layer.wanted[v] * allowed + (wanted - largest).max(0.0) * instead[v]
        });
        let retired = retire(&mut layer.standing, &mut layer.bought, due);
        retire(&mut layer.market_standing, &mut layer.market_bought, due);
        layer.open &= !layer.bought.is_empty();
        layer.built = layer.built.max(built);
        buy(layer, growth + retired);
        let quarters = |years: f64| i64::from((years * 4.0).round() as u32).max(1);
        let since = i64::from(now) - i64::from(self.world.start);
        let covered = part(layer, &market.covered);
        let excess = |target: f64, years: f64| {
            (covered - target * layer.built).max(0.0) / (quarters(years) - since).max(1) as f64
        };
        let capped =
            if stance >= 1 { excess(if rank == 0 { 0.0 } else { model.access_cap }, model.core_years) } else { 0.0 };
        let removed = if stance >= 3 { excess(0.0, model.removal_years[rank]) } else { 0.0 };
        let early = capped.max(removed);
        let mut left = if early < covered { early } else { f64::INFINITY };
        for lot in std::iter::once(&mut layer.standing).chain(&mut layer.bought) {
            let part = market.covered_part(lot);
            let swapped = part.min(left);
            if swapped > 0.0 {
                for v in 0..VENDORS {
                    let keep = if market.covered[v] { 1.0 - swapped / part } else { 1.0 };
                    lot[v] = lot[v] * keep + swapped * instead[v];
                }
                left -= swapped;
            }
        }
        early
    }
}
