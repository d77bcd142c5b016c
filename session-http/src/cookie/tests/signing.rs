use crate::{CookieKey, CookiePolicy};
use session_core::SessionId;
use session_core::sessions::IdAlphabet;

fn policy(keys: &[u8]) -> CookiePolicy {
    let keys = keys.iter().map(|byte| CookieKey::new(&[*byte; 32]).unwrap());
    CookiePolicy::new().name("id").signed(keys)
}

fn sent(policy: &CookiePolicy, id: &str) -> String {
    policy.as_sent(&SessionId::parse(id).unwrap())
}

fn read(policy: &CookiePolicy, sent: &str) -> Option<String> {
    let ids = policy.ids(&policy.presented([sent.as_bytes()]), IdAlphabet::Php);
    ids.first().map(|id| id.secret().to_owned())
}

#[test]
fn each_key_is_read_and_the_first_signs() {
    let (old, both) = (policy(&[1]), policy(&[2, 1]));
    assert_eq!(read(&both, &sent(&old, "a1")), Some("a1".to_owned()));
    assert_eq!(read(&policy(&[2]), &sent(&both, "a1")), Some("a1".to_owned()));
    assert_eq!(read(&policy(&[2]), &sent(&old, "a1")), None);
    assert_eq!(read(&both, &sent(&both, "a,b")), Some("a,b".to_owned()), "encoded, then signed");
}

#[test]
fn nothing_else_is_read() {
    let signed = policy(&[1]);
    let good = sent(&signed, "a1");
    for end in 0..good.len() {
        assert_eq!(read(&signed, &good[..end]), None);
    }
    assert_eq!(read(&signed, "id=a1"), None);
    assert_eq!(read(&signed, &good.replace("a1.", "a2.")), None);
    assert_eq!(read(&signed, &good.replace("a1.", "a1.x.")), None);
    assert_eq!(read(&signed, &format!("{good}=")), None);
}

#[test]
fn a_signature_fits_no_cookie_of_another_name() {
    let other = policy(&[1]).name("other");
    let moved = sent(&other, "a1").replace("other=", "id=");
    assert_eq!(read(&policy(&[1]), &moved), None);
}

#[test]
fn forged_cookies_do_not_hide_a_signed_one() {
    let signed = policy(&[1]);
    let mut cookies: Vec<_> = (0..9).map(|index| format!("id=forged{index}.xx")).collect();
    cookies.push(sent(&signed, "a1"));
    assert_eq!(read(&signed, &cookies.join("; ")), Some("a1".to_owned()));
}

#[test]
fn keys_are_long_and_not_shown() {
    assert!(CookieKey::new(&[1; 31]).is_err());
    assert!(!format!("{:?}", policy(&[1])).contains("CookieKey(1"));
    assert!(format!("{:?}", policy(&[1])).contains("CookieKey(redacted)"));
}
