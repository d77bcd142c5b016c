use crate::store::Key;
use std::fmt::{self, Debug, Formatter};
use std::num::NonZeroU8;

/// The places of a store, within each of which a record can move to a new key.
///
/// Slots of a cluster and shards are places where a write of two keys is atomic only within one. Such
/// a store groups its keys into [`MAX`](Self::MAX) places at most, so that a new id in the place of the
/// old one is soon found: `Sessions` draws ids until old and new share a place ([S4](crate::contract#s4)).
///
/// ```
/// use session_core::store::{Capabilities, Key, PayloadKind, Places};
///
/// fn place_of(key: &Key) -> u8 {
///     key.as_str().bytes().fold(0, u8::wrapping_add)
/// }
///
/// let capabilities = Capabilities::NONE
///     .with_payloads(PayloadKind::Text)
///     .with_rotation()
///     .with_places(Places::new(16, place_of));
/// let (old, new, other) = (Key::new("ab")?, Key::new("ba")?, Key::new("aa")?);
/// assert!(capabilities.share_place(&old, &new));
/// assert!(!capabilities.share_place(&old, &other));
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Places {
    count: NonZeroU8,
    place_of: fn(&Key) -> u8,
}

impl Places {
    /// The most places that a store can declare.
    pub const MAX: u8 = 64;

    /// Declares `count` places, and a function that returns the place of a key.
    ///
    /// The place is the returned number modulo `count`.
    ///
    /// The function must spread keys evenly, and return the same for a key each time.
    ///
    /// # Panics
    ///
    /// For no places, and for more than [`MAX`](Self::MAX).
    #[must_use]
    pub const fn new(count: u8, place_of: fn(&Key) -> u8) -> Self {
        assert!(count <= Self::MAX, "there are more places than `Places::MAX`");
        let count = NonZeroU8::new(count).expect("there is no place");
        Self { count, place_of }
    }

    /// The place of a key.
    pub fn of(&self, key: &Key) -> u8 {
        (self.place_of)(key) % self.count
    }
}

impl PartialEq for Places {
    fn eq(&self, other: &Self) -> bool {
        self.count == other.count && std::ptr::fn_addr_eq(self.place_of, other.place_of)
    }
}

impl Eq for Places {}

impl Debug for Places {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Places").field("count", &self.count).finish_non_exhaustive()
    }
}
