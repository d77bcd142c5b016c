/// The work that was left when a [drain](crate::Sessions::drain) ended.
#[must_use]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drained {
    /// How many locks were still being released.
    ///
    /// Such a lock stands until its lease is over if the process ends now.
    pub pending_releases: usize,
}

impl Drained {
    /// The same with this number of locks that are still being released.
    pub const fn with_pending_releases(mut self, pending_releases: usize) -> Self {
        self.pending_releases = pending_releases;
        self
    }

    /// Whether everything has ended.
    pub const fn is_complete(&self) -> bool {
        self.pending_releases == 0
    }
}
