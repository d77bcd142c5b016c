use crate::{Failure, Session};
use std::fmt::{self, Debug, Formatter};
use std::pin::Pin;
use std::sync::Arc;

/// The parts of a request that the tests use.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// The method, such as `GET`.
    pub method: &'static str,
    /// The path, which begins with a slash.
    pub path: &'static str,
    /// The values of the `Cookie` headers.
    pub cookies: Vec<Vec<u8>>,
}

/// The parts of a response that the tests use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers, with names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// A response without headers and body.
    pub const fn of(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.as_bytes().to_vec()));
        self
    }

    /// The values of a header, by its name in lower case, as text.
    pub fn values(&self, name: &str) -> Vec<String> {
        let named = self.headers.iter().filter(|(header, _)| header == name);
        named.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).collect()
    }
}

/// The result of a handler: a reply or a failure.
pub(crate) type Answer = Result<Reply, Failure>;

type Answering = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// The handler of a test.
#[derive(Clone)]
pub struct Handler(Arc<dyn Fn(Session, Sent) -> Answering + Send + Sync>);

impl Handler {
    pub(crate) fn new<F: Future<Output = Answer> + Send + 'static>(
        handle: impl Fn(Session, Sent) -> F + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(move |session, sent| Box::pin(handle(session, sent))))
    }

    /// Runs the handler.
    ///
    /// # Errors
    ///
    /// The failure that the adapter turns into a response.
    pub async fn run(&self, session: Session, sent: Sent) -> Result<Reply, Failure> {
        (self.0)(session, sent).await
    }
}

impl Debug for Handler {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("Handler")
    }
}
