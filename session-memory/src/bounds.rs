use parking_lot::Mutex;

/// The numbers that count toward the bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Footprint {
    pub(crate) records: usize,
    pub(crate) bytes: usize,
}

impl Footprint {
    pub(crate) const NOTHING: Self = Self { records: 0, bytes: 0 };
    pub(crate) const UNBOUNDED: Self = Self { records: usize::MAX, bytes: usize::MAX };

    pub(crate) fn and(self, other: Self) -> Self {
        Self { records: self.records + other.records, bytes: self.bytes + other.bytes }
    }

    fn exchanged(self, freed: Self, gained: Self) -> Self {
        Self {
            records: self.records - freed.records + gained.records,
            bytes: self.bytes - freed.bytes + gained.bytes,
        }
    }

    fn fits(self, limit: Self) -> bool {
        self.records <= limit.records && self.bytes <= limit.bytes
    }
}

/// The bounds of a store, and what stands in it now.
///
/// Both figures are under one mutex: two separate atomics would let a write that fits one bound
/// but not the other occupy room for a moment, and another be rejected for it.
#[derive(Debug)]
pub(crate) struct Bounds {
    limit: Footprint,
    used: Mutex<Footprint>,
}

impl Bounds {
    pub(crate) fn new(limit: Footprint) -> Self {
        Self { limit, used: Mutex::new(Footprint::NOTHING) }
    }

    /// Counts `freed` out and `gained` in, in one step, if that keeps the bounds.
    ///
    /// If not, it changes nothing and says so.
    #[must_use]
    pub(crate) fn exchange(&self, freed: Footprint, gained: Footprint) -> bool {
        if self.limit == Footprint::UNBOUNDED || freed == gained {
            return true;
        }
        let mut used = self.used.lock();
        let after = used.exchanged(freed, gained);
        let fits = after.fits(self.limit);
        if fits {
            *used = after;
        }
        fits
    }

    pub(crate) fn free(&self, freed: Footprint) {
        let kept = self.exchange(freed, Footprint::NOTHING);
        debug_assert!(kept, "less never passes a bound that more has kept");
    }
}
