use super::CookieKey;
use std::borrow::Cow;

/// The name, the attributes and the signature of the cookie.
///
/// The default is `__Host-Http-id` with `Secure`, `HttpOnly`, `SameSite=Lax` and `Path=/`, and it
/// ends with the browser. Browsers that know the prefix `__Host-Http-` enforce these attributes,
/// and others treat it as `__Host-`. On `http://localhost` and `http://127.0.0.1`, Chromium and
/// curl accept such cookies without TLS.
///
/// ```
/// use session_http::{CookieKey, CookiePolicy, SameSite};
///
/// let (current, previous) = (CookieKey::new(&[1; 32])?, CookieKey::new(&[2; 32])?);
/// let policy = CookiePolicy::new()
///     .name("__Secure-id")
///     .domain("example.com")
///     .same_site(SameSite::Strict)
///     .persistent(true)
///     .signed([current, previous]);
/// policy.check()?;
/// # Ok::<(), session_core::Error>(())
/// ```
///
/// `Secure` is set as configured. It is never derived from the request or from `X-Forwarded-Proto`.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an attribute of a cookie")]
pub struct CookiePolicy {
    name: Cow<'static, str>,
    pub(super) domain: Option<String>,
    pub(super) path: Cow<'static, str>,
    pub(super) secure: bool,
    pub(super) http_only: bool,
    pub(super) same_site: SameSite,
    pub(super) partitioned: bool,
    persistent: bool,
    pub(super) keys: Vec<CookieKey>,
}

/// The requests from other sites with which the browser sends the cookie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SameSite {
    /// No requests.
    Strict,
    /// Navigation by a safe method, such as following a link.
    #[default]
    Lax,
    /// All requests. It needs `Secure`.
    None,
}

impl Default for CookiePolicy {
    fn default() -> Self {
        Self {
            name: Cow::Borrowed("__Host-Http-id"),
            domain: None,
            path: Cow::Borrowed("/"),
            secure: true,
            http_only: true,
            same_site: SameSite::Lax,
            partitioned: false,
            persistent: false,
            keys: Vec::new(),
        }
    }
}

impl CookiePolicy {
    /// The default policy.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the name.
    ///
    /// The prefixes `__Host-`, `__Secure-`, `__Http-` and `__Host-Http-` require attributes, which
    /// [`check`](Self::check) checks.
    #[must_use]
    pub fn name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the domain whose hosts get the cookie.
    ///
    /// Without a domain, only the host that sets the cookie gets it.
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// Sets the path below which the browser sends the cookie.
    #[must_use]
    pub fn path(mut self, path: impl Into<Cow<'static, str>>) -> Self {
        self.path = path.into();
        self
    }

    /// Sets whether the browser sends the cookie over TLS only.
    #[must_use]
    pub const fn secure(mut self, secure: bool) -> Self {
        self.secure = secure;
        self
    }

    /// Sets whether the cookie is hidden from scripts.
    #[must_use]
    pub const fn http_only(mut self, http_only: bool) -> Self {
        self.http_only = http_only;
        self
    }

    /// Sets the requests from other sites with which the browser sends the cookie.
    #[must_use]
    pub const fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// Sets whether an embedded page has a cookie for each site that embeds it (CHIPS).
    #[must_use]
    pub const fn partitioned(mut self, partitioned: bool) -> Self {
        self.partitioned = partitioned;
        self
    }

    /// Sets whether the cookie outlives the browser, with a `Max-Age` to the expiry.
    ///
    /// Such a cookie is sent again whenever the expiry has moved. The cookie of a session with a
    /// [lifetime of its own](crate::Session::set_lifetime) always outlives the browser.
    #[must_use]
    pub const fn persistent(mut self, persistent: bool) -> Self {
        self.persistent = persistent;
        self
    }

    /// Signs the cookie with the first key, and accepts signatures of all keys.
    ///
    /// The id of a cookie without a valid signature never reaches the store. To change the key, add
    /// the new one in front. A browser gets a cookie with the new key at its next new id. When the
    /// old key is removed, clients whose cookies it signed lose their sessions.
    #[must_use]
    pub fn signed(mut self, keys: impl IntoIterator<Item = CookieKey>) -> Self {
        self.keys = keys.into_iter().collect();
        self
    }

    pub(crate) const fn is_persistent(&self) -> bool {
        self.persistent
    }

    pub(super) fn name_text(&self) -> &str {
        &self.name
    }

    pub(super) fn name_bytes(&self) -> &[u8] {
        self.name.as_bytes()
    }
}
