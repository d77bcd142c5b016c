use crate::layout::Layout;
use session_core::KeyScheme;
use std::time::Duration;

/// The settings that the requests of a store depend on, apart from their arguments.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting by its own name")]
pub(crate) struct Settings {
    pub(crate) layout: Layout,
    /// The scheme of keys, which shows foreign items; `None` if it is not known.
    pub(crate) key_scheme: Option<KeyScheme>,
    /// Whether items with neither expiry nor data are collected.
    pub(crate) collect_orphans: bool,
    /// Whether reads are strongly consistent in the first place.
    pub(crate) consistent_read: bool,
    /// Whether records can be locked.
    ///
    /// If not, locks of PHP are ignored and left in place.
    pub(crate) locking: bool,
    /// Whether records can be rotated, which takes a transaction.
    pub(crate) transactions: bool,
    /// How long after the end of its lease a lock still counts as live for others.
    pub(crate) clock_skew: Duration,
    /// How long a lock of PHP must stay unchanged for a takeover; `None` for never.
    pub(crate) php_lock_timeout: Option<Duration>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            layout: Layout::default(),
            key_scheme: None,
            collect_orphans: false,
            consistent_read: true,
            locking: false,
            transactions: true,
            clock_skew: Duration::from_secs(1),
            php_lock_timeout: None,
        }
    }
}
