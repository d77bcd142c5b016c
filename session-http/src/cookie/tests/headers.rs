use crate::CookiePolicy;
use proptest::collection::vec;
use proptest::prelude::*;
use session_core::SessionId;
use session_core::sessions::IdAlphabet;

fn ids(headers: &[&[u8]]) -> Vec<String> {
    let policy = CookiePolicy::new().name("id");
    let presented = policy.presented(headers.iter().copied());
    policy.ids(&presented, IdAlphabet::UrlSafe).iter().map(|id| id.secret().to_owned()).collect()
}

#[test]
fn the_id_is_found_in_any_header_and_place() {
    assert_eq!(ids(&[b"id=a1"]), ["a1"]);
    assert_eq!(ids(&[b"x=1; id=a1; y=2"]), ["a1"]);
    assert_eq!(ids(&[b"x=1", b"y=2;id=a1"]), ["a1"], "HTTP/2 splits headers");
    assert_eq!(ids(&[b" \t id = a1 \t;"]), ["a1"]);
    assert_eq!(ids(&[b"ids=x; xid=y; ID=z; id; =id"]), [""; 0], "names are compared as they are");
}

#[test]
fn three_different_ids_are_looked_up_at_most() {
    assert_eq!(ids(&[b"id=a; id=b; id=a; id=c; id=d"]), ["a", "b", "c"]);
    assert_eq!(ids(&[b"id=(; id=a b; id=\"q\"; id=good"]), ["good"], "what is no id costs nothing");
}

#[test]
fn bytes_that_are_no_text_hide_no_other_cookie() {
    assert_eq!(ids(&[b"x=\xff\xfe; id=a1; y=\x80"]), ["a1"]);
    assert_eq!(ids(&[b"id=\xff\xfe", b"\xffid=x; id=a1"]), ["a1"]);
}

#[test]
fn large_headers_are_read_to_their_end() {
    let mut header = b"x=".to_vec();
    header.resize(64 << 10, b'y');
    header.extend_from_slice(b"; id=a1");
    assert_eq!(ids(&[&header]), ["a1"]);

    let mut long = b"id=".to_vec();
    long.resize(64 << 10, b'a');
    assert_eq!(ids(&[&long, b"id=a1"]), ["a1"], "a value that is too long is not kept");

    let many: Vec<u8> = (0..9_000).flat_map(|index| format!("id={index};").into_bytes()).collect();
    assert_eq!(ids(&[&many]), ["0", "1", "2"]);
    let presented = CookiePolicy::new().name("id").presented([&*many]);
    assert_eq!(format!("{presented:?}"), "PresentedIds(16, redacted)");
}

#[test]
fn an_id_of_phps_is_decoded() {
    let policy = CookiePolicy::new().name("id");
    let presented = policy.presented([&b"id=a%2Cb"[..]]);
    assert_eq!(policy.ids(&presented, IdAlphabet::Php), [SessionId::parse("a,b").unwrap()]);
}

proptest! {
    #[test]
    fn no_bytes_are_taken_for_an_id_that_they_do_not_name(
        headers in vec(vec(prop_oneof![any::<u8>(), Just(b';'), Just(b'='), Just(b'i'), Just(b'd')], 0..60), 0..4),
    ) {
        let headers: Vec<&[u8]> = headers.iter().map(Vec::as_slice).collect();
        for id in ids(&headers) {
            let named = format!("={id}");
            let is_named = |header: &&[u8]| {
                let text = String::from_utf8_lossy(header).replace([' ', '\t', '\n', '\r', '\x0c'], "");
                text.contains(&named) || text.contains('%')
            };
            prop_assert!(headers.iter().any(is_named), "{id}");
        }
    }
}
