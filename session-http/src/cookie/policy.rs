use super::CookieKey;
use std::borrow::Cow;

/// How the cookie is named, protected and kept.
///
/// The default is `__Host-Http-id` with `Secure`, `HttpOnly`, `SameSite=Lax` and `Path=/`, for as long
/// as the browser runs. Browsers that know the prefix `__Host-Http-` enforce these attributes, and
/// others treat it as `__Host-`. On `http://localhost` and `http://127.0.0.1`, Chromium and curl keep
/// such cookies without TLS.
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
/// `Secure` is what is configured. It is never guessed from the request or from `X-Forwarded-Proto`.
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

/// On which requests from other sites the browser sends the cookie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SameSite {
    /// On none.
    Strict,
    /// On navigation by a safe method: when somebody follows a link.
    #[default]
    Lax,
    /// On all of them. It needs `Secure`.
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

    /// The name. The prefixes `__Host-`, `__Secure-`, `__Http-` and `__Host-Http-` demand attributes,
    /// which [`check`](Self::check) checks.
    #[must_use]
    pub fn name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = name.into();
        self
    }

    /// The domain whose hosts get the cookie. Without one, only the host that sets it does.
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// The path below which the cookie is sent.
    #[must_use]
    pub fn path(mut self, path: impl Into<Cow<'static, str>>) -> Self {
        self.path = path.into();
        self
    }

    /// Whether the cookie is sent over TLS alone.
    #[must_use]
    pub const fn secure(mut self, secure: bool) -> Self {
        self.secure = secure;
        self
    }

    /// Whether the cookie is hidden from scripts.
    #[must_use]
    pub const fn http_only(mut self, http_only: bool) -> Self {
        self.http_only = http_only;
        self
    }

    /// On which requests from other sites the cookie is sent.
    #[must_use]
    pub const fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// Whether a page that is embedded in other sites has a cookie for each of them (CHIPS).
    #[must_use]
    pub const fn partitioned(mut self, partitioned: bool) -> Self {
        self.partitioned = partitioned;
        self
    }

    /// Whether the cookie outlives the browser, by a `Max-Age` to the expiry of the session.
    ///
    /// It is then sent again whenever the expiry has moved. The cookie of a session with a
    /// [lifetime of its own](crate::Session::set_lifetime) does so in any case.
    #[must_use]
    pub const fn persistent(mut self, persistent: bool) -> Self {
        self.persistent = persistent;
        self
    }

    /// Signs the cookie by the first key, and reads what any of the keys has signed.
    ///
    /// A cookie without a valid signature never reaches the store. To change the key, add the new one
    /// in front. A browser gets a cookie by the new key with its next new id. When the old key is
    /// dropped, the sessions of cookies that it signed are lost to their clients.
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
