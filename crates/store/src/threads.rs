//! Makes items on several threads and passes them on in order, in bounded memory.
use noforn_lab::ensemble::Ended;
use noforn_lab::workers::Workers;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// Greatest number, per thread, of items that have begun and are not taken yet.
const AHEAD: usize = 4;
/// Time between two checks for a stop while no result arrives.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Threads that make items, and the flag that stops them.
///
/// They hold at most `AHEAD` results per thread. After a stop, items that have begun are finished and dropped. A panic in
/// `make` continues in the calling thread.
#[derive(Clone, Copy, Debug)]
pub struct Threads<'a> {
    /// Number of threads; 0 for one per core.
    pub count: usize,
    /// Set it to stop early.
    pub stop: &'a AtomicBool,
}

impl Workers for Threads<'_> {
    fn for_each<T: Send>(
        &self,
        count: usize,
        make: impl Fn(usize) -> T + Sync,
        mut take: impl FnMut(usize, T) -> Result<(), Ended>,
    ) -> Result<(), Ended> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.count).build();
        let pool = pool.map_err(|error| Ended::Io(std::io::Error::other(error)))?;
        let window = AHEAD * pool.current_num_threads();
        let cancelled = AtomicBool::new(false);
        pool.in_place_scope_fifo(|scope| {
            let _end = SetOnDrop(&cancelled);
            let (send, receive) = channel();
            let (mut begun, mut taken, mut waiting) = (0, 0, BTreeMap::new());
            while taken < count {
                while begun < count.min(taken + window) {
                    let (send, make, cancelled, index) = (send.clone(), &make, &cancelled, begun);
                    scope.spawn_fifo(move |_| {
                        if !cancelled.load(Ordering::Relaxed) {
                            let made = catch_unwind(AssertUnwindSafe(|| make(index)));
                            // Sending fails if the receiver is gone, which is after the end.
                            let _ = send.send((index, made));
                        }
                    });
                    begun += 1;
                }
                if self.stop.load(Ordering::Relaxed) {
                    return Err(Ended::Stopped);
                }
                match receive.recv_timeout(POLL_INTERVAL) {
                    Ok((index, Ok(made))) => {
                        waiting.insert(index, made);
                    }
                    Ok((_, Err(panic))) => resume_unwind(panic),
                    Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
                }
                while let Some(made) = waiting.remove(&taken) {
                    take(taken, made)?;
                    taken += 1;
                }
            }
            Ok(())
        })
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Sets a flag when it is dropped, also after an error or a panic.
struct SetOnDrop<'a>(&'a AtomicBool);

impl Drop for SetOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    fn for_each<T: Send>(
        count: usize,
        items: usize,
        stop: &AtomicBool,
        make: impl Fn(usize) -> T + Sync,
        take: impl FnMut(usize, T) -> Result<(), Ended>,
    ) -> Result<(), Ended> {
        Threads { count, stop }.for_each(items, make, take)
    }

    /// An item whose cost varies much with its index.
    fn uneven(index: usize) -> u64 {
        let rounds = if index.is_multiple_of(7) { 200_000 } else { 10 };
        (0..rounds).fold(index as u64, |hash, round| (hash ^ round).wrapping_mul(0x100_0000_01b3))
    }

    fn results(threads: usize) -> Vec<(usize, u64)> {
        let mut results = Vec::new();
        let taken = for_each(threads, 100, &AtomicBool::new(false), uneven, |index, made| {
            results.push((index, made));
            Ok(())
        });
        assert!(taken.is_ok());
        results
    }

    #[test]
    fn results_come_in_order_whatever_the_number_of_threads() {
        let expected: Vec<(usize, u64)> = (0..100).map(|index| (index, uneven(index))).collect();
        for threads in [1, 2, 5] {
            assert_eq!(results(threads), expected, "with {threads} threads");
        }
    }

    #[test]
    fn zero_items_are_fine() {
        assert!(for_each(2, 0, &AtomicBool::new(false), |_| (), |_, ()| Ok(())).is_ok());
    }

    #[test]
    fn the_number_of_held_results_is_bounded() {
        let (made, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let make = |_| {
            let held = 1 + made.fetch_add(1, Ordering::SeqCst) - taken.load(Ordering::SeqCst);
            assert!(held <= 2 * AHEAD + 1, "{held} results are held");
        };
        let done = for_each(2, 300, &AtomicBool::new(false), make, |index, ()| {
            taken.store(index + 1, Ordering::SeqCst);
            Ok(())
        });
        assert!(done.is_ok());
    }

    #[test]
    fn a_stop_or_an_error_ends_the_work() {
        let stop = AtomicBool::new(false);
        let stopped = for_each(
            2,
            1_000_000,
            &stop,
            |index| index,
            |index, _| {
                stop.store(index == 3, Ordering::Relaxed);
                Ok(())
            },
        );
        assert!(matches!(stopped, Err(Ended::Stopped)));
        let failing = |index, _| if index == 5 { Err(Ended::Io(std::io::Error::other("full"))) } else { Ok(()) };
        let failed = for_each(2, 1_000_000, &AtomicBool::new(false), |index| index, failing);
        assert!(matches!(failed, Err(Ended::Io(_))));
    }

    #[test]
    #[should_panic(expected = "boom at 9")]
    fn a_panic_continues_in_the_calling_thread() {
        let make = |index| assert!(index != 9, "boom at {index}");
        let _ = for_each(2, 20, &AtomicBool::new(false), make, |_, ()| Ok(()));
    }
}
