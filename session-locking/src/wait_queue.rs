use crate::sightings::Sightings;
use hashbrown::HashMap;
use hashbrown::hash_map::EntryRef;
use parking_lot::Mutex;
use session_core::store::Key;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub(crate) use crate::sightings::Sighting;

/// The local waiters of every key, each key first in, first out.
///
/// The head of a queue asks the store and then holds the lock. All others wait for
/// nothing but the head, which costs no requests.
#[derive(Debug, Default)]
pub(crate) struct WaitQueues(Mutex<HashMap<Key, Arc<WaitQueue>>>);

/// The queue of one key.
///
/// Tokio's semaphore serves its waiters in the order in which they came.
#[derive(Debug)]
struct WaitQueue {
    head: Arc<Semaphore>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    batch: HandOverBatch,
    sightings: Sightings,
}

/// Successive holders of this process, with no chance for another process between.
#[derive(Debug, Default)]
struct HandOverBatch {
    holders: u32,
    since: Duration,
}

impl HandOverBatch {
    /// The least number of holders in a batch before other processes get a chance.
    const HOLDERS: u32 = 8;
    /// The shortest length of a batch, as a multiple of the pause that follows it.
    ///
    /// So pauses take at most a sixth of the time of the lock.
    const PAUSES: u32 = 5;

    /// Counts a holder who comes at `now`, and returns whether a pause comes before it.
    ///
    /// The pause of this length ends the batch.
    fn ends(&mut self, now: Duration, pause: Duration) -> bool {
        if self.holders == 0 {
            self.since = now;
        }
        let lasted = now.saturating_sub(self.since);
        let ends = self.holders >= Self::HOLDERS && lasted >= pause * Self::PAUSES;
        if ends {
            *self = Self { holders: 0, since: now + pause };
        }
        self.holders += 1;
        ends
    }
}

impl WaitQueues {
    /// A slot at the end of the queue of `key`.
    pub(crate) fn join(self: &Arc<Self>, key: &Key) -> QueueSlot {
        let mut queues = self.0.lock();
        let queue = Arc::clone(queues.entry_ref(key).or_insert_with(|| {
            let head = Arc::new(Semaphore::new(1));
            Arc::new(WaitQueue { head, state: Mutex::default() })
        }));
        let seen_before = queue.state.lock().sightings.before_now();
        let (queues, key) = (Arc::clone(self), key.clone());
        QueueSlot { queues, key, queue: Some(queue), permit: None, holds: false, seen_before }
    }
}

/// A slot in the queue of a key, given up when it is dropped.
#[derive(Debug)]
pub(crate) struct QueueSlot {
    queues: Arc<WaitQueues>,
    key: Key,
    /// Some until the slot is given up.
    queue: Option<Arc<WaitQueue>>,
    permit: Option<OwnedSemaphorePermit>,
    holds: bool,
    /// How often the lock had been seen held when this slot was taken.
    seen_before: u64,
}

impl QueueSlot {
    /// Waits until this slot is the head of its queue.
    ///
    /// # Cancellation
    ///
    /// The slot is kept until it is dropped, but moves to the end of the queue.
    pub(crate) async fn reach_head(&mut self) {
        if let Some(queue) = &self.queue {
            self.permit = Arc::clone(&queue.head).acquire_owned().await.ok();
        }
    }

    /// Counts this holder, who comes at `now`, and returns whether it must pause first.
    ///
    /// The pause gives other processes a chance.
    pub(crate) fn must_pause(&self, now: Duration, pause: Duration) -> bool {
        self.state(|state| state.batch.ends(now, pause)).unwrap_or_default()
    }

    /// Begins a new batch with this holder: another process has the lock at `now`.
    pub(crate) fn see_held(&self, now: Duration) {
        self.state(|state| {
            state.batch = HandOverBatch { holders: 1, since: now };
            state.sightings.see_held();
        });
    }

    /// This place's handle has the lock from now on.
    pub(crate) fn hold(&mut self) {
        self.holds = true;
        self.state(|state| state.sightings.hold());
    }

    /// The sightings of the lock since this slot was taken.
    pub(crate) fn sighting(&self) -> Sighting {
        let seen = self.state(|state| state.sightings.since(self.seen_before));
        seen.unwrap_or(Sighting::Never)
    }

    fn state<T>(&self, of: impl FnOnce(&mut State) -> T) -> Option<T> {
        self.queue.as_ref().map(|queue| of(&mut queue.state.lock()))
    }
}

impl Drop for QueueSlot {
    /// The next in the queue moves up, and the last one takes the queue away.
    fn drop(&mut self) {
        if self.holds {
            self.state(|state| state.sightings.let_go());
        }
        self.permit = None;
        let mut queues = self.queues.0.lock();
        // While the table is locked nobody joins, so the references can be counted.
        self.queue = None;
        if let EntryRef::Occupied(queue) = queues.entry_ref(&self.key)
            && Arc::strong_count(queue.get()) == 1
        {
            queue.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{HandOverBatch, QueueSlot, WaitQueues};
    use session_core::store::Key;
    use std::sync::Arc;
    use std::time::Duration;

    const PAUSE: Duration = Duration::from_millis(50);

    /// The numbers of the holders with a pause before them, if each holds for `hold`.
    ///
    /// There are a hundred holders.
    fn pauses(hold: Duration) -> Vec<u32> {
        let (mut batch, mut now) = (HandOverBatch::default(), Duration::from_secs(7));
        let mut pauses = Vec::new();
        for holder in 1..=100 {
            if batch.ends(now, PAUSE) {
                pauses.push(holder);
                now += PAUSE;
            }
            now += hold;
        }
        pauses
    }

    #[test]
    fn a_run_ends_after_eight_holders_if_they_held_for_long() {
        assert_eq!(pauses(PAUSE)[..3], [9, 17, 25]);
        assert_eq!(pauses(Duration::from_secs(1))[..3], [9, 17, 25]);
    }

    #[test]
    fn a_run_ends_after_five_pauses_if_its_holders_were_quick() {
        assert_eq!(pauses(PAUSE / 5), [26, 51, 76]);
        assert!(pauses(Duration::ZERO).is_empty());
    }

    async fn at_head(queues: &Arc<WaitQueues>, key: &Key) -> QueueSlot {
        let mut slot = queues.join(key);
        slot.reach_head().await;
        slot
    }

    #[tokio::test]
    async fn a_run_begins_anew_where_another_process_has_the_lock() {
        let queues = Arc::<WaitQueues>::default();
        let slot = queues.join(&Key::new("a").unwrap());
        let holder = |number: u32| slot.must_pause(PAUSE * number, PAUSE);
        assert!(!(0..8).any(holder));
        slot.see_held(PAUSE * 8);
        assert!(!(9..16).any(holder));
        assert!(holder(16));
    }

    #[tokio::test]
    async fn a_line_is_there_as_long_as_somebody_stands_in_it() {
        let queues = Arc::<WaitQueues>::default();
        let key = Key::new("a").unwrap();
        let first = at_head(&queues, &key).await;
        let second = tokio::spawn({
            let (queues, key) = (Arc::clone(&queues), key.clone());
            async move { at_head(&queues, &key).await }
        });
        tokio::task::yield_now().await;
        drop(first);
        let second = second.await.unwrap();
        assert_eq!(queues.0.lock().len(), 1);
        drop(second);
        assert_eq!(queues.0.lock().len(), 0);
    }

    #[tokio::test]
    async fn who_leaves_the_queue_before_its_turn_leaves_nothing() {
        let queues = Arc::<WaitQueues>::default();
        let key = Key::new("a").unwrap();
        let head = at_head(&queues, &key).await;
        let waiter = tokio::spawn({
            let (queues, key) = (Arc::clone(&queues), key.clone());
            async move { drop(at_head(&queues, &key).await) }
        });
        tokio::task::yield_now().await;
        waiter.abort();
        assert!(waiter.await.unwrap_err().is_cancelled());
        drop(head);
        assert_eq!(queues.0.lock().len(), 0);
    }
}
