use super::Fault;
use std::io::Write;

/// A fault of one request of HTTP, or of its reply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HttpFault {
    /// A fault that any protocol can have.
    Wire(Fault),
    /// The request is carried out twice in a row, and the second reply arrives.
    SendTwice,
    /// The request is carried out, and this arrives in place of its reply.
    Replace(HttpReply),
    /// This answers the request, which is not passed on.
    Answer(HttpReply),
}

impl Default for HttpFault {
    fn default() -> Self {
        Self::Wire(Fault::Pass)
    }
}

impl From<Fault> for HttpFault {
    fn from(fault: Fault) -> Self {
        Self::Wire(fault)
    }
}

/// A reply of HTTP that no server gave.
///
/// Its body is delimited by a `content-length` that the proxy adds. Where the headers say how long
/// the body is, rightly or wrongly, the connection ends after it.
///
/// ```
/// use session_conformance::proxy::HttpReply;
///
/// let busy = HttpReply::new(503).with_header("retry-after", "1").with_body("later");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpReply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl HttpReply {
    /// A reply without headers and body.
    pub const fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// The same with another header.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same with this body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Whether the headers say how long the body is.
    pub(super) fn delimits_itself(&self) -> bool {
        let delimits = |name: &str| {
            name.eq_ignore_ascii_case("content-length")
                || name.eq_ignore_ascii_case("transfer-encoding")
        };
        self.headers.iter().any(|(name, _)| delimits(name))
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = format!("HTTP/1.1 {} \r\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            write!(bytes, "{name}: {value}\r\n").expect("memory can be written to");
        }
        let has_body = !matches!(self.status, 100..=199 | 204 | 304);
        if has_body && !self.delimits_itself() {
            write!(bytes, "content-length: {}\r\n", self.body.len())
                .expect("memory can be written to");
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.body);
        bytes
    }
}
