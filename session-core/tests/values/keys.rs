//! Session ids, and the keys that are made of them.

use proptest::{prop_assert, proptest};
use session_core::random::OsRandom;
use session_core::sessions::IdAlphabet;
use session_core::store::Key;
use session_core::{ErrorKind, KeyScheme, SessionId};

fn named(name: &str, separator: &str) -> KeyScheme {
    KeyScheme::Named { name: name.to_owned(), separator: separator.to_owned() }
}

fn key(scheme: &KeyScheme, id: &str) -> String {
    let id = SessionId::parse(id).expect("it is an id");
    scheme.key(&id).expect("something is left of it").as_str().to_owned()
}

#[test]
fn an_empty_key_is_rejected() {
    let error = Key::new("").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

#[test]
fn a_key_holds_any_characters() {
    for text in ["\0", "a\0b", "\u{1F950}", " ", "_"] {
        assert_eq!(Key::new(text).unwrap().as_str(), text);
    }
}

#[test]
fn ids_are_128_bits_in_hexadecimal_and_differ() {
    let ids = [(); 100].map(|()| SessionId::draw(&OsRandom));
    for id in &ids {
        assert_eq!(id.secret().len(), 32);
        assert!(id.secret().bytes().all(|byte| b"0123456789abcdef".contains(&byte)));
        assert_eq!(ids.iter().filter(|other| *other == id).count(), 1);
    }
}

#[test]
fn what_is_no_id_is_rejected_without_being_repeated() {
    let megabyte = "a".repeat(1 << 20);
    let too_long = "a".repeat(SessionId::MAX_LEN + 1);
    for text in ["", "a b", "id;", "a\0", "\u{e9}", "../..", &too_long, &megabyte] {
        let error = SessionId::parse(text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(text.is_empty() || !error.to_string().contains(text));
    }
    assert!(SessionId::parse(&"a".repeat(SessionId::MAX_LEN)).is_ok());
    assert!(SessionId::parse("azAZ09,-_").is_ok());
}

/// The characters that an alphabet accepts as an id.
fn characters(alphabet: IdAlphabet) -> String {
    let ascii = (0..=127).map(char::from);
    ascii.filter(|character| alphabet.parse(&character.to_string()).is_ok()).collect()
}

#[test]
fn an_alphabet_accepts_its_characters_and_no_others() {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let common = |between: &str, after: &str| {
        let lower = letters.to_lowercase();
        format!("{between}0123456789{letters}{after}{lower}")
    };
    assert_eq!(characters(IdAlphabet::UrlSafe), common("-", "_"));
    assert_eq!(characters(IdAlphabet::Php), common(",-", ""));
    let printable: String = ('!'..='~').filter(|it| !"\"'<>\\;".contains(*it)).collect();
    assert_eq!(characters(IdAlphabet::Printable), printable);
}

#[test]
fn every_alphabet_rejects_what_is_no_id_without_repeating_it() {
    let too_long = "a".repeat(SessionId::MAX_LEN + 1);
    for alphabet in [IdAlphabet::UrlSafe, IdAlphabet::Php, IdAlphabet::Printable] {
        for text in ["", "a b", "id;", "a\0", "\u{e9}", "a\r\nb", &too_long] {
            let error = alphabet.parse(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidArgument);
            assert!(text.is_empty() || !error.to_string().contains(text));
        }
        let longest = "a".repeat(SessionId::MAX_LEN);
        assert_eq!(alphabet.parse(&longest).unwrap().secret(), longest);
        let drawn = SessionId::draw(&OsRandom);
        assert_eq!(alphabet.parse(drawn.secret()).unwrap(), drawn);
    }
}

#[test]
fn an_id_that_only_the_printable_alphabet_accepts_matches_no_scheme() {
    for id in ["user@host", "a/b", "x.y:z+="] {
        let id = IdAlphabet::Printable.parse(id).unwrap();
        for scheme in [named("SID", "_"), KeyScheme::Plain] {
            assert!(!scheme.matches(&scheme.key(&id).unwrap()), "{scheme:?}");
        }
    }
}

#[test]
fn hashed_keys_are_the_sha_256_of_the_id() {
    // The digest of "abc" in FIPS 180-2, appendix B.1.
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(key(&KeyScheme::Hashed, "abc"), digest);
    assert_eq!(KeyScheme::default(), KeyScheme::Hashed);
}

#[test]
fn named_keys_are_trimmed_as_by_php() {
    assert_eq!(key(&named("PHPSESSID", "_"), "abc"), "PHPSESSID_abc");
    assert_eq!(key(&named("__Host-SID", "_"), "abc"), "Host-SID_abc");
    assert_eq!(key(&named("PHPSESSID", "_"), "abc_"), "PHPSESSID_abc");
    assert_eq!(key(&named("PHPSESSID", "#"), "abc_"), "PHPSESSID#abc_");
    assert_eq!(key(&named("-_name", "_-"), "-abc"), "name_--abc");
    assert_eq!(key(&named("", "_"), "abc"), "abc");
    assert_eq!(key(&named("name", ""), "abc"), "nameabc");
    assert_eq!(key(&KeyScheme::Plain, "abc_"), "abc_");
}

#[test]
fn a_separator_is_a_joint_and_a_list_of_bytes_to_trim() {
    for (name, separator, id, expected) in [
        ("", "_", "_abc_", "abc"),
        ("", "", "_abc_", "_abc_"),
        ("__Host-SID", "__", "abc", "Host-SID__abc"),
        ("SID", "-_", "abc-", "SID-_abc"),
        ("SID", "a..c", "cab1cab", "SIDa..ccab1"),
        ("abcSID", "c..a", "1", "bcSIDc..a1"),
        ("SID", "..", "1", "SID..1"),
        (".SID.", "..", "1", "SID...1"),
        ("a..b", "", "1", "a..b1"),
        ("\u{e9}SID", "\u{e9}", "abc", "SID\u{e9}abc"),
    ] {
        assert_eq!(key(&named(name, separator), id), expected, "{name}, {separator}, {id}");
    }
}

#[test]
fn a_name_that_trimming_cuts_in_two_has_no_key() {
    let id = SessionId::parse("abc").unwrap();
    let error = named("\u{c9}SID", "\u{e9}").key(&id).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(!error.to_string().contains("abc"), "{error}");
}

#[test]
fn an_id_of_which_nothing_is_left_has_no_key() {
    let id = SessionId::parse("___").unwrap();
    let error = named("", "_").key(&id).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

#[test]
fn the_debug_output_of_keys_and_ids_is_redacted() {
    let (key, id) = (Key::new("secret").unwrap(), SessionId::parse("secret").unwrap());
    assert_eq!(format!("{key:?} {id:?}"), "Key(redacted) SessionId(redacted)");
}

fn matches(scheme: &KeyScheme, key: &str) -> bool {
    scheme.matches(&Key::new(key).expect("it is not empty"))
}

#[test]
fn a_hashed_key_is_64_lower_case_hexadecimal_digits() {
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert!(matches(&KeyScheme::Hashed, digest));
    for other in [&digest[1..], &digest.to_uppercase(), &digest.replace('b', "g"), "abc"] {
        assert!(!matches(&KeyScheme::Hashed, other), "{other}");
    }
    assert!(!matches(&KeyScheme::Hashed, &format!("{digest}0")));
}

#[test]
fn a_named_key_begins_with_the_trimmed_name_and_the_separator() {
    for (name, separator, key, is_one) in [
        ("SID", "_", "SID_abc", true),
        ("SID", "_", "SID_", false),
        ("SID", "_", "SID", false),
        ("SID", "_", "sid_abc", false),
        ("SID", "_", "SID#abc", false),
        ("SID", "_", "SID_abc_", false),
        ("SID", "_", "_SID_abc", false),
        ("SID", "_", "SID2_abc", false),
        ("SID", "_", "SID_admin_abc", false),
        ("SID", "_", "SID_a b", false),
        ("SID", "_", "SID_a-b,c", true),
        ("__Host-SID", "_", "Host-SID_abc", true),
        ("__Host-SID", "_", "__Host-SID_abc", false),
        ("SID", "#", "SID#a_b", true),
        ("SID", "-", "SID-a-b", true),
        ("SID", "", "SIDabc", true),
        ("", "_", "abc", true),
        ("", "_", "USER#1", false),
        ("\u{e9}SID", "\u{e9}", "SID\u{e9}abc", true),
        ("\u{c9}SID", "\u{e9}", "SID\u{e9}abc", false),
    ] {
        assert_eq!(matches(&named(name, separator), key), is_one, "{name}, {separator}, {key}");
    }
}

#[test]
fn only_hashed_and_named_keys_are_distinctive() {
    for (scheme, is_distinctive) in [
        (KeyScheme::Hashed, true),
        (KeyScheme::Plain, false),
        (named("SID", "_"), true),
        (named("SID", ""), false),
        (named("", "_"), false),
        (named("__", "_"), false),
    ] {
        assert_eq!(scheme.is_distinctive(), is_distinctive, "{scheme:?}");
    }
}

proptest! {
    /// The ids have characters that PHP generates, as does this crate.
    ///
    /// It generates no id of separators only, because trimming would remove it.
    #[test]
    fn a_scheme_matches_the_key_of_every_generated_id(
        name in "[A-Za-z_.-]{0,12}",
        separator in "[_#.-]{0,3}",
        id in "[0-9a-zA-Z,-]{0,32}[0-9a-zA-Z][0-9a-zA-Z,-]{0,31}",
    ) {
        let id = SessionId::parse(&id).expect("it is an id");
        for scheme in [KeyScheme::Hashed, KeyScheme::Plain, named(&name, &separator)] {
            if let Ok(key) = scheme.key(&id) {
                prop_assert!(scheme.matches(&key), "{scheme:?}, {}", key.as_str());
            }
        }
    }
}
