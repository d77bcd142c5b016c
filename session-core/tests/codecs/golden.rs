//! The bytes of every released format. Only add to them, and never edit them.

use crate::data::Sample;
use session_core::codec::{Base64, Codec, RawBytes, RawString};
use session_core::store::Payload;

#[cfg(any(feature = "json", feature = "messagepack", feature = "postcard", feature = "bincode"))]
#[track_caller]
fn assert_golden(codec: &impl Codec<Sample>, golden: &Payload) {
    assert_eq!(codec.kind(), golden.kind());
    let encoded = codec.encode(&Sample::new()).unwrap();
    assert_eq!(
        encoded.as_bytes().escape_ascii().to_string(),
        golden.as_bytes().escape_ascii().to_string()
    );
    assert_eq!(codec.decode(golden).unwrap(), Sample::new());
}

#[cfg(feature = "json")]
#[test]
fn json() {
    let golden = Payload::text(concat!(
        r#"{"user":"ada","cart":[1,300],"note":"é","admin":true,"rate":0.5,"#,
        r#""roles":["Guest",{"Member":7},{"Pair":[1,-1]},{"Staff":{"level":2}}],"#,
        r#""counts":{"a":-1,"b":2}}"#,
    ));
    assert_golden(&session_core::codec::Json::new(), &golden);
}

#[cfg(feature = "messagepack")]
#[test]
fn messagepack() {
    let golden = [
        &b"\x87\xa4user\xa3ada\xa4cart\x92\x01\xcd\x01\x2c\xa4note\xa2\xc3\xa9"[..],
        b"\xa5admin\xc3\xa4rate\xcb\x3f\xe0\0\0\0\0\0\0",
        b"\xa5roles\x94\xa5Guest\x81\xa6Member\x07\x81\xa4Pair\x92\x01\xff",
        b"\x81\xa5Staff\x81\xa5level\x02\xa6counts\x82\xa1a\xff\xa1b\x02",
    ];
    assert_golden(&session_core::codec::MessagePack::new(), &Payload::binary(golden.concat()));
}

#[cfg(feature = "postcard")]
#[test]
fn postcard() {
    let golden = [
        &b"\x03ada\x02\x01\xac\x02\x01\x02\xc3\xa9\x01\0\0\0\0\0\0\xe0\x3f"[..],
        b"\x04\0\x01\x07\x02\x01\xff\x03\x02",
        b"\x02\x01a\x01\x01b\x04",
    ];
    assert_golden(&session_core::codec::Postcard::new(), &Payload::binary(golden.concat()));
}

#[cfg(feature = "bincode")]
#[test]
fn bincode() {
    let golden = [
        &b"\x03ada\x02\x01\xfb\x2c\x01\x01\x02\xc3\xa9\x01\0\0\0\0\0\0\xe0\x3f"[..],
        b"\x04\0\x01\x07\x02\x01\xff\x03\x02",
        b"\x02\x01a\x01\x01b\x04",
    ];
    assert_golden(&session_core::codec::Bincode::new(), &Payload::binary(golden.concat()));
}

#[cfg(feature = "json")]
#[test]
fn json_in_base64() {
    let golden = Payload::text(concat!(
        "eyJ1c2VyIjoiYWRhIiwiY2FydCI6WzEsMzAwXSwibm90ZSI6IsOpIiwiYWRtaW4iOnRydWUsInJhdGUiOjAuNSwi",
        "cm9sZXMiOlsiR3Vlc3QiLHsiTWVtYmVyIjo3fSx7IlBhaXIiOlsxLC0xXX0seyJTdGFmZiI6eyJsZXZlbCI6Mn19",
        "XSwiY291bnRzIjp7ImEiOi0xLCJiIjoyfX0=",
    ));
    assert_golden(&Base64::new(session_core::codec::Json::new()), &golden);
}

#[test]
fn raw_bytes() {
    let data = vec![0, 0x80, 0xff];
    let golden = Payload::binary([0, 0x80, 0xff]);
    assert_eq!(RawBytes::new().encode(&data).unwrap(), golden);
    assert_eq!(RawBytes::new().decode(&golden).unwrap(), data);
}

#[test]
fn raw_string() {
    let data = "cart|a:0:{}é".to_owned();
    let golden = Payload::text("cart|a:0:{}é");
    assert_eq!(RawString::new().encode(&data).unwrap(), golden);
    assert_eq!(RawString::new().decode(&golden).unwrap(), data);
}

#[test]
fn raw_bytes_in_base64() {
    let codec = Base64::new(RawBytes::new());
    let pairs = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("a?>", "YT8+")];
    for (data, text) in pairs {
        let payload = Payload::text(text);
        assert_eq!(codec.encode(&data.as_bytes().to_vec()).unwrap(), payload);
        assert_eq!(codec.decode(&payload).unwrap(), data.as_bytes());
    }
}
