use super::sample::Sample;
use super::{codec, renumbered};
use session_core::ErrorKind;
use session_core::codec::Codec;
use session_core::store::Payload;
use session_php::{Format, Key, SessionData, Value};

/// Makes a session from the bytes, encodes it in every format, and decodes it.
///
/// # Panics
///
/// If the codec panics, or another session comes back.
pub(crate) fn round_trip(bytes: &[u8]) {
    let session = Sample::new(bytes).session();
    for format in Format::ALL {
        let payload = match codec(format).encode(&session) {
            Ok(payload) => payload,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::InvalidArgument);
                continue;
            }
        };
        let decoded: SessionData = codec(format).decode(&payload).expect("it was encoded");
        assert!(renumbered(&decoded) == renumbered(&session), "another session came back");
        let copy: SessionData =
            decoded.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let again = codec(format).encode(&copy).expect("it was encoded before");
        assert!(again == payload, "other bytes came back");
        a_change_leaves_the_rest(format, decoded, &payload);
    }
}

/// Adds a variable, and removes it again.
fn a_change_leaves_the_rest(format: Format, mut session: SessionData, payload: &Payload) {
    let name = Key::Bytes(b"a name of its own".to_vec());
    if session.insert(name.clone(), 7).is_some() {
        return;
    }
    // References may be of the kind that only an unchanged session can have.
    if let Ok(changed) = codec(format).encode(&session) {
        let mut changed: SessionData = codec(format).decode(&changed).expect("it was encoded");
        assert_eq!(changed.get(name.clone()).and_then(Value::as_int), Some(7));
        changed.remove(name);
        let encoded = codec(format).encode(&changed).expect("it was encoded before");
        assert!(encoded == *payload, "the change left something");
    }
}
