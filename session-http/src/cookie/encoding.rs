//! Percent-encoding of ids, as PHP encodes them in its cookies.

use data_encoding::{HEXUPPER, HEXUPPER_PERMISSIVE};
use std::borrow::Cow;

/// Encodes all bytes except letters, digits, hyphens, dots, underscores and tildes.
pub(super) fn encode(id: &str) -> Cow<'_, str> {
    if id.bytes().all(is_plain) {
        return Cow::Borrowed(id);
    }
    let mut encoded = String::with_capacity(id.len() * 3);
    for byte in id.bytes() {
        if is_plain(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&HEXUPPER.encode(&[byte]));
        }
    }
    Cow::Owned(encoded)
}

/// Decodes `%XX`, or returns `None` for text that no encoder writes.
pub(super) fn decode(value: &str) -> Option<Cow<'_, str>> {
    if !value.contains('%') {
        return Some(Cow::Borrowed(value));
    }
    let mut pieces = value.split('%');
    let mut decoded = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        decoded.extend_from_slice(&HEXUPPER_PERMISSIVE.decode(digits.as_bytes()).ok()?);
        decoded.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn an_id_of_any_alphabet_survives() {
        for id in ["0af3", "a,b-c_d", "user@host", "%2C", "a.b~c", "(x)=y!"] {
            assert_eq!(decode(&encode(id)).unwrap(), id);
        }
        assert_eq!(encode("a,b"), "a%2Cb", "as PHP writes it");
    }

    #[test]
    fn what_no_encoder_writes_is_no_id() {
        for value in ["%", "%2", "a%zz", "%ff", "%é", "%+1"] {
            assert_eq!(decode(value), None, "{value}");
        }
    }
}
