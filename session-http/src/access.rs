/// The access of the first use to a session: none, reading or writing.
///
/// ```
/// use session_http::Access;
///
/// assert_eq!(Access::of_method("GET"), Access::Read);
/// assert_eq!(Access::of_method("POST"), Access::Write);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Opens nothing: every use of the session is an error.
    Off,
    /// Opens the session for reading, until the first write.
    ///
    /// The first write opens it for writing, and fails with
    /// [`Conflict`](session_core::ErrorKind::Conflict) if the data was written meanwhile.
    Read,
    /// Opens the session for writing, so that the handler changes the data it read.
    ///
    /// A strategy that locks takes the lock at the first use.
    Write,
}

impl Access {
    /// The default access of a method.
    ///
    /// It is [`Read`](Self::Read) for GET, HEAD, OPTIONS and TRACE, and [`Write`](Self::Write) for
    /// every other method.
    pub const fn of_method(method: &str) -> Self {
        match method.as_bytes() {
            b"GET" | b"HEAD" | b"OPTIONS" | b"TRACE" => Self::Read,
            _ => Self::Write,
        }
    }
}
