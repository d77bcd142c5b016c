use crate::CookiePolicy;
use session_core::sessions::Written;
use session_core::time::Timestamp;
use session_core::{Committed, SessionId, Sessions};

/// What the client's cookie is to become.
pub(crate) enum CookieChange {
    Set { id: SessionId, expires: Timestamp },
    Remove,
}

impl CookieChange {
    /// The change that a commit asks for: a new id always, a later expiry if the cookie has one.
    pub(crate) fn of(committed: &Committed, policy: &CookiePolicy) -> Option<Self> {
        let (id, expires) = committed.cookie()?;
        let is_due = committed.has_new_id()
            || (is_persistent(policy) && committed.written() != Written::Nothing);
        is_due.then(|| Self::Set { id: id.clone(), expires })
    }

    /// The change that a touch asks for.
    pub(crate) fn touched(
        id: SessionId,
        expires: Option<Timestamp>,
        policy: &CookiePolicy,
    ) -> Option<Self> {
        is_persistent(policy).then_some(Self::Set { id, expires: expires? })
    }

    /// The value of the `Set-Cookie` header.
    pub(crate) fn render<D: 'static>(
        &self,
        policy: &CookiePolicy,
        sessions: &Sessions<D>,
    ) -> String {
        match self {
            Self::Remove => policy.removal(),
            Self::Set { id, expires } => {
                let max_age = is_persistent(policy).then(|| sessions.time_to(*expires));
                policy.set(id, max_age)
            }
        }
    }
}

/// Whether the cookie of a session outlives the browser.
///
/// This is the place for sessions that have a lifetime of their own.
fn is_persistent(policy: &CookiePolicy) -> bool {
    policy.is_persistent()
}
