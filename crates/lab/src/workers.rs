//! Workers that make the items of a study: one after the other here, or threads that the caller provides.
use crate::ensemble::Ended;

/// Makes many items and passes them on in their order.
pub trait Workers: Sync {
    /// Calls `make` for every index below `count`. Calls `take` with each result in the order of the indices, on the calling
    /// thread. Returns the first error of `take`, or `Ended::Stopped` soon after a stop.
    fn for_each<T: Send>(
        &self,
        count: usize,
        make: impl Fn(usize) -> T + Sync,
        take: impl FnMut(usize, T) -> Result<(), Ended>,
    ) -> Result<(), Ended>;

    /// True after a stop. An item that takes long should check it from time to time.
    fn is_stopped(&self) -> bool;

    /// The results of `make` for every index below `count`, in order.
    fn map<T: Send>(&self, count: usize, make: impl Fn(usize) -> T + Sync) -> Result<Vec<T>, Ended> {
        let mut all = Vec::with_capacity(count);
        self.for_each(count, make, |_, made| {
            all.push(made);
            Ok(())
        })?;
        Ok(all)
    }
}

/// Makes one item after the other, on the calling thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct OneByOne;

impl Workers for OneByOne {
    fn for_each<T: Send>(
        &self,
        count: usize,
        make: impl Fn(usize) -> T + Sync,
        mut take: impl FnMut(usize, T) -> Result<(), Ended>,
    ) -> Result<(), Ended> {
        (0..count).try_for_each(|index| take(index, make(index)))
    }

    fn is_stopped(&self) -> bool {
        false
    }
}
