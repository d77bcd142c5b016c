use crate::CookiePolicy;
use session_core::sessions::{Closed, Written};
use session_core::time::Timestamp;
use session_core::{Committed, SessionId, Sessions};

/// A change of the client's cookie, which the response carries.
pub(crate) enum CookieChange {
    Set {
        id: SessionId,
        /// The end of the cookie; `None` for one that ends with the browser.
        expires: Option<Timestamp>,
    },
    Remove,
}

impl CookieChange {
    /// The change after a commit.
    ///
    /// It is due for every new id, and for a later expiry if the cookie has one.
    pub(crate) fn of(committed: &Committed, policy: &CookiePolicy) -> Option<Self> {
        let (id, expires) = committed.cookie()?;
        let is_persistent = is_persistent(policy, committed.has_own_lifetime());
        let is_due =
            committed.has_new_id() || (is_persistent && committed.written() != Written::Nothing);
        let expires = is_persistent.then_some(expires);
        is_due.then(|| Self::Set { id: id.clone(), expires })
    }

    /// The change after a touch.
    pub(crate) fn touched(id: SessionId, closed: Closed, policy: &CookiePolicy) -> Option<Self> {
        let expires = Some(closed.expires?);
        is_persistent(policy, closed.own_lifetime).then_some(Self::Set { id, expires })
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
                let max_age = expires.map(|expires| sessions.time_to(expires));
                policy.set(id, max_age)
            }
        }
    }
}

/// Whether the cookie of a session outlives the browser.
///
/// The reason is the policy, or a lifetime of the session's own ("remember me").
const fn is_persistent(policy: &CookiePolicy, has_own_lifetime: bool) -> bool {
    policy.is_persistent() || has_own_lifetime
}
