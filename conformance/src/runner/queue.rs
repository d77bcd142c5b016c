use crate::Case;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A case, and its place among those that were selected.
pub(super) type Numbered = (usize, &'static Case);

/// The shared state of a run's workers.
///
/// It has the cases that are left, and the number of workers.
#[derive(Debug)]
pub(super) struct Queue(Mutex<State>);

#[derive(Debug)]
struct State {
    left: VecDeque<Numbered>,
    workers: usize,
    is_closed: bool,
}

impl Queue {
    pub(super) fn new(cases: Vec<&'static Case>) -> Self {
        let left = cases.into_iter().enumerate().collect();
        Self(Mutex::new(State { left, workers: 0, is_closed: false }))
    }

    /// A worker begins. It ends when there is no next case, or when it is to rest.
    pub(super) fn enlist(&self) {
        self.state().workers += 1;
    }

    /// A worker ends that never began.
    pub(super) fn dismiss(&self) {
        self.state().workers -= 1;
    }

    /// The next case. Where there is none, the worker ends.
    pub(super) fn next(&self) -> Option<Numbered> {
        let mut state = self.state();
        let next = if state.is_closed { None } else { state.left.pop_front() };
        if next.is_none() {
            state.workers -= 1;
        }
        next
    }

    /// Takes back a case that a worker cannot do now; returns whether the worker ends.
    ///
    /// The last worker does not end.
    pub(super) fn take_back(&self, case: Numbered) -> bool {
        let mut state = self.state();
        let rests = state.workers > 1;
        if rests {
            state.workers -= 1;
            state.left.push_front(case);
        }
        rests
    }

    /// Hands out nothing from now on.
    pub(super) fn close(&self) {
        self.state().is_closed = true;
    }

    /// The cases that were never handed out, in the order of the table.
    pub(super) fn into_left(self) -> Vec<&'static Case> {
        let state = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut left = Vec::from(state.left);
        left.sort_by_key(|(number, _)| *number);
        left.into_iter().map(|(_, case)| case).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CASES;

    fn queue(workers: usize) -> Queue {
        let queue = Queue::new(CASES[..3].iter().collect());
        (0..workers).for_each(|_| queue.enlist());
        queue
    }

    fn names(cases: Vec<&Case>) -> Vec<&str> {
        cases.into_iter().map(|case| case.name).collect()
    }

    #[test]
    fn what_is_taken_back_is_handed_out_again() {
        let queue = queue(2);
        let first = queue.next().unwrap();
        assert!(queue.take_back(first), "the other worker does it");
        let numbers: Vec<_> = (0..3).map(|_| queue.next().unwrap().0).collect();
        assert_eq!(numbers, [0, 1, 2]);
        assert!(queue.next().is_none() && queue.into_left().is_empty());
    }

    #[test]
    fn the_last_worker_does_not_rest() {
        let queue = queue(2);
        let [first, second, _third] = [(); 3].map(|()| queue.next().unwrap());
        assert!(queue.next().is_none(), "a worker ends where nothing is left");
        assert!(!queue.take_back(first), "nobody would do it");
        assert!(!queue.take_back(second));
    }

    #[test]
    fn nothing_is_handed_out_once_it_is_closed() {
        let queue = queue(2);
        let [first, _second] = [(); 2].map(|()| queue.next().unwrap());
        queue.close();
        assert!(queue.take_back(first));
        assert!(queue.next().is_none());
        assert_eq!(names(queue.into_left()), [CASES[0].name, CASES[2].name]);
    }
}
