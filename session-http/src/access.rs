/// What the first use of a session opens.
///
/// ```
/// use session_http::Access;
///
/// assert_eq!(Access::of_method("GET"), Access::Read);
/// assert_eq!(Access::of_method("POST"), Access::Write);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Nothing: every use of the session is an error.
    Off,
    /// The session for reading. The first write opens it for writing, and is a
    /// [`Conflict`](session_core::ErrorKind::Conflict) if the data was written meanwhile.
    Read,
    /// The session for writing, so that what the handler reads is what it changes. A strategy that
    /// locks takes the lock at the first use.
    Write,
}

impl Access {
    /// The access of a route that chooses none: [`Read`](Self::Read) for GET, HEAD, OPTIONS and
    /// TRACE, [`Write`](Self::Write) for every other method.
    pub const fn of_method(method: &str) -> Self {
        match method.as_bytes() {
            b"GET" | b"HEAD" | b"OPTIONS" | b"TRACE" => Self::Read,
            _ => Self::Write,
        }
    }
}
