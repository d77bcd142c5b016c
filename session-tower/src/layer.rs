use crate::service::{AccessRule, Rules};
use crate::{Plain, SessionService};
use http::StatusCode;
use http::request::Parts;
use session_core::sections::{JsonSections, Sections};
use session_core::store::SessionStore;
use session_core::strategy::Drained;
use session_core::{Optimistic, Result, Sessions};
use session_http::{Access, CookiePolicy, Release, Settings};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;
use tower_layer::Layer;

/// A layer that gives each request its session.
///
/// Add it to a router after the routes. If two layers with the same type of data surround a route,
/// the route gets the session of the inner one.
///
/// ```
/// use session_memory::MemoryStore;
/// use session_tower::{CookiePolicy, SameSite, SessionLayer};
///
/// let policy = CookiePolicy::new().same_site(SameSite::Strict);
/// let layer = SessionLayer::new(MemoryStore::new())?.cookie(policy)?;
/// # Ok::<(), session_core::Error>(())
/// ```
#[must_use = "a layer does nothing before it is added"]
pub struct SessionLayer<D: 'static = Sections, R = Plain> {
    settings: Settings<D>,
    access: Option<AccessRule>,
    refuse: R,
}

impl SessionLayer {
    /// Creates a layer for sessions in this store, in sections that are merged.
    ///
    /// Concurrent requests do not wait for each other. If they change different sections, both
    /// changes are stored. If they change the same one, the later commit becomes a 409.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for a store that does not compare versions.
    pub fn new(store: impl SessionStore) -> Result<Self> {
        let strategy = Optimistic::new(store).merging(JsonSections::new());
        Sessions::builder(strategy, JsonSections::new()).build().map(Self::over)
    }

    /// Creates a layer for sessions in this store that lock while open for writing.
    ///
    /// Requests that write wait for each other, and requests that read do not. The data is in
    /// sections.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for a store that does not lock.
    #[cfg(feature = "locking")]
    pub fn pessimistic(store: impl session_core::store::LockingStore) -> Result<Self> {
        let strategy = session_locking::Pessimistic::new(store);
        Sessions::builder(strategy, JsonSections::new()).build().map(Self::over)
    }
}

impl<D: Default + Send + Sync + 'static> SessionLayer<D> {
    /// Creates a layer for these sessions, with data of any type.
    pub fn over(sessions: Sessions<D>) -> Self {
        Self::from(Settings::new(sessions))
    }
}

impl<D: Default + Send + Sync + 'static> From<Settings<D>> for SessionLayer<D> {
    fn from(settings: Settings<D>) -> Self {
        Self { settings, access: None, refuse: Plain }
    }
}

impl<D: Default + Send + Sync + 'static, R> SessionLayer<D, R> {
    /// Sets the cookie.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for a cookie that browsers would ignore.
    pub fn cookie(self, policy: CookiePolicy) -> Result<Self> {
        Ok(Self { settings: self.settings.with_cookie(policy)?, ..self })
    }

    /// Sets the rule for the way in which the first use opens a session.
    ///
    /// The default is [`Access::of_method`]. [`access`](crate::access) chooses for one route.
    pub fn access(self, rule: impl Fn(&Parts) -> Access + Send + Sync + 'static) -> Self {
        Self { access: Some(Arc::new(rule)), ..self }
    }

    /// Sets the rule for the statuses of responses that store the session.
    ///
    /// By default, each status below 500 except 408 stores it. A session that was committed or
    /// destroyed early stays so with every status.
    pub fn commit_on(self, rule: impl Fn(StatusCode) -> bool + Send + Sync + 'static) -> Self {
        let rule = move |status| StatusCode::from_u16(status).is_ok_and(&rule);
        Self { settings: self.settings.with_commit_on(rule), ..self }
    }

    /// Sets whether a response waits for the lock of a failed request.
    pub fn release(self, release: Release) -> Self {
        Self { settings: self.settings.with_release(release), ..self }
    }

    /// Sets the response that replaces one whose session could not be stored.
    pub fn refuse<P>(self, refuse: P) -> SessionLayer<D, P> {
        SessionLayer { settings: self.settings, access: self.access, refuse }
    }

    /// Waits for commits and for releases of locks, but no longer than `timeout`.
    ///
    /// It waits until every commit that has begun is finished, and until every lock that is being
    /// released is free. Call it at shutdown, after the last request.
    ///
    /// # Cancellation
    ///
    /// Dropping the future ends the wait only. Commits and releases go on.
    ///
    /// # Examples
    ///
    /// ```
    /// # use session_memory::MemoryStore;
    /// # use session_tower::SessionLayer;
    /// # use std::time::Duration;
    /// # async fn example() -> session_core::Result<()> {
    /// let layer = SessionLayer::new(MemoryStore::new())?;
    /// let at_shutdown = layer.clone(); // and the other goes into the router
    /// let drained = at_shutdown.drain(Duration::from_secs(5)).await;
    /// # let _ = drained;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn drain(&self, timeout: Duration) -> Drained {
        self.settings.drain(timeout).await
    }

    /// Stores a new session with this data, and returns a value for a `Cookie` header.
    ///
    /// Tests of an application send the header with a request.
    ///
    /// # Errors
    ///
    /// The errors of `change`, and failures of the store.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Request;
    /// use http::header::COOKIE;
    /// use session_core::sections::Section;
    /// use session_tower::SessionLayer;
    ///
    /// #[derive(serde::Serialize, serde::Deserialize)]
    /// struct SignedIn {
    ///     user: u64,
    /// }
    ///
    /// impl Section for SignedIn {
    ///     const NAME: &'static str = "signed-in";
    /// }
    ///
    /// async fn request(layer: &SessionLayer) -> session_core::Result<Request<()>> {
    ///     let cookie = layer.cookie_for(|data| data.set(&SignedIn { user: 7 })).await?;
    ///     Ok(Request::get("/account").header(COOKIE, cookie).body(()).expect("it is a request"))
    /// }
    /// ```
    pub async fn cookie_for<T>(&self, change: impl FnOnce(&mut D) -> Result<T>) -> Result<String> {
        self.settings.cookie_for(change).await
    }
}

impl<S, D, R> Layer<S> for SessionLayer<D, R>
where
    D: Default + Send + Sync + 'static,
    R: Clone,
{
    type Service = SessionService<S, D, R>;

    fn layer(&self, inner: S) -> Self::Service {
        SessionService::new(
            inner,
            Rules {
                settings: Arc::new(self.settings.clone()),
                access: self.access.clone(),
                refuse: self.refuse.clone(),
            },
        )
    }
}

impl<D: 'static, R: Clone> Clone for SessionLayer<D, R> {
    fn clone(&self) -> Self {
        let Self { settings, access, refuse } = self;
        Self { settings: settings.clone(), access: access.clone(), refuse: refuse.clone() }
    }
}

impl<D: 'static, R> Debug for SessionLayer<D, R> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("SessionLayer");
        debug.field("settings", &self.settings).finish_non_exhaustive()
    }
}
