//! Who makes the items of a study: one after the other here, or threads that the caller brings.
use crate::ensemble::Ended;

/// Makes many items and hands them over in their order.
pub trait Workers: Sync {
    /// Calls `make` for every index below `count`, and `take` with each result in the order of the indices, on the
    /// thread that called. Ends with the first error of `take`, or with `Ended::Stopped` soon after somebody asked for it.
    fn for_each<T: Send>(
        &self,
        count: usize,
        make: impl Fn(usize) -> T + Sync,
        take: impl FnMut(usize, T) -> Result<(), Ended>,
    ) -> Result<(), Ended>;

    /// Whether somebody asked to end early: an item that takes long looks now and then.
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

/// One item after the other, on the thread that calls.
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
