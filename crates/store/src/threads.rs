//! Items made on several threads and handed over in order, in bounded memory.
use noforn_lab::ensemble::Ended;
use noforn_lab::workers::Workers;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// Pieces of work begun and not yet taken, for each thread.
const AHEAD: usize = 4;
/// How long a stop may go unnoticed while nothing arrives.
const PATIENCE: Duration = Duration::from_millis(50);

/// Threads that make items, and the flag that ends them early.
///
/// At most `AHEAD` times as many results as threads are held. What has begun when they end early is finished and
/// dropped. A panic in `make` goes on in the thread that called.
#[derive(Clone, Copy, Debug)]
pub struct Threads<'a> {
    /// How many; 0 for as many as there are cores.
    pub count: usize,
    /// Set to end early.
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
        let over = AtomicBool::new(false);
        pool.in_place_scope_fifo(|scope| {
            let _end = SetOnDrop(&over);
            let (send, receive) = channel();
            let (mut begun, mut taken, mut waiting) = (0, 0, BTreeMap::new());
            while taken < count {
                while begun < count.min(taken + window) {
                    let (send, make, over, index) = (send.clone(), &make, &over, begun);
                    scope.spawn_fifo(move |_| {
                        if !over.load(Ordering::Relaxed) {
                            let made = catch_unwind(AssertUnwindSafe(|| make(index)));
                            // Nobody listens once the work is over.
                            let _ = send.send((index, made));
                        }
                    });
                    begun += 1;
                }
                if self.stop.load(Ordering::Relaxed) {
                    return Err(Ended::Stopped);
                }
                match receive.recv_timeout(PATIENCE) {
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

/// Says that the work is over when it goes, however it goes.
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

    /// Work of very uneven length.
    fn uneven(index: usize) -> u64 {
        let rounds = if index.is_multiple_of(7) { 200_000 } else { 10 };
        (0..rounds).fold(index as u64, |hash, round| (hash ^ round).wrapping_mul(0x100_0000_01b3))
    }

    fn told(threads: usize) -> Vec<(usize, u64)> {
        let mut told = Vec::new();
        let taken = for_each(threads, 100, &AtomicBool::new(false), uneven, |index, made| {
            told.push((index, made));
            Ok(())
        });
        assert!(taken.is_ok());
        told
    }

    #[test]
    fn results_come_in_order_whatever_the_number_of_threads() {
        let expected: Vec<(usize, u64)> = (0..100).map(|index| (index, uneven(index))).collect();
        for threads in [1, 2, 5] {
            assert_eq!(told(threads), expected, "with {threads} threads");
        }
    }

    #[test]
    fn no_work_is_no_work() {
        assert!(for_each(2, 0, &AtomicBool::new(false), |_| (), |_, ()| Ok(())).is_ok());
    }

    #[test]
    fn only_a_few_results_are_held() {
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
    fn a_stop_and_an_error_end_the_work() {
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
    fn a_panic_goes_on_where_the_results_are_taken() {
        let make = |index| assert!(index != 9, "boom at {index}");
        let _ = for_each(2, 20, &AtomicBool::new(false), make, |_, ()| Ok(()));
    }
}
