//! Procurement in the kernel: contracts, turnover, installed equipment.
use crate::state::{Kernel, Layer, Market, VENDORS};
use noforn::world::chance::{Stream, logit_choice, within};
use noforn::world::clock::Quarter;

fn may_buy(stance: usize, layer: usize, full: bool) -> bool {
    stance == 0 || stance == 1 && layer != 0 && !full
}

fn part(layer: &Layer, counts: &[bool; VENDORS]) -> f64 {
    let standing: f64 = (0..VENDORS).map(|v| if counts[v] { layer.standing[v] } else { 0.0 }).sum();
    let of = |lot: &[f64; VENDORS]| -> f64 { (0..VENDORS).map(|v| if counts[v] { lot[v] } else { 0.0 }).sum() };
    standing + layer.bought.iter().map(of).sum::<f64>()
}

fn shares(layer: &Layer) -> [f64; VENDORS] {
    let mut shares = layer.standing;
    layer.bought.iter().for_each(|lot| (0..VENDORS).for_each(|v| shares[v] += lot[v]));
    let total: f64 = shares.iter().sum();
    if total > 0.0 { shares.map(|share| share / total) } else { shares }
}

fn append(layer: &mut Layer, vendor: usize, amount: f64) {
    if !layer.open {
        layer.bought.push([0.0; VENDORS]);
        layer.open = true;
    }
    layer.bought.last_mut().expect("a lot is open")[vendor] += amount;
}

impl Market {
    fn buy(&self, layer: &mut Layer, amount: f64, banned: bool) {
        let lawful = |v: usize| !(banned && self.covered[v]);
        match layer.supplier {
            _ if amount <= 0.0 => {}
            Some(vendor) if lawful(vendor) => append(layer, vendor, amount),
            _ => {
                let total: f64 = (0..self.vendors).filter(|v| lawful(*v)).map(|v| layer.mix[v]).sum();
                let count = (0..self.vendors).filter(|v| lawful(*v)).count().max(1) as f64;
                for v in (0..self.vendors).filter(|v| lawful(*v)) {
                    let part = if total > 0.0 { layer.mix[v] / total } else { 1.0 / count };
                    append(layer, v, amount * part);
                }
            }
        }
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

fn retire(layer: &mut Layer, amount: f64) -> f64 {
    let old: f64 = layer.standing.iter().sum();
    let from_old = amount.min(old);
    if old > 0.0 {
        let keep = 1.0 - from_old / old;
        layer.standing.iter_mut().for_each(|s| *s *= keep);
    }
    let (mut left, mut spent) = (amount - from_old, 0);
    for lot in &mut layer.bought {
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
    layer.bought.drain(..spent);
    layer.open &= !layer.bought.is_empty();
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
            let old = shares(&network.layers[1]);
            for rank in 0..3 {
                let layer = &mut network.layers[rank];
                self.contract(network.nation, network.subject, rank, layer, &old, now);
                let early = self.renew(network.nation, rank, layer, now);
                let share = [0.2, 0.4, 0.4][rank];
                self.cost_musd += early * network.subscribers * share * world.model.unit_cost_usd;
                let amount = network.subscribers * if rank == 2 { layer.built } else { 1.0 };
                let now = shares(layer);
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
        let (world, market) = (self.world, &self.world.market);
        let model = &world.model;
        let total = part(layer, &[true; VENDORS]);
        let full = total > 0.0 && part(layer, &market.covered) / total >= model.access_cap - 1e-9
            || total <= 0.0 && 0.0 >= model.access_cap - 1e-9;
        let allowed = |v: usize| !market.covered[v] || may_buy(market.stance[nation], rank, full);
        if now < layer.expires && layer.supplier.is_none_or(allowed) {
            return;
        }
        let standing = if layer.built > 0.0 { shares(layer) } else { layer.mix };
        let supplied = |v: usize| if rank == 2 { 0.5 * standing[v] + 0.5 * old[v] } else { standing[v] };
        let lawful = |v: usize| v < market.vendors && allowed(v);
        let incumbent: [f64; VENDORS] = std::array::from_fn(|v| if lawful(v) { supplied(v) } else { 0.0 });
        let row = &self.trust[nation * world.n..][..world.n];
        let total: f64 = row.iter().map(|t| t * t).sum();
        let bans = row.iter().zip(&market.stance).filter(|(_, stance)| **stance >= 2);
        let banned: f64 = bans.map(|(t, _)| t * t).sum();
        let expected = market.risk[nation] + if total > 0.0 { banned / total } else { 0.0 };
        let worth = |price: f64, quality: f64, incumbent: f64, risk: f64| {
            -model.w_price * price + model.w_quality * quality + model.w_incumbent * incumbent
                - model.w_foresight * risk
        };
        let risk = |v: usize| if market.covered[v] { expected } else { 0.0 };
        let draw = |option: usize| {
            self.chance.uniform(Stream::Contract, within(subject, rank as u64), Quarter(now), option as u32)
        };
        let (mut options, mut utilities, mut draws) = (Vec::new(), Vec::new(), Vec::new());
        let kept: f64 = incumbent.iter().sum();
        let mean = |of: &dyn Fn(usize) -> f64| (0..market.vendors).map(|v| incumbent[v] * of(v)).sum::<f64>() / kept;
        if kept > 0.0 {
            options.push(None);
            utilities.push(worth(mean(&|v| market.price[v]), mean(&|v| market.quality[v]), kept, mean(&risk)));
            draws.push(draw(0));
        }
        for v in (0..market.vendors).filter(|v| lawful(*v)) {
            options.push(Some(v));
            utilities.push(worth(market.price[v], market.quality[v], incumbent[v], risk(v)));
            draws.push(draw(1 + v));
        }
        if !options.is_empty() {
            layer.supplier = options[logit_choice(&utilities, model.vendor_beta, &draws)];
            layer.open = false;
            if layer.supplier.is_none() {
                layer.mix = incumbent;
            }
            layer.expires = now + (model.contract_years * 4.0) as u32;
        }
    }

    fn renew(&self, nation: usize, rank: usize, layer: &mut Layer, now: u32) -> f64 {
        let (model, market) = (&self.world.model, &self.world.market);
        let stance = market.stance[nation];
        let (start, years) = market.rollout[nation];
        let built = if rank == 2 { layer.built.max(rollout(now, start, years / model.turnover_factor)) } else { 1.0 };
        let due = (model.turnover_factor / (4.0 * model.refresh_years[rank])).min(1.0);
        let growth = (built - layer.built).max(0.0);
        let retired = retire(layer, due * layer.built);
        layer.built = layer.built.max(built);
        market.buy(layer, growth + retired, !may_buy(stance, rank, false));
        let quarters = |years: f64| i64::from((years * 4.0).round() as u32).max(1);
        let since = i64::from(now) - i64::from(self.world.start);
        let (target, left) = match stance {
            1 => (if rank == 0 { 0.0 } else { model.access_cap }, quarters(model.core_years)),
            3 => (0.0, quarters(model.removal_years[rank])),
            _ => return 0.0,
        };
        let left = (left - since).max(1);
        let covered = part(layer, &market.covered);
        let excess = (covered - target * layer.built).max(0.0);
        let early = excess / left as f64;
        if covered > 0.0 {
            let all = left == 1 && target == 0.0;
            let amount = if left == 1 { excess } else { early };
            let keep = if all { 0.0 } else { (1.0 - amount / covered).max(0.0) };
            (0..VENDORS).filter(|v| market.covered[*v]).for_each(|v| layer.standing[v] *= keep);
            for lot in &mut layer.bought {
                (0..VENDORS).filter(|v| market.covered[*v]).for_each(|v| lot[v] *= keep);
            }
        }
        market.buy(layer, early, true);
        early
    }
}
