//! Tests of payloads, versions, tokens, and the expectations of writes.

use session_core::random::OsRandom;
use session_core::store::{Expect, LockToken, Payload, PayloadKind, Tag, Version};

#[test]
fn a_payload_has_a_kind_and_a_length_in_bytes() {
    let text = Payload::text("\u{e9}");
    assert_eq!(
        (text.kind(), text.as_bytes(), text.len()),
        (PayloadKind::Text, &b"\xc3\xa9"[..], 2)
    );
    let binary = Payload::binary(*b"abc");
    assert_eq!((binary.kind(), binary.len()), (PayloadKind::Binary, 3));
    assert!(!text.is_empty() && !binary.is_empty());
    assert!(Payload::text("").is_empty() && Payload::binary([]).is_empty());
}

#[test]
fn kinds_have_the_names_that_options_have() {
    assert_eq!([PayloadKind::Text.name(), PayloadKind::Binary.name()], ["text", "binary"]);
}

#[test]
fn the_debug_output_of_a_payload_is_its_kind_and_length() {
    assert_eq!(format!("{:?}", Payload::text("secret")), "Text(6 bytes, redacted)");
    assert_eq!(format!("{:?}", Payload::binary(*b"secret!")), "Binary(7 bytes, redacted)");
}

#[test]
fn a_version_is_a_tag_or_content_or_neither() {
    let (tag, payload) = (Tag::from_bytes([7; Tag::BYTES]), Payload::text("data"));
    let (tagged, content) = (Version::from(tag), Version::content(payload.clone()));
    assert_eq!((tagged.as_tag(), tagged.as_content()), (Some(&tag), None));
    assert_eq!((content.as_tag(), content.as_content()), (None, Some(&payload)));
    assert_eq!((Version::NONE.as_tag(), Version::NONE.as_content()), (None, None));
}

#[test]
fn the_debug_output_of_a_version_says_which_sort_it_is() {
    assert_eq!(format!("{:?}", Version::NONE), "Version(none)");
    assert_eq!(format!("{:?}", Version::from(Tag::draw(&OsRandom))), "Version(tag)");
    let content = Version::content(Payload::text("secret"));
    assert_eq!(format!("{content:?}"), "Version(content, redacted)");
}

#[test]
fn a_token_is_22_characters_of_base64url() {
    let token = LockToken::decode("AAECAwQFBgcICQoLDA0-_w").expect("it is a token");
    assert_eq!(token.encode(), "AAECAwQFBgcICQoLDA0-_w");
    assert_eq!(format!("{token:?}"), "LockToken(redacted)");
    for other in ["", "AAECAwQFBgcICQoLDA0-_", "AAECAwQFBgcICQoLDA0-_wAA", "AAECAwQFBgcICQoLDA0+/w"]
    {
        assert_eq!(LockToken::decode(other), None, "{other:?}");
    }
}

#[test]
fn an_expectation_names_what_it_was_made_of() {
    let (version, token) = (Version::from(Tag::draw(&OsRandom)), LockToken::draw(&OsRandom));
    let named = |expect: &Expect| (expect.as_version().cloned(), expect.as_lock().cloned());
    assert_eq!(named(&Expect::PRESENT), (None, None));
    assert_eq!(named(&Expect::version(version.clone())), (Some(version.clone()), None));
    assert_eq!(named(&Expect::lock(token.clone())), (None, Some(token.clone())));
    let both = Expect::lock(token.clone()).and_version(version.clone());
    assert_eq!(named(&both), (Some(version), Some(token)));
}
