//! The kernel: a quarter of the model's core by hand, its parts in order.
use crate::state::{Kernel, ReportCounts, RuleStep, Structure, bits};
use noforn::quarter::measures::graph;
use noforn::world::ids::NationId;

/// The metrics of a quarter that are compared with the engine's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    pub structure: Structure,
    pub counts: ReportCounts,
    pub flagged: [f64; 3],
    pub cost_musd: f64,
}

impl Kernel<'_> {
    /// Simulates the run; returns one row for each quarter.
    pub fn run(mut self) -> Vec<Row> {
        (self.world.start..=self.world.end).map(|now| self.quarter(now)).collect()
    }

    fn quarter(&mut self, now: u32) -> Row {
        self.counts = ReportCounts::default();
        self.cost_musd = 0.0;
        self.procure(now);
        self.decide(now);
        self.share(now);
        self.answer();
        self.measure()
    }

    /// The owner measures the flagged share of every nation's core, and cuts off nations with any, until some time after they
    /// have none.
    fn decide(&mut self, now: u32) {
        let world = self.world;
        let in_force = now - world.start >= world.grace;
        let restore = (world.model.restore_years * 4.0).round() as u32;
        self.cut = 0;
        for nation in (0..world.n).filter(|nation| *nation != world.owner) {
            let seen = (self.cores[nation] * world.model.vigilance_share * 100.0 - 1e-9).ceil();
            let applied = &mut self.applied[nation];
            *applied = match *applied {
                _ if in_force && seen > 0.0 => RuleStep::Triggered,
                RuleStep::Triggered if restore > 0 => RuleStep::Restoring(now + restore),
                RuleStep::Restoring(until) if now < until => *applied,
                _ => RuleStep::Clear,
            };
            if *applied != RuleStep::Clear {
                self.cut |= 1 << nation;
            }
        }
    }

    /// Trust recovers, and nations that are cut off lose trust in the owner.
    fn answer(&mut self) {
        let (n, model) = (self.world.n, &self.world.model);
        let pace = (model.trust_recovery_rate / 4.0).min(1.0);
        for (now, first) in self.trust.iter_mut().zip(&self.world.trust) {
            *now += (first - *now) * pace;
        }
        for nation in (0..n).filter(|nation| self.cut >> nation & 1 == 1) {
            self.trust[nation * n + self.world.owner] *= libm::exp(-model.trust_loss_rate * 0.75 / 4.0);
        }
    }

    fn measure(&mut self) -> Row {
        let n = self.world.n;
        let free = self.world.model.free_share;
        let first = self.blocs.is_empty();
        if self.weigh() || first {
            let ties = graph::free_ties(&self.weights, n, free);
            self.structure.distance_fragmentation = graph::distance_fragmentation_index(&ties, n);
        }
        for from in 0..n {
            let greatest = self.world.model.values_of_reports().into_iter().flatten().fold(0.0_f64, f64::max);
            let value = self.world.counts[from].mean * self.world.mean_value[from];
            let part = value / (self.world.model.reports_per_quarter * greatest);
            self.pictures.set_producer(NationId::new(from), &self.permitted[from * n..][..n], part);
        }
        if self.pictures.update() || first {
            self.linkage.find(&self.pictures, self.world.model.bloc_overlap, &mut self.blocs);
            let sizes = graph::bloc_sizes(&self.blocs);
            self.structure.blocs = sizes.len() as u32;
            self.structure.fragmentation = graph::fragmentation_index(&sizes, n);
            self.structure.effective_pictures = self.pictures.effective_number();
            self.structure.picture_overlap = self.pictures.mean_overlap();
        }
        Row { structure: self.structure, counts: self.counts, flagged: self.flagged, cost_musd: self.cost_musd }
    }

    /// Computes for every pair the share of what agreements allow that may still be sent, in the direction in which it is
    /// smaller. Returns true if any tie by which two share freely changed.
    fn weigh(&mut self) -> bool {
        let (world, model) = (self.world, &self.world.model);
        let n = world.n;
        let mut changed = false;
        self.permitted.fill(0.0);
        for from in 0..n {
            for (class, rank) in world.classes.iter().flat_map(|class| (0..5).map(move |rank| (class, rank))) {
                let of_level = world.parts[from][class.product][rank] * class.share;
                let threshold = world.threshold(rank);
                let carries = |pool: &&(u128, usize)| pool.1 >= rank && pool.0 >> from & 1 == 1;
                let pooled = class.pools.iter().filter(carries).fold(0, |all, pool| all | pool.0);
                for to in bits(self.lawful(rank, from) & class.joined[rank][from] & world.cleared[rank]) {
                    let beyond = self.trust[from * n + to] - threshold;
                    let part = if beyond < 0.0 {
                        0.0
                    } else if pooled >> to & 1 == 1 || model.delicacy_share <= 0.0 {
                        1.0
                    } else {
                        (beyond / model.delicacy_share).min(1.0)
                    };
                    self.permitted[from * n + to] += of_level * part;
                }
            }
        }
        for a in 0..n {
            for b in 0..n {
                let part = |at: usize| if self.due[at] > 0.0 { self.permitted[at] / self.due[at] } else { 0.0 };
                let tie = if a == b { 0.0 } else { part(a * n + b).min(part(b * n + a)) };
                let before = std::mem::replace(&mut self.weights[a * n + b], tie);
                changed |= before != tie && before.max(tie) >= model.free_share;
            }
        }
        changed
    }
}
