//! Threads that wait for each other.

use std::hint::spin_loop;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::yield_now;

/// The handle of one thread to a spin barrier that a group of threads meets at.
///
/// The threads meet a number of times. Operations in memory are shorter than it takes to wake a
/// thread, so the threads wait awake, and set off when they see that another is awake, too. They do
/// not wait for a thread that has dropped its handle.
#[derive(Debug)]
pub(super) struct BarrierHandle {
    group: Arc<[Member]>,
    index: usize,
    meetings: usize,
}

/// The state of a thread that the others know.
#[derive(Debug, Default)]
struct Member {
    /// How often it has arrived.
    arrivals: AtomicUsize,
    /// Counts as long as it looks out for others.
    beats: AtomicUsize,
}

impl BarrierHandle {
    /// How long a thread spins before it lets others have its processor.
    const SPINS: usize = 1_000;

    /// How many times a thread looks for another thread that is awake.
    ///
    /// Where processors are few, no other thread is awake.
    const LOOKS: usize = 2_000;

    /// Creates a handle for each thread of a group that meets so many times.
    pub(super) fn group(size: usize, meetings: usize) -> Vec<Self> {
        let group: Arc<[_]> = (0..size).map(|_| Member::default()).collect();
        let handle = |index| Self { group: Arc::clone(&group), index, meetings };
        (0..size).map(handle).collect()
    }

    /// Waits for the others, unless they have met often enough.
    pub(super) fn meet(&self) {
        let own = &self.group[self.index];
        let meeting = own.arrivals.load(Ordering::SeqCst) + 1;
        if meeting > self.meetings {
            return;
        }
        own.arrivals.store(meeting, Ordering::SeqCst);
        let is_late = |member: &Member| member.arrivals.load(Ordering::SeqCst) < meeting;
        let mut spins = 0;
        while self.group.iter().any(is_late) {
            spins += 1;
            if spins < Self::SPINS { spin_loop() } else { yield_now() }
        }
        self.look_out();
    }

    /// Waits until another thread is awake.
    ///
    /// A thread that has arrived may have lost its processor since.
    fn look_out(&self) {
        let beats =
            || self.group.iter().map(|member| member.beats.load(Ordering::SeqCst)).collect();
        let beat = || self.group[self.index].beats.fetch_add(1, Ordering::SeqCst);
        let before: Vec<usize> = beats();
        for _ in 0..Self::LOOKS {
            beat();
            let is_awake = |(index, member): (usize, &Member)| {
                index != self.index && member.beats.load(Ordering::SeqCst) != before[index]
            };
            if self.group.iter().enumerate().any(is_awake) {
                // Now the other sees it, too.
                beat();
                return;
            }
            spin_loop();
        }
    }
}

impl Drop for BarrierHandle {
    fn drop(&mut self) {
        self.group[self.index].arrivals.store(usize::MAX, Ordering::SeqCst);
    }
}
