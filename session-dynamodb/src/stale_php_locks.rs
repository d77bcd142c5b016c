use crate::item::{Item, Value};
use crate::layout::Attribute;
use parking_lot::Mutex;
use session_core::store::Key;
use std::collections::HashMap;
use std::fmt::{self, Debug, Formatter};
use std::time::Duration;

/// When locks of PHP's handler were first seen as they are now.
///
/// Such a lock says neither whose it is nor since when. All that can be known is for how long
/// nothing has changed: its holder writes once, at its end, and then lock and expiry differ.
#[derive(Default)]
pub(crate) struct StalePhpLocks(Mutex<HashMap<Key, Sighting>>);

#[derive(Clone)]
struct Sighting {
    lock: Option<Value>,
    expires: Option<Value>,
    first: Duration,
    last: Duration,
}

impl StalePhpLocks {
    /// The most that are remembered. A lock that is not remembered is not taken over.
    const MOST: usize = 1_000;

    /// Notes what was seen now, and says whether it has been the same for `timeout`.
    pub(crate) fn is_stale(
        &self,
        key: &Key,
        item: &Item,
        now: Duration,
        timeout: Duration,
    ) -> bool {
        let mut stale_php_locks = self.0.lock();
        let seen = Sighting {
            lock: item.get(Attribute::Lock).cloned(),
            expires: item.get(Attribute::Expires).cloned(),
            first: now,
            last: now,
        };
        if let Some(known) = stale_php_locks.get_mut(key) {
            // Each lock of an orphan looks like the last, so what was not met for long is another.
            let is_met_again = seen.expires.is_some() || now.saturating_sub(known.last) <= timeout;
            if known.lock != seen.lock || known.expires != seen.expires || !is_met_again {
                *known = seen;
                return false;
            }
            known.last = now;
            return now.saturating_sub(known.first) >= timeout;
        }
        if stale_php_locks.len() >= Self::MOST {
            stale_php_locks.retain(|_, known| now.saturating_sub(known.last) < timeout);
        }
        if stale_php_locks.len() < Self::MOST {
            stale_php_locks.insert(key.clone(), seen);
        }
        false
    }

    /// Forgets a lock that is gone.
    pub(crate) fn forget(&self, key: &Key) {
        self.0.lock().remove(key);
    }
}

impl Debug for StalePhpLocks {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "StalePhpLocks({})", self.0.lock().len())
    }
}

#[cfg(test)]
mod tests {
    use super::StalePhpLocks;
    use crate::item::{Item, Value};
    use crate::layout::Attribute;
    use session_core::store::Key;
    use std::time::Duration;

    const TIMEOUT: Duration = Duration::from_mins(1);

    fn key(name: &str) -> Key {
        Key::new(name).expect("it is not empty")
    }

    fn item(expires: u64) -> Item {
        let expires = (Attribute::Expires, Value::N(expires.to_string()));
        Item([expires, (Attribute::Lock, Value::N("1".into()))].into())
    }

    #[test]
    fn a_lock_is_stale_once_it_was_the_same_for_the_timeout() {
        let (stale_php_locks, key) = (StalePhpLocks::default(), key("a"));
        let seen = |expires, seconds| {
            stale_php_locks.is_stale(&key, &item(expires), Duration::from_secs(seconds), TIMEOUT)
        };
        assert!(!seen(1, 0));
        assert!(!seen(1, 59));
        assert!(seen(1, 60));
        assert!(!seen(2, 61), "its holder has written since");
        assert!(!seen(2, 120));
        assert!(seen(2, 121));
        stale_php_locks.forget(&key);
        assert!(!seen(2, 122));
    }

    #[test]
    fn an_orphan_that_was_not_met_for_longer_than_the_timeout_is_another() {
        let (stale_php_locks, key) = (StalePhpLocks::default(), key("a"));
        let orphan = Item([(Attribute::Lock, Value::N("1".into()))].into());
        let seen = |seconds| {
            stale_php_locks.is_stale(&key, &orphan, Duration::from_secs(seconds), TIMEOUT)
        };
        assert!(!seen(0));
        assert!(!seen(61), "it may have been a session in between");
        assert!(!seen(120));
        assert!(seen(121));
    }

    #[test]
    fn no_more_than_so_many_are_remembered() {
        let stale_php_locks = StalePhpLocks::default();
        for number in 0..2 * StalePhpLocks::MOST {
            stale_php_locks.is_stale(&key(&number.to_string()), &item(1), Duration::ZERO, TIMEOUT);
        }
        assert_eq!(stale_php_locks.0.lock().len(), StalePhpLocks::MOST);
        stale_php_locks.is_stale(&key("late"), &item(1), 2 * TIMEOUT, TIMEOUT);
        assert_eq!(stale_php_locks.0.lock().len(), 1, "those not seen for long make room");
    }
}
