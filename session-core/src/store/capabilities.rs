use crate::store::{DroppedCalls, Durability, Key, PayloadKind, Places, WakeUps};

/// The features of a store, and its limits.
///
/// A request for an undeclared feature is `Unsupported` ([R14](crate::contract#r14)); the conformance suite asserts the
/// rejections. Start from [`NONE`](Self::NONE) and add:
///
/// ```
/// use session_core::store::{Capabilities, PayloadKind};
///
/// let capabilities = Capabilities::NONE
///     .with_payloads(PayloadKind::Text)
///     .with_versions()
///     .with_max_record_bytes(400 * 1024);
/// assert!(capabilities.keeps(PayloadKind::Text));
/// assert!(!capabilities.keeps(PayloadKind::Binary));
/// assert!(!capabilities.rotates());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that a store does or not")]
pub struct Capabilities {
    text: bool,
    binary: bool,
    versions: bool,
    content_versions: bool,
    lifetimes: bool,
    rotation: bool,
    places: Option<Places>,
    locking: bool,
    collecting: bool,
    wake_ups: WakeUps,
    durability: Durability,
    dropped_calls: DroppedCalls,
    max_key_bytes: Option<usize>,
    max_record_bytes: Option<usize>,
}

impl Capabilities {
    /// A store that keeps nothing yet.
    pub const NONE: Self = Self {
        text: false,
        binary: false,
        versions: false,
        content_versions: false,
        lifetimes: false,
        rotation: false,
        places: None,
        locking: false,
        collecting: false,
        wake_ups: WakeUps::Nobody,
        durability: Durability::Nothing,
        dropped_calls: DroppedCalls::Late,
        max_key_bytes: None,
        max_record_bytes: None,
    };

    /// The store keeps payloads of this kind, and gives them back as this kind.
    #[must_use]
    pub const fn with_payloads(mut self, kind: PayloadKind) -> Self {
        match kind {
            PayloadKind::Text => self.text = true,
            PayloadKind::Binary => self.binary = true,
        }
        self
    }

    /// The store compares versions.
    #[must_use]
    pub const fn with_versions(mut self) -> Self {
        self.versions = true;
        self
    }

    /// The store compares versions, and the content of a record is its version.
    ///
    /// It does so because other programs write to the same records and set no tags.
    ///
    /// Two consequences are declared by it. Data that became another and then what it was is of the
    /// version that it was ([R5](crate::contract#r5)). A call that its caller repeats is not recognized but rejected, for
    /// equal data may be another handle's write. The store recognizes its own attempts alone ([R11](crate::contract#r11)).
    #[must_use]
    pub const fn with_content_versions(mut self) -> Self {
        self.versions = true;
        self.content_versions = true;
        self
    }

    /// The store keeps each record's lifetime: deadline and idle timeout
    /// ([S10](crate::contract#s10)).
    #[must_use]
    pub const fn with_lifetimes(mut self) -> Self {
        self.lifetimes = true;
        self
    }

    /// The store moves a record to a new key in one step.
    #[must_use]
    pub const fn with_rotation(mut self) -> Self {
        self.rotation = true;
        self
    }

    /// The store moves a record only within its place.
    #[must_use]
    pub const fn with_places(mut self, places: Places) -> Self {
        self.places = Some(places);
        self
    }

    /// The store is a [`LockingStore`](crate::store::LockingStore).
    #[must_use]
    pub const fn with_locking(mut self) -> Self {
        self.locking = true;
        self
    }

    /// The store is a [`CollectingStore`](crate::store::CollectingStore).
    #[must_use]
    pub const fn with_collecting(mut self) -> Self {
        self.collecting = true;
        self
    }

    /// The store [wakes](crate::store::LockingStore::watch) these waiters when a lock becomes free.
    #[must_use]
    pub const fn with_wake_ups(mut self, wake_ups: WakeUps) -> Self {
        self.wake_ups = wake_ups;
        self
    }

    /// A write that was answered with success survives this.
    #[must_use]
    pub const fn with_durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// A call whose future was dropped takes effect by then, if it does.
    #[must_use]
    pub const fn with_dropped_calls(mut self, dropped_calls: DroppedCalls) -> Self {
        self.dropped_calls = dropped_calls;
        self
    }

    /// The longest key that the store takes, in bytes of UTF-8.
    #[must_use]
    pub const fn with_max_key_bytes(mut self, bytes: usize) -> Self {
        self.max_key_bytes = Some(bytes);
        self
    }

    /// The largest record that the store takes, in bytes as it counts them.
    #[must_use]
    pub const fn with_max_record_bytes(mut self, bytes: usize) -> Self {
        self.max_record_bytes = Some(bytes);
        self
    }

    /// Whether payloads of this kind are kept.
    pub const fn keeps(&self, kind: PayloadKind) -> bool {
        match kind {
            PayloadKind::Text => self.text,
            PayloadKind::Binary => self.binary,
        }
    }

    /// Whether versions are compared.
    pub const fn compares_versions(&self) -> bool {
        self.versions
    }

    /// Whether the content is the version.
    ///
    /// The store then recognizes only its own attempts.
    pub const fn tells_versions_by_content(&self) -> bool {
        self.content_versions
    }

    /// Whether the deadline and the idle timeout of a record are kept.
    pub const fn keeps_lifetimes(&self) -> bool {
        self.lifetimes
    }

    /// Whether records move to new keys.
    pub const fn rotates(&self) -> bool {
        self.rotation
    }

    /// The places of the store, or `None` if a record can move to any key.
    pub const fn places(&self) -> Option<Places> {
        self.places
    }

    /// Whether the places of the two keys allow a record to move between them.
    pub fn share_place(&self, old: &Key, new: &Key) -> bool {
        self.places.is_none_or(|places| places.of(old) == places.of(new))
    }

    /// Whether records can be locked.
    pub const fn locks(&self) -> bool {
        self.locking
    }

    /// Whether expired records can be collected.
    pub const fn collects(&self) -> bool {
        self.collecting
    }

    /// Whom the store wakes when a lock becomes free.
    pub const fn wake_ups(&self) -> WakeUps {
        self.wake_ups
    }

    /// The failures that an acknowledged write survives.
    pub const fn durability(&self) -> Durability {
        self.durability
    }

    /// By when a call takes effect whose future was dropped.
    pub const fn dropped_calls(&self) -> DroppedCalls {
        self.dropped_calls
    }

    /// The longest key, in bytes, or `None` for no limit.
    pub const fn max_key_bytes(&self) -> Option<usize> {
        self.max_key_bytes
    }

    /// The largest record, in bytes as the store counts them, or `None` for no limit.
    pub const fn max_record_bytes(&self) -> Option<usize> {
        self.max_record_bytes
    }
}
