use session_core::codec::Codec;
use session_core::error::Operation;
use session_core::store::{Payload, PayloadKind};
use session_core::{Error, ErrorKind, Result};

/// PHP's `serialize` of one string, around the payloads of another codec.
///
/// Laravel's session driver `dynamodb` keeps sessions in its cache, which serializes them a second
/// time. The inner codec is the one that Laravel's `session.serialization` names:
/// [`PhpCodec`](crate::PhpCodec) with [`PhpSerialize`](crate::Format::PhpSerialize) for `php`, and
/// [`Json`](session_core::codec::Json) for `json`. Payloads are of the kind that the inner codec makes.
///
/// A payload without a byte is passed on as it is: a PHP session without data.
///
/// Sessions that `session.encrypt` encrypts are [`Corrupt`](ErrorKind::Corrupt), with this reason.
///
/// ```
/// use session_core::codec::Codec;
/// use session_core::store::Payload;
/// use session_php::{Format, PhpCodec, Serialized};
/// use std::collections::BTreeMap;
///
/// let laravel = Serialized::new(PhpCodec::new(Format::PhpSerialize));
/// let stored = Payload::text("s:27:\"a:1:{s:6:\"_token\";s:1:\"x\";}\";");
/// let session: BTreeMap<String, String> = laravel.decode(&stored)?;
/// assert_eq!(session["_token"], "x");
/// assert_eq!(laravel.encode(&session)?, stored);
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Serialized<C> {
    inner: C,
}

impl<C> Serialized<C> {
    /// The codec around `inner`.
    pub const fn new(inner: C) -> Self {
        Self { inner }
    }
}

impl<T, C: Codec<T>> Codec<T> for Serialized<C> {
    fn kind(&self) -> PayloadKind {
        self.inner.kind()
    }

    fn encode(&self, data: &T) -> Result<Payload> {
        let payload = self.inner.encode(data)?;
        let start = format!("s:{}:\"", payload.len());
        Ok(match payload {
            Payload::Text(text) => Payload::text(format!("{start}{text}\";")),
            Payload::Binary(bytes) => {
                Payload::binary([start.as_bytes(), &bytes[..], b"\";"].concat())
            }
        })
    }

    fn decode(&self, payload: &Payload) -> Result<T> {
        if payload.is_empty() {
            return self.inner.decode(payload);
        }
        let string = string_in(payload.as_bytes())
            .ok_or_else(|| corrupt(payload, "this is no serialized string, as Laravel's are"))?;
        if string.starts_with(ENCRYPTED) {
            return Err(corrupt(payload, "the session is encrypted, by Laravel's session.encrypt"));
        }
        // The caller knows the payload as it is stored, so that is what the error holds.
        let inner = match payload {
            Payload::Text(_) => str::from_utf8(string).map(Payload::text),
            Payload::Binary(_) => Ok(Payload::binary(string)),
        };
        let inner = inner.expect("text between two ASCII characters is text");
        self.inner.decode(&inner).map_err(|error| error.with_payload(payload.clone()))
    }
}

/// The start of Laravel's encrypted data: base64 of JSON with a first member `iv`.
const ENCRYPTED: &[u8] = b"eyJpdiI6";

/// The string that `serialize` made this of.
fn string_in(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(b"s:")?;
    let digits = rest.iter().position(|byte| *byte == b':')?;
    let length = str::from_utf8(&rest[..digits]).ok()?.parse::<usize>().ok()?;
    let string = rest[digits..].strip_prefix(b":\"")?.strip_suffix(b"\";")?;
    let is_canonical = length.to_string().as_bytes() == &rest[..digits];
    (is_canonical && string.len() == length).then_some(string)
}

fn corrupt(payload: &Payload, detail: &'static str) -> Error {
    Error::new(Operation::Decode, ErrorKind::Corrupt)
        .with_detail(detail)
        .with_payload(payload.clone())
}
