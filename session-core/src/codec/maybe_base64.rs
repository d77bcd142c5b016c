use super::{Base64, Codec};
use crate::store::{Payload, PayloadKind};
use crate::{ErrorKind, Result};

/// Reads another codec's data with or without base64, and writes one of the two.
///
/// It is for the time in which the sessions of a table are converted from one to the other. Base64
/// cannot be distinguished from other text, so decoding decides: data that does not decode the
/// way in which it writes is decoded the other way. Text that is valid both ways, as any base64 is
/// to [`RawString`](crate::codec::RawString), is read the way in which it writes. JSON and PHP's formats
/// have none.
///
/// ```
/// # #[cfg(feature = "json")] {
/// use session_core::codec::{Codec, Json, MaybeBase64};
/// use session_core::store::Payload;
///
/// let codec = MaybeBase64::new(Json::new());
/// for stored in ["{\"n\":1}", "eyJuIjoxfQ=="] {
///     let data: serde_json::Value = codec.decode(&Payload::text(stored))?;
///     assert_eq!(data["n"], 1);
///     assert_eq!(codec.encode(&data)?, Payload::text("{\"n\":1}"));
/// }
/// # }
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MaybeBase64<C> {
    plain: C,
    base64: Base64<C>,
    writes_base64: bool,
}

impl<C: Clone> MaybeBase64<C> {
    /// The codec around `inner`, which reads both and writes what `inner` does.
    pub fn new(inner: C) -> Self {
        Self { base64: Base64::new(inner.clone()), plain: inner, writes_base64: false }
    }

    /// The same codec, writing base64.
    ///
    /// ```
    /// use session_core::codec::{Codec, MaybeBase64, RawString};
    /// use session_core::store::Payload;
    ///
    /// let codec = MaybeBase64::new(RawString::new()).writing_base64();
    /// assert_eq!(codec.encode(&"n|i:1;".to_owned())?, Payload::text("bnxpOjE7"));
    /// assert_eq!(codec.decode(&Payload::text("n|i:1;"))?, "n|i:1;");
    /// # Ok::<(), session_core::Error>(())
    /// ```
    #[must_use]
    pub fn writing_base64(mut self) -> Self {
        self.writes_base64 = true;
        self
    }

    fn one<T>(&self, is_base64: bool, payload: &Payload) -> Result<T>
    where
        C: Codec<T>,
    {
        if is_base64 { self.base64.decode(payload) } else { self.plain.decode(payload) }
    }
}

impl<T, C: Codec<T> + Clone> Codec<T> for MaybeBase64<C> {
    fn kind(&self) -> PayloadKind {
        if self.writes_base64 { PayloadKind::Text } else { self.plain.kind() }
    }

    fn encode(&self, data: &T) -> Result<Payload> {
        if self.writes_base64 { self.base64.encode(data) } else { self.plain.encode(data) }
    }

    /// The error is that of the way in which it writes.
    fn decode(&self, payload: &Payload) -> Result<T> {
        match self.one(self.writes_base64, payload) {
            Err(error) if error.kind() == ErrorKind::Corrupt => {
                self.one(!self.writes_base64, payload).map_err(|_| error)
            }
            decoded => decoded,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MaybeBase64;
    use crate::codec::{Base64, Codec, RawBytes, RawString};
    use crate::error::Operation;
    use crate::store::{Payload, PayloadKind};
    use crate::{Error, ErrorKind, Result};

    #[test]
    fn both_are_read_and_one_is_written() {
        let data = "né|i:1;".to_owned();
        let plain = RawString::new().encode(&data).unwrap();
        let base64 = Base64::new(RawString::new()).encode(&data).unwrap();
        let reads_both = MaybeBase64::new(RawString::new());
        assert_eq!(reads_both.encode(&data).unwrap(), plain);
        assert_eq!(reads_both.writing_base64().encode(&data).unwrap(), base64);
        let writes_base64 = reads_both.writing_base64();
        for payload in [&plain, &base64] {
            assert_eq!(writes_base64.decode(payload).unwrap(), data);
        }
    }

    #[test]
    fn what_is_valid_both_ways_is_read_as_it_writes() {
        let payload = Payload::text("bnxpOjE7");
        let codec = MaybeBase64::new(RawString::new());
        assert_eq!(codec.decode(&payload).unwrap(), "bnxpOjE7");
        assert_eq!(codec.writing_base64().decode(&payload).unwrap(), "n|i:1;");
    }

    #[test]
    fn what_decodes_neither_way_is_corrupt_and_keeps_its_payload() {
        let payload = Payload::binary([0xff]);
        for codec in [
            MaybeBase64::new(RawString::new()),
            MaybeBase64::new(RawString::new()).writing_base64(),
        ] {
            let error = codec.decode(&payload).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Corrupt);
            assert_eq!(error.payload(), Some(&payload));
        }
    }

    /// Reads `n`, and takes everything else for a mistake of its caller's.
    #[derive(Clone, Debug)]
    struct ReadsOneLetter;

    impl Codec<char> for ReadsOneLetter {
        fn kind(&self) -> PayloadKind {
            PayloadKind::Text
        }

        fn encode(&self, letter: &char) -> Result<Payload> {
            Ok(Payload::text(letter.to_string()))
        }

        fn decode(&self, payload: &Payload) -> Result<char> {
            let is_letter = payload.as_bytes() == b"n";
            let refusal = || Error::new(Operation::Decode, ErrorKind::InvalidArgument);
            is_letter.then_some('n').ok_or_else(refusal)
        }
    }

    #[test]
    fn only_data_that_is_corrupt_one_way_is_read_the_other() {
        let base64 = Base64::new(ReadsOneLetter).encode(&'n').unwrap();
        let error = MaybeBase64::new(ReadsOneLetter).decode(&base64).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert_eq!(Base64::new(ReadsOneLetter).decode(&base64).unwrap(), 'n');
    }

    #[test]
    fn the_kind_is_that_of_what_it_writes() {
        let codec = MaybeBase64::new(RawBytes::new());
        assert_eq!(Codec::<Vec<u8>>::kind(&codec), PayloadKind::Binary);
        assert_eq!(Codec::<Vec<u8>>::kind(&codec.writing_base64()), PayloadKind::Text);
    }
}
