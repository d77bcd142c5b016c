use crate::bounds::Footprint;
use crate::expiries::Expiries;
use crate::lease::Lease;
use session_core::decision::{Lease as LeaseRef, Patch, Row, RowLock};
use session_core::store::{Key, Payload, Record, Tag, Version};
use session_core::time::Timestamp;

/// A record in its shard.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) record: Record,
    pub(crate) version: Version,
    /// In a box, because most records have none most of the time.
    pub(crate) lock: Option<Box<Lease>>,
}

impl Entry {
    /// The entry of a record without a lock.
    pub(crate) fn new(key: &Key, record: &Record, tag: &Tag) -> Self {
        let (key, record, version) = (key.clone(), record.clone(), Version::tagged(*tag));
        Self { key, record, version, lock: None }
    }

    /// The size of a record as the limits count it, with room for a lock (R9).
    pub(crate) fn size(key: &Key, payload: &Payload) -> usize {
        key.as_str().len() + payload.len() + size_of::<Lease>()
    }

    pub(crate) fn footprint(&self) -> Footprint {
        Footprint { records: 1, bytes: Self::size(&self.key, &self.record.payload) }
    }

    /// The entry as a decision sees it.
    pub(crate) fn row(&self) -> Row<'_> {
        let lock = self.lock.as_ref().map_or(RowLock::Free, |lock| RowLock::Leased(lock.view()));
        Row { lock, ..Row::new(&self.record, &self.version) }
    }

    /// Changes what a decision changes, here and in the index of expiries.
    #[inline]
    pub(crate) fn apply(&mut self, patch: &Patch<'_>, index: &mut Expiries) {
        let Patch { data, expires, deadline, idle, lock } = *patch;
        if let Some((payload, tag)) = data.set() {
            self.record.payload = payload.clone();
            self.version = Version::tagged(*tag);
        }
        if let Some(expires) = expires.set() {
            self.expire_at(expires, index);
        }
        if let Some(deadline) = deadline.set() {
            self.record.deadline = deadline;
        }
        if let Some(idle) = idle.set() {
            self.record.idle = idle;
        }
        if let Some(lock) = lock.set() {
            self.set_lock(lock);
        }
    }

    #[inline]
    fn set_lock(&mut self, lease: Option<LeaseRef<'_>>) {
        let is_renewed = match (&mut self.lock, lease) {
            (Some(lock), Some(lease)) => lock.renew(lease),
            _ => false,
        };
        if !is_renewed {
            self.lock = lease.map(|lease| Box::new(Lease::of(lease)));
        }
    }

    /// Moves the expiry, here and in the index.
    fn expire_at(&mut self, expires: Timestamp, index: &mut Expiries) {
        if expires != self.record.expires {
            index.remove(self.record.expires, &self.key);
            index.insert(expires, &self.key);
            self.record.expires = expires;
        }
    }
}
