//! Where the messages of HTTP/1.1 end ([RFC 9112, section 6.3]).
//!
//! [RFC 9112, section 6.3]: https://www.rfc-editor.org/rfc/rfc9112#section-6.3

use httparse::{EMPTY_HEADER, Header, Request, Response, Status, parse_chunk_size, parse_headers};
use std::io;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// The side that sends a message.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Request,
    Reply {
        /// A reply to `HEAD` has the headers of one with a body, and none.
        is_to_head: bool,
    },
}

/// A request or a reply as it was sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) bytes: Vec<u8>,
    /// Whether it ended with its connection.
    pub(super) is_last: bool,
}

impl Message {
    pub(super) fn is_head(&self) -> bool {
        self.bytes.starts_with(b"HEAD ")
    }
}

/// Bytes that were read from a connection and belong to no message yet.
#[derive(Debug, Default)]
pub(super) struct Reader(Vec<u8>);

impl Reader {
    /// The next message, or `None` if the connection ends before it is complete.
    pub(super) async fn read(
        &mut self,
        stream: &mut TcpStream,
        kind: Kind,
    ) -> io::Result<Option<Message>> {
        loop {
            let length = match length_of(&self.0, kind)? {
                Length::Known(length) if length <= self.0.len() => {
                    let rest = self.0.split_off(length);
                    let bytes = std::mem::replace(&mut self.0, rest);
                    return Ok(Some(Message { bytes, is_last: false }));
                }
                length => length,
            };
            if stream.read_buf(&mut self.0).await? == 0 {
                let bytes = std::mem::take(&mut self.0);
                let is_complete = length == Length::UntilTheEnd;
                return Ok(is_complete.then_some(Message { bytes, is_last: true }));
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// More bytes must be read to know.
    Unknown,
    Known(usize),
    /// As long as the connection.
    UntilTheEnd,
}

/// More headers than any message of a store has.
const MOST_HEADERS: usize = 128;

fn length_of(bytes: &[u8], kind: Kind) -> io::Result<Length> {
    let mut headers = [EMPTY_HEADER; MOST_HEADERS];
    match kind {
        Kind::Request => {
            let mut request = Request::new(&mut headers);
            let Status::Complete(head) = request.parse(bytes).map_err(invalid)? else {
                return Ok(Length::Unknown);
            };
            let body = body_length(&bytes[head..], request.headers)?;
            Ok(body.unwrap_or(Length::Known(0)).after(head))
        }
        Kind::Reply { is_to_head } => {
            let mut reply = Response::new(&mut headers);
            let Status::Complete(head) = reply.parse(bytes).map_err(invalid)? else {
                return Ok(Length::Unknown);
            };
            let body = match reply.code.unwrap_or_default() {
                // An interim reply comes before the reply.
                100..=199 => length_of(&bytes[head..], kind)?,
                204 | 304 => Length::Known(0),
                _ if is_to_head => Length::Known(0),
                _ => body_length(&bytes[head..], reply.headers)?.unwrap_or(Length::UntilTheEnd),
            };
            Ok(body.after(head))
        }
    }
}

impl Length {
    const fn after(self, head: usize) -> Self {
        match self {
            Self::Known(body) => Self::Known(head.saturating_add(body)),
            other => other,
        }
    }
}

/// How long the headers say that the body is, of which some has been read.
fn body_length(read: &[u8], headers: &[Header<'_>]) -> io::Result<Option<Length>> {
    let value = |name: &str| {
        let header = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(header.value).ok()
    };
    let is_chunked = |codings: &str| codings.to_ascii_lowercase().trim_end().ends_with("chunked");
    if value("transfer-encoding").is_some_and(is_chunked) {
        return Ok(Some(chunked_length(read)?));
    }
    let length = value("content-length").map(|length| length.trim().parse());
    Ok(length.transpose().map_err(invalid)?.map(Length::Known))
}

fn chunked_length(read: &[u8]) -> io::Result<Length> {
    /// After a chunk's data.
    const CRLF: usize = 2;
    let mut end = 0;
    while let Some(chunk) = read.get(end..) {
        let size = parse_chunk_size(chunk).map_err(|_| invalid("the size of a chunk"))?;
        let Status::Complete((line, size)) = size else { return Ok(Length::Unknown) };
        end += line;
        if size == 0 {
            return trailers_length(&read[end..]).map(|trailers| trailers.after(end));
        }
        let size = usize::try_from(size).map_err(invalid)?;
        end = end.saturating_add(size).saturating_add(CRLF);
    }
    Ok(Length::Unknown)
}

fn trailers_length(read: &[u8]) -> io::Result<Length> {
    let mut trailers = [EMPTY_HEADER; MOST_HEADERS];
    Ok(match parse_headers(read, &mut trailers).map_err(invalid)? {
        Status::Complete((length, _)) => Length::Known(length),
        Status::Partial => Length::Unknown,
    })
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
