use crate::{Array, Format, Partial, SessionData, de, decode, format, merge, ser};
use serde::Serialize;
use serde::de::DeserializeOwned;
use session_core::codec::{Codec, Limits};
use session_core::error::Operation;
use session_core::store::{Payload, PayloadKind};
use session_core::{Error, ErrorKind, Result};
use std::fmt::Display;

/// The codec of sessions in one of PHP's formats.
///
/// It decodes to [`SessionData`], which is any session; to [`Partial<T>`], which gives a type what
/// it knows and keeps the rest; and to any type of serde's, which is then the whole session: what
/// it does not know is gone once a change is written.
///
/// Payloads are text by default, as the PHP handlers' are; [`with_kind`](Self::with_kind) sets the kind. Text
/// is UTF-8, and a session that is not is [`InvalidArgument`](ErrorKind::InvalidArgument) then,
/// whatever the store would keep.
///
/// The [`Limits`] count variables, entries of arrays and properties as values, and every array and
/// object as a level; the session itself is the first. Values are counted where they are read as
/// often as references lead to them, and a type may take 16 of them for each byte of the payload and
/// 1,024 besides, so that references in a short payload make no long computation.
///
/// ```
/// use session_core::codec::Codec;
/// use session_core::store::Payload;
/// use session_php::{Format, PhpCodec};
/// use std::collections::BTreeMap;
///
/// let codec = PhpCodec::new(Format::PhpSerialize);
/// let session = BTreeMap::from([("visits".to_owned(), 7)]);
/// let payload = codec.encode(&session)?;
/// assert_eq!(payload, Payload::text("a:1:{s:6:\"visits\";i:7;}"));
/// let decoded: BTreeMap<String, i64> = codec.decode(&payload)?;
/// assert_eq!(decoded, session);
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhpCodec {
    format: Format,
    kind: PayloadKind,
    limits: Limits,
}

impl PhpCodec {
    /// The codec of this format, with the default limits, making payloads of text.
    ///
    /// For tables of bytes, and of base64, see [`with_kind`](Self::with_kind).
    pub const fn new(format: Format) -> Self {
        Self { format, kind: PayloadKind::Text, limits: Limits::new() }
    }

    /// The same codec with these limits.
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The same codec, making payloads of this kind. Both kinds are read.
    ///
    /// PHP's strings may hold any bytes, which take two steps: this codec makes
    /// [`Binary`](PayloadKind::Binary) payloads, and the store keeps them. One with DynamoDB behind
    /// it does so with `data_attribute_type = "binary"`, or in any table with base64 around this
    /// codec: [`Base64`](session_core::codec::Base64), [`MaybeBase64`](session_core::codec::MaybeBase64), or the
    /// option `base64`.
    ///
    /// ```
    /// use session_core::codec::{Base64, Codec};
    /// use session_core::store::{Payload, PayloadKind};
    /// use session_php::{Format, PhpCodec, SessionData};
    ///
    /// let text = PhpCodec::new(Format::Php);
    /// let session = SessionData::from_iter([("avatar", &b"\xff\xd8"[..])]);
    /// assert!(text.encode(&session).is_err());
    ///
    /// let bytes = text.with_kind(PayloadKind::Binary);
    /// assert_eq!(bytes.encode(&session)?, Payload::binary(*b"avatar|s:2:\"\xff\xd8\";"));
    /// assert_eq!(Base64::new(bytes).encode(&session)?.kind(), PayloadKind::Text);
    /// # Ok::<(), session_core::Error>(())
    /// ```
    #[must_use]
    pub const fn with_kind(mut self, kind: PayloadKind) -> Self {
        self.kind = kind;
        self
    }

    fn read(&self, payload: &Payload) -> Result<SessionData> {
        if payload.len() > self.limits.bytes() {
            let detail = format!("longer than the limit of {} bytes", self.limits.bytes());
            return Err(corrupt(payload, detail));
        }
        SessionData::decode(self.format, payload.as_bytes(), self.limits).map_err(|fault| {
            match decode::serializer(payload.as_bytes()) {
                Some(name) => corrupt(
                    payload,
                    format!("{fault}; it looks like {name}, and {}", format::unsupported(name)),
                ),
                None => corrupt(payload, fault),
            }
        })
    }

    /// The session once `T`, which was made of it, makes the variables `after`.
    fn merged<T>(&self, session: &SessionData, after: &Array) -> Result<SessionData>
    where
        T: Serialize + DeserializeOwned,
    {
        let mut merged = session.clone();
        if !session.is_decoded() {
            merge::variables(merged.values_mut(), &Array::new(), after);
            return Ok(merged);
        }
        // The type made its data of this session once, so it does so again.
        let before: T = de::cast_from_session(session, self.limits).map_err(invalid)?;
        let before = ser::to_session(&before, self.limits).map_err(invalid)?;
        if !merge::is_same(before.values(), after) {
            merge::variables(merged.values_mut(), before.values(), after);
            merge::lead_on(merged.values_mut(), session.values());
            merge::give_homes(merged.values_mut(), session.values());
        }
        Ok(merged)
    }

    fn write(&self, data: &SessionData) -> Result<Payload> {
        let bytes = data.encode(self.format, self.limits).map_err(invalid)?;
        let (size, limit) = (bytes.len(), self.limits.bytes());
        if size > limit {
            let kind = ErrorKind::TooLarge { size, limit };
            return Err(Error::new(Operation::Encode, kind)
                .with_detail("the codec has this limit: store less data, or raise it"));
        }
        match self.kind {
            PayloadKind::Binary => Ok(Payload::binary(bytes)),
            PayloadKind::Text => text(bytes),
        }
    }
}

fn text(bytes: Vec<u8>) -> Result<Payload> {
    String::from_utf8(bytes).map(Payload::text).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        invalid(format!(
            "not UTF-8 at byte {at}: the codec has to make bytes, by \
             PhpCodec::with_kind(PayloadKind::Binary), and the store to keep them, by \
             data_attribute_type = \"binary\" or in base64"
        ))
    })
}

/// The rejection of a payload that cannot be decoded.
fn corrupt(payload: &Payload, detail: impl Display) -> Error {
    Error::new(Operation::Decode, ErrorKind::Corrupt)
        .with_detail(detail.to_string())
        .with_payload(payload.clone())
}

/// The rejection of data that cannot be encoded.
fn invalid(detail: impl Display) -> Error {
    Error::new(Operation::Encode, ErrorKind::InvalidArgument).with_detail(detail.to_string())
}

impl Codec<SessionData> for PhpCodec {
    fn kind(&self) -> PayloadKind {
        self.kind
    }

    fn encode(&self, data: &SessionData) -> Result<Payload> {
        self.write(data)
    }

    fn decode(&self, payload: &Payload) -> Result<SessionData> {
        self.read(payload)
    }
}

impl<T: Serialize + DeserializeOwned> Codec<T> for PhpCodec {
    fn kind(&self) -> PayloadKind {
        self.kind
    }

    fn encode(&self, data: &T) -> Result<Payload> {
        let session = ser::to_session(data, self.limits).map_err(invalid)?;
        self.write(&session)
    }

    fn decode(&self, payload: &Payload) -> Result<T> {
        let session = self.read(payload)?;
        de::from_session(&session, self.limits).map_err(|mismatch| corrupt(payload, mismatch))
    }
}

impl<T: Serialize + DeserializeOwned> Codec<Partial<T>> for PhpCodec {
    fn kind(&self) -> PayloadKind {
        self.kind
    }

    fn encode(&self, data: &Partial<T>) -> Result<Payload> {
        let after = ser::to_session(&**data, self.limits).map_err(invalid)?;
        self.write(&self.merged::<T>(data.session(), after.values())?)
    }

    fn decode(&self, payload: &Payload) -> Result<Partial<T>> {
        let session = self.read(payload)?;
        let data = de::cast_from_session(&session, self.limits)
            .map_err(|mismatch| corrupt(payload, mismatch))?;
        Ok(Partial::of(data, session))
    }
}
