//! Sessions for tests of handlers, without a server, a cookie or a login.

use crate::{Failure, Session};
use axum_core::extract::FromRequestParts;
use http::Request;
use http::header::COOKIE;
use session_core::sections::{JsonSections, Section, Sections};
use session_core::{Optimistic, Result, Sessions};
use session_http::{Access, End, Ending, Settings};
use session_memory::MemoryStore;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Creates a session in its own store, for one call of a handler.
///
/// ```
/// use session_core::sections::Section;
/// use session_tower::WriteSection;
///
/// #[derive(Default, serde::Serialize, serde::Deserialize)]
/// struct Counter {
///     count: u64,
/// }
///
/// impl Section for Counter {
///     const NAME: &'static str = "counter";
/// }
///
/// async fn increment(mut counter: WriteSection<Counter>) {
///     counter.count += 1;
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), session_tower::Failure> {
/// let session = session_tower::test::session().with(&Counter { count: 1 })?;
/// increment(session.extract().await?).await;
/// assert_eq!(session.committed::<Counter>().await?.map(|counter| counter.count), Some(2));
/// # Ok(())
/// # }
/// ```
pub fn session() -> TestSession {
    TestSession { data: Sections::default(), begun: OnceCell::new() }
}

/// A session for one call of a handler: see [`session`].
pub struct TestSession {
    data: Sections,
    begun: OnceCell<Begun>,
}

struct Begun {
    cookie: String,
    session: Session,
    end: End<Sections>,
}

impl TestSession {
    /// Adds a section.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](session_core::ErrorKind::InvalidArgument) for a section that JSON cannot
    /// hold.
    pub fn with<S: Section>(mut self, section: &S) -> Result<Self> {
        self.data.set(section)?;
        Ok(self)
    }

    /// Makes an argument of the handler.
    ///
    /// # Errors
    ///
    /// The rejection of the extractor.
    ///
    /// # Panics
    ///
    /// If the sections cannot be stored. The store in memory always stores them.
    pub async fn extract<E: FromRequestParts<()>>(&self) -> Result<E, E::Rejection> {
        let begun = self.begun().await.expect("a store in memory takes every session");
        let (mut parts, ()) = Request::post("/").body(()).expect("it is a request").into_parts();
        if let Ok(cookie) = begun.cookie.parse() {
            parts.headers.insert(COOKIE, cookie);
        }
        parts.extensions.insert(begun.session.clone());
        E::from_request_parts(&mut parts, &()).await
    }

    /// Ends the request with the status 200, and returns the stored section.
    ///
    /// # Errors
    ///
    /// The failure of the commit, and [`Corrupt`](session_core::ErrorKind::Corrupt) if the section
    /// is not of this type.
    pub async fn committed<S: Section>(self) -> Result<Option<S>, Failure> {
        self.begun().await?;
        let Some(Begun { session, end, .. }) = self.begun.into_inner() else {
            return Ok(None);
        };
        let later = session.later();
        let ended = match end.finish(200) {
            Ending::Done(ended) => ended,
            Ending::Wait(finishing) => finishing.await,
        };
        match ended.failure {
            Some(failure) => Err(failure.into()),
            None => Ok(later.read(Sections::get::<S>).await??),
        }
    }

    async fn begun(&self) -> Result<&Begun> {
        self.begun.get_or_try_init(|| Begun::with(self.data.clone())).await
    }
}

impl Begun {
    async fn with(data: Sections) -> Result<Self> {
        let strategy = Optimistic::new(MemoryStore::new()).merging(JsonSections::new());
        let sessions = Sessions::builder(strategy, JsonSections::new()).build()?;
        let settings = Arc::new(Settings::new(sessions));
        let cookie = settings
            .cookie_for(|stored| {
                *stored = data;
                Ok(())
            })
            .await?;
        let (session, end) = settings.begin(Access::Write, [cookie.as_bytes()]);
        Ok(Self { cookie, session: session.into(), end })
    }
}

impl Debug for TestSession {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("TestSession")
    }
}
