use session_core::Lifetime;
use std::time::Duration;

/// The assurance level of a sign-in, with its time limits after NIST SP 800-63B-4.
///
/// | level | for sign-ins | idle | overall | section of [NIST SP 800-63B-4] |
/// | --- | --- | --- | --- | --- |
/// | `Aal1` | with one factor, such as a password | none of its own | 30 days | 2.1.3 |
/// | `Aal2` | with two factors | 1 hour | 24 hours | 2.2.3 |
/// | `Aal3` | with two factors, one of them hardware that phishing cannot use | 15 minutes | 12 hours | 2.3.3 |
///
/// These are the longest times that the standard recommends. The 12 hours are the longest time that
/// it allows. At level 1 the standard requires no limit for idle sessions, so here the idle limit
/// equals the overall limit. Section 5.2 says that the overall limit counts from a sign-in.
///
/// Here the overall limit counts from the first time that the session was stored. If the session
/// was stored before the sign-in, it counts from before the sign-in, so a session never lasts too
/// long. A new id does not restart the limit. A sign-in restarts it by
/// [`set_lifetime`](crate::Session::set_lifetime).
///
/// A session can expire early by a tenth of its idle limit, because not every request that reads
/// moves its expiry.
///
/// ```
/// use session_core::sections::JsonSections;
/// use session_core::store::SessionStore;
/// use session_core::{Optimistic, Result, Sessions};
/// use session_http::{AssuranceLevel, Settings};
///
/// fn settings(store: impl SessionStore) -> Result<Settings> {
///     let strategy = Optimistic::new(store).merging(JsonSections::new());
///     let sessions = Sessions::builder(strategy, JsonSections::new());
///     let sessions = sessions.lifetime(AssuranceLevel::Aal2.lifetime()).build()?;
///     Ok(Settings::new(sessions))
/// }
/// ```
///
/// [NIST SP 800-63B-4]: https://doi.org/10.6028/NIST.SP.800-63B-4
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AssuranceLevel {
    /// Some assurance: a sign-in with one factor.
    Aal1,
    /// High assurance: a sign-in with two factors.
    Aal2,
    /// Very high assurance: two factors, one of them hardware that resists phishing.
    Aal3,
}

impl AssuranceLevel {
    /// The longest time that a session may be unused.
    pub const fn idle(self) -> Duration {
        match self {
            Self::Aal1 => self.overall(),
            Self::Aal2 => Duration::from_hours(1),
            Self::Aal3 => Duration::from_mins(15),
        }
    }

    /// The longest time that a session may last, even if it is used.
    pub const fn overall(self) -> Duration {
        match self {
            Self::Aal1 => Duration::from_hours(30 * 24),
            Self::Aal2 => Duration::from_hours(24),
            Self::Aal3 => Duration::from_hours(12),
        }
    }

    /// Both limits, for the builder of sessions.
    ///
    /// [`Lifetime::idle`] and [`Lifetime::with_absolute`] set shorter limits. The store must
    /// [keep lifetimes](session_core::store::Capabilities::keeps_lifetimes).
    ///
    /// # Panics
    ///
    /// It never panics: the limits are within the range of times.
    pub fn lifetime(self) -> Lifetime {
        let lifetime = Lifetime::idle(self.idle());
        let lifetime = lifetime.and_then(|idle| idle.with_absolute(self.overall()));
        lifetime.expect("the limits are whole seconds, and the overall limit is the longer one")
    }
}

#[cfg(test)]
mod tests {
    use super::AssuranceLevel::{Aal1, Aal2, Aal3};
    use session_core::time::{EpochMillis, Timestamp};

    #[test]
    fn each_level_has_the_limits_of_the_standard() {
        let now = EpochMillis::from_epoch_millis(1_800_000_000_000);
        let after = |seconds: u64| Some(Timestamp::from_epoch_seconds(1_800_000_000 + seconds));
        for (level, idle, overall) in
            [(Aal1, 2_592_000, 2_592_000), (Aal2, 3_600, 86_400), (Aal3, 900, 43_200)]
        {
            let lifetime = level.lifetime();
            assert_eq!(lifetime.deadline(now), after(overall), "{level:?}");
            assert_eq!(Some(lifetime.expiry(now, None)), after(idle), "{level:?}");
        }
        assert!(Aal1 < Aal2 && Aal2 < Aal3);
    }
}
