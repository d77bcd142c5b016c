//! Sessions of Laravel's cache drivers, which are serialized twice.

use serde::{Deserialize, Serialize};
use session_core::ErrorKind;
use session_core::codec::{Codec, Json};
use session_core::store::{Payload, PayloadKind};
use session_php::{Format, Partial, PhpCodec, Serialized, SessionData, Value};
use std::collections::BTreeMap;

/// The result of `serialize(serialize($attributes))` in PHP 8.2.
const STORED: &str = concat!(
    r#"s:285:"a:5:{s:6:"_token";s:40:"Qx7vY0tL2mJ9aPzR4cW8sD1fG5hK3nB6uE0iO2yT";"#,
    r#"s:9:"_previous";a:1:{s:3:"url";s:21:"http://localhost/home";}"#,
    r#"s:6:"_flash";a:2:{s:3:"old";a:0:{}s:3:"new";a:1:{i:0;s:6:"status";}}"#,
    r#"s:6:"status";s:7:"grüße";s:50:"login_web_59ba36addc2b2f9401580f014c7f58ea4e30989d";i:7;}";"#
);

const LOGIN: &str = "login_web_59ba36addc2b2f9401580f014c7f58ea4e30989d";

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct User {
    #[serde(rename = "login_web_59ba36addc2b2f9401580f014c7f58ea4e30989d")]
    id: u64,
}

fn laravel() -> Serialized<PhpCodec> {
    Serialized::new(PhpCodec::new(Format::PhpSerialize))
}

#[test]
fn a_session_of_laravel_is_read_and_written_back_to_the_byte() {
    let stored = Payload::text(STORED);
    let session: SessionData = laravel().decode(&stored).unwrap();
    assert_eq!(session.get(LOGIN).and_then(Value::as_int), Some(7));
    assert_eq!(session.get("status").and_then(Value::as_str), Some("grüße"));
    assert!(laravel().encode(&session).unwrap() == stored);
}

#[test]
fn a_change_keeps_the_rest_of_the_session_and_counts_its_bytes() {
    let mut user: Partial<User> = laravel().decode(&Payload::text(STORED)).unwrap();
    assert_eq!(user.id, 7);
    user.id = 1_234;
    let written = laravel().encode(&user).unwrap();
    let expected = STORED.replace("s:285:", "s:288:").replace("i:7;", "i:1234;");
    assert!(written == Payload::text(expected));
}

#[test]
fn a_session_in_json_is_read_by_another_codec_within() {
    let codec = Serialized::new(Json::new());
    let stored = Payload::text(r#"s:12:"{"visits":7}";"#);
    let session: BTreeMap<String, u32> = codec.decode(&stored).unwrap();
    assert_eq!(session["visits"], 7);
    assert!(Codec::<BTreeMap<String, u32>>::encode(&codec, &session).unwrap() == stored);
}

#[test]
fn bytes_stay_bytes_and_a_payload_of_either_kind_is_read() {
    let codec = Serialized::new(PhpCodec::new(Format::PhpSerialize).with_kind(PayloadKind::Binary));
    let session = SessionData::from_iter([("b", &b"\xff"[..])]);
    let stored = codec.encode(&session).unwrap();
    assert!(stored == Payload::binary(*b"s:22:\"a:1:{s:1:\"b\";s:1:\"\xff\";}\";"));
    let decoded: SessionData = codec.decode(&stored).unwrap();
    assert!(decoded == session);
    let as_bytes: SessionData = laravel().decode(&Payload::binary(STORED.as_bytes())).unwrap();
    assert!(laravel().encode(&as_bytes).unwrap() == Payload::text(STORED));
}

#[test]
fn no_data_is_an_empty_session() {
    for stored in ["", r#"s:6:"a:0:{}";"#] {
        let session: SessionData = laravel().decode(&Payload::text(stored)).unwrap();
        assert_eq!(session.iter().count(), 0);
    }
}

fn refusal(stored: &str) -> String {
    let payload = Payload::text(stored);
    let refused: Result<SessionData, _> = laravel().decode(&payload);
    let error = refused.err().unwrap_or_else(|| panic!("{stored} is read"));
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.payload() == Some(&payload), "the error has what is stored");
    error.to_string()
}

#[test]
fn what_laravel_does_not_write_is_rejected() {
    for stored in [
        "a:0:{}",
        "i:7;",
        "7",
        r#"s:5:"a:0:{}";"#,
        r#"s:7:"a:0:{}";"#,
        r#"s:06:"a:0:{}";"#,
        r#"s:+6:"a:0:{}";"#,
        r#"s:99999999999999999999:"a:0:{}";"#,
        r#"s:6:"a:0:{}";x"#,
        r#"s:6:"a:0:{}""#,
        r#"s:1:"";"#,
        r#"s:6:""#,
        "s:",
    ] {
        assert!(refusal(stored).contains("no serialized string"), "{stored}");
    }
    assert!(
        !refusal(r#"s:5:"a:1:{";"#).contains("no serialized string"),
        "the inner codec rejects"
    );
}

#[test]
fn an_encrypted_session_is_named() {
    // The encrypter makes base64 of `{"iv":…,"value":…,"mac":…,"tag":""}`.
    let stored = r#"s:24:"eyJpdiI6IkFBQUFBQUFBQSJ9";"#;
    assert!(refusal(stored).contains("session.encrypt"));
}
