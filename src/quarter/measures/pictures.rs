//! Pictures: what each nation may read of each producer, and how far the pictures of two nations overlap.
use crate::world::ids::NationId;
use crate::world::matrix::Matrix;
use crate::world::sets::NationSet;

/// What all nations together produce is this many units in a picture; whole units, so that the order of sums does not
/// matter. All sums stay below 2^53.
const PICTURE_UNITS: f64 = (1_u64 << 40) as f64;
/// Full overlap in units. Sums of overlaps over pairs of up to 1,400 nations stay below 2^53.
pub(super) const OVERLAP_UNITS: f64 = (1_u64 << 32) as f64;

/// What every nation may read of every producer in a quarter as things are, expected before chance and friction; and
/// how far any two of these pictures overlap. Only what depends on a changed producer is computed again.
#[derive(Clone, Debug)]
pub struct Pictures {
    /// (producer, reader): what the reader may read, in units.
    readable: Matrix<f64>,
    /// (i, j): the sum over producers of the smaller of the two amounts, in units; a nation's whole picture at (i, i).
    common: Matrix<f64>,
    /// (i, j): the overlap, 0 to `OVERLAP_UNITS`, rounded to whole units.
    overlap: Matrix<f64>,
    changes: ReaderAmounts,
}

/// What changed since the overlaps were computed.
#[derive(Clone, Debug, Default)]
struct ReaderAmounts {
    /// The producers of which readers may read other amounts.
    producers: Vec<NationId>,
    /// Producer by producer, what each reader could read of it before.
    before: Vec<f64>,
    /// For each reader, the places in `producers` of those of which it may read another amount.
    by_reader: Vec<Vec<usize>>,
}

/// The nearest whole number, of equally near ones the even one; `amount` is 0 or more and below 2^51.
fn rounded(amount: f64) -> f64 {
    // Above 2^52 there is no room for a fraction. A call of the standard function takes longer than all else here.
    const NO_FRACTION: f64 = (1_u64 << 52) as f64;
    (amount + NO_FRACTION) - NO_FRACTION
}

impl Pictures {
    /// Nothing is produced and nothing read.
    pub fn new(nations: usize) -> Self {
        let blank = Matrix::filled(nations, 0.0);
        let mut pictures =
            Self { readable: blank.clone(), common: blank.clone(), overlap: blank, changes: ReaderAmounts::default() };
        pictures.clear();
        pictures
    }

    /// Forgets all pictures, and keeps the memory.
    pub fn clear(&mut self) {
        self.readable.fill(0.0);
        self.common.fill(0.0);
        self.overlap.fill(0.0);
        for at in 0..self.overlap.nations() {
            self.overlap[(NationId::new(at), NationId::new(at))] = OVERLAP_UNITS;
        }
        self.changes.clear();
    }

    /// Replaces what nations may read of a producer; call [`update`](Self::update) after the last. `shares` are the
    /// shares of its production, 0 to 1, that each nation may read; `part` is its part, 0 to 1, in what all nations
    /// together produce at most. It reads all of its own.
    pub fn set_producer(&mut self, producer: NationId, shares: &[f64], part: f64) {
        let whole = part * PICTURE_UNITS;
        let own = producer.index();
        let now = shares.iter().enumerate();
        let now = now.map(|(reader, share)| rounded(if reader == own { whole } else { share * whole }));
        if !self.readable.row(producer).iter().copied().eq(now.clone()) {
            self.changes.producers.push(producer);
            self.changes.before.extend_from_slice(self.readable.row(producer));
            self.readable.row_mut(producer).iter_mut().zip(now).for_each(|(cell, amount)| *cell = amount);
        }
    }

    /// Computes the overlaps again that depend on the producers replaced since the last call; returns whether any
    /// changed. Takes time in proportion to nations x (pairs of producer and reader that changed), or to the cube of the
    /// number of nations where that is less.
    pub fn update(&mut self) -> bool {
        let n = self.readable.nations();
        let pairs = self.find_changed_readers();
        let readers = NationSet::where_holds(&self.changes.by_reader, |changed| !changed.is_empty());
        if pairs > 2 * n {
            self.compute_common();
        } else {
            self.adjust_common(&readers);
        }
        self.changes.clear();
        let mut changed = false;
        for reader in readers.iter() {
            changed |= self.update_overlaps(reader);
        }
        changed
    }

    /// Lists for each reader the producers of which it may read another amount; returns how many pairs these are.
    fn find_changed_readers(&mut self) -> usize {
        let n = self.readable.nations();
        let ReaderAmounts { producers, before, by_reader } = &mut self.changes;
        by_reader.resize_with(n, Vec::new);
        let mut pairs = 0;
        for (at, producer) in producers.iter().enumerate() {
            let amounts = before[at * n..][..n].iter().zip(self.readable.row(*producer));
            for (reader, _) in amounts.enumerate().filter(|(_, (before, now))| before != now) {
                by_reader[reader].push(at);
                pairs += 1;
            }
        }
        pairs
    }

    /// Computes what all pairs have in common, from nothing.
    fn compute_common(&mut self) {
        let n = self.readable.nations();
        let by_reader = &mut self.changes.before;
        by_reader.clear();
        by_reader.resize(n * n, 0.0);
        for producer in (0..n).map(NationId::new) {
            for (reader, amount) in self.readable.row(producer).iter().enumerate() {
                by_reader[reader * n + producer.index()] = *amount;
            }
        }
        for i in 0..n {
            for j in i..n {
                let common = sum_of_smaller(&by_reader[i * n..][..n], &by_reader[j * n..][..n]);
                let (i, j) = (NationId::new(i), NationId::new(j));
                (self.common[(i, j)], self.common[(j, i)]) = (common, common);
            }
        }
    }

    /// Adjusts what the readers that changed have in common with all others.
    fn adjust_common(&mut self, readers: &NationSet) {
        let n = self.readable.nations();
        let ReaderAmounts { producers, before, by_reader } = &self.changes;
        for i in readers.iter() {
            for j in (0..n).map(NationId::new).filter(|j| *j >= i || !readers.contains(*j)) {
                let gain = |at: usize| {
                    let (row, was) = (self.readable.row(producers[at]), &before[at * n..][..n]);
                    smaller(row[i.index()], row[j.index()]) - smaller(was[i.index()], was[j.index()])
                };
                // A producer that changed for both counts once.
                let counted = |at: &usize| before[at * n + i.index()] != self.readable[(producers[*at], i)];
                let own: f64 = by_reader[i.index()].iter().map(|at| gain(*at)).sum();
                let other = by_reader[j.index()].iter().filter(|at| i != j && !counted(at));
                let common = self.common[(i, j)] + own + other.map(|at| gain(*at)).sum::<f64>();
                self.common[(i, j)] = common;
                self.common[(j, i)] = common;
            }
        }
    }

    /// Computes the overlaps of one nation again; returns whether any changed.
    fn update_overlaps(&mut self, i: NationId) -> bool {
        let mut changed = false;
        for j in (0..self.common.nations()).map(NationId::new).filter(|j| *j != i) {
            let common = self.common[(i, j)];
            let either = self.common[(i, i)] + self.common[(j, j)] - common;
            let overlap = if either > 0.0 { rounded(common / either * OVERLAP_UNITS) } else { 0.0 };
            changed |= self.overlap[(i, j)] != overlap;
            self.overlap[(i, j)] = overlap;
            self.overlap[(j, i)] = overlap;
        }
        changed
    }

    /// The overlap of two pictures, 0 to 1: Ruzicka's weighted Jaccard index, the sum over producers of the smaller of
    /// two amounts / the sum of the greater. 1 of a nation with itself; 0 for two nations that read and produce nothing.
    pub fn overlap(&self, a: NationId, b: NationId) -> f64 {
        self.overlap[(a, b)] / OVERLAP_UNITS
    }

    /// All overlaps in whole units, row by row.
    pub(super) fn overlap_units(&self) -> &Matrix<f64> {
        &self.overlap
    }

    /// How many separate pictures there are, 1 to n: exp(-(1/n) sum over i of ln((1/n) sum over j of s_ij)), the
    /// diversity of order 1 with similarities (Leinster and Cobbold, Ecology 93, 2012). 0 without nations.
    pub fn effective_number(&self) -> f64 {
        let n = self.overlap.nations();
        if n == 0 {
            return 0.0;
        }
        let row_sums = (0..n).map(|i| self.overlap.row(NationId::new(i)).iter().sum::<f64>());
        let mut logs: Vec<f64> = row_sums.map(|sum| libm::log(sum / OVERLAP_UNITS / n as f64)).collect();
        // In order of size, so that the numbering of nations does not matter.
        logs.sort_unstable_by(f64::total_cmp);
        libm::exp(-logs.iter().sum::<f64>() / n as f64)
    }

    /// The mean overlap over pairs of nations, 0 to 1; 1 if there is no pair.
    pub fn mean_overlap(&self) -> f64 {
        let n = self.overlap.nations();
        if n < 2 {
            return 1.0;
        }
        let itself = n as f64 * OVERLAP_UNITS;
        let total: f64 = (0..n).map(|i| self.overlap.row(NationId::new(i)).iter().sum::<f64>()).sum();
        (total - itself) / OVERLAP_UNITS / (n * (n - 1)) as f64
    }
}

impl ReaderAmounts {
    fn clear(&mut self) {
        self.producers.clear();
        self.before.clear();
        self.by_reader.iter_mut().for_each(Vec::clear);
    }
}

/// The sum of the smaller of two amounts. Amounts are whole numbers, so four partial sums give the same total as one.
fn sum_of_smaller(a: &[f64], b: &[f64]) -> f64 {
    let (a_fours, a_rest) = a.as_chunks::<4>();
    let (b_fours, b_rest) = b.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in a_fours.iter().zip(b_fours) {
        for lane in 0..4 {
            sums[lane] += smaller(a[lane], b[lane]);
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| smaller(*a, *b)).sum();
    sums.iter().sum::<f64>() + rest
}

/// The smaller of two numbers; one instruction, as neither is NaN.
fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}
