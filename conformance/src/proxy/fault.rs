use std::num::NonZeroUsize;
use std::time::Duration;

/// A fault of one request on its way, or of its reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing: the request and its reply pass.
    #[default]
    Pass,
    /// The request arrives later. It arrives even if the client has gone meanwhile.
    DelayRequest(Duration),
    /// The request is carried out at once, and its reply arrives later.
    DelayReply(Duration),
    /// The reply arrives in pieces of so many bytes, with a pause before each.
    SlowReply {
        /// How many bytes arrive at once.
        piece: NonZeroUsize,
        /// How long it takes until they do.
        pause: Duration,
    },
    /// The request is read and not passed on.
    ///
    /// Nobody answers, and the connection stays open.
    Silence,
    /// The connection ends.
    Cut {
        /// When it ends.
        at: CutPoint,
        /// How it ends.
        by: Ending,
    },
}

/// When a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CutPoint {
    /// After the request was read; it is not passed on.
    BeforeRequest,
    /// After the request was carried out; nothing of the reply arrives.
    AfterRequest,
    /// After so many bytes of the reply.
    ///
    /// Of a reply of HTTP at least the last byte is missing. The end of another protocol's reply
    /// is not known: where it is shorter, the connection ends in the next one.
    InReply {
        /// How many bytes arrive.
        after: usize,
    },
}

/// How a connection ends for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// In order, with FIN: the client reads an end of file.
    Close,
    /// With RST: the client reads an error.
    Reset,
}

impl Fault {
    /// The connection is closed at this point.
    pub const fn close(at: CutPoint) -> Self {
        Self::Cut { at, by: Ending::Close }
    }

    /// The connection is reset at this point.
    pub const fn reset(at: CutPoint) -> Self {
        Self::Cut { at, by: Ending::Reset }
    }

    /// The reply arrives byte by byte, with a pause before each.
    pub const fn byte_by_byte(pause: Duration) -> Self {
        Self::SlowReply { piece: NonZeroUsize::MIN, pause }
    }
}
