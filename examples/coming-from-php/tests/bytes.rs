//! Tests of sessions whose strings are not UTF-8, in each form that supports them.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use session_kit::Config;
use session_kit::codec::{Base64, Codec, MaybeBase64, RawBytes};
use session_kit::dynamodb::{EmbeddedDynamoDb, Profile, TableOptions};
use session_kit::php::{Format, PhpCodec, SessionData};
use session_kit::store::{Payload, PayloadKind};
use session_kit::{Error, ErrorKind, Result};

const ID: &str = "abcdefghijklmnopqrstuvwxyz012345";
const LEFT_BY_PHP: &[u8] = b"name|s:1:\"\xff\";";
const CHANGED: &[u8] = b"name|s:1:\"\xff\";visits|i:1;";

fn options(profile: Profile, configuration: &Value) -> Config {
    Config::of_profile(profile, configuration).expect("PHP takes it")
}

fn bytes(bytes: &[u8]) -> AttributeValue {
    AttributeValue::B(Blob::new(bytes))
}

fn base64(bytes: &[u8]) -> AttributeValue {
    let payload = Base64::new(RawBytes::new()).encode(&bytes.to_vec()).expect("it is short");
    let Payload::Text(text) = payload else { panic!("base64 is text") };
    AttributeValue::S(text.to_string())
}

fn php(kind: PayloadKind) -> PhpCodec {
    PhpCodec::new(Format::Php).with_kind(kind)
}

/// The data of PHP's session after it was opened, changed and committed.
async fn changed(
    options: &Config,
    codec: impl Codec<SessionData>,
    left: AttributeValue,
) -> Result<AttributeValue> {
    let server = EmbeddedDynamoDb::start().await?;
    let client = server.client();
    let table = TableOptions { time_to_live: false, ..TableOptions::default() };
    let store = options.dynamodb_store(client.clone())?;
    store.create_table(&table).await?;
    let key = AttributeValue::S(format!("PHPSESSID_{ID}"));
    let put = client.put_item().table_name("sessions").item("id", key.clone());
    let put = put.item("expires", AttributeValue::N("9999999999".into())).item("data", left);
    put.send().await.expect("it can be put");

    let sessions = options.sessions_with::<SessionData>(store, codec)?;
    let mut session = sessions.open(Some(ID)).await?;
    session.data_mut().insert("visits", 1);
    let _ = session.commit().await?;
    let read = client.get_item().table_name("sessions").key("id", key).consistent_read(true);
    let mut item = read.send().await.expect("it can be read").item.expect("it is there");
    Ok(item.remove("data").expect("it has data"))
}

#[tokio::test]
async fn a_codec_of_the_right_kind_writes_what_it_has_read() {
    let binary = options(Profile::AwsSdkPhp, &json!({ "data_attribute_type": "binary" }));
    let idealstack = options(Profile::Idealstack, &json!({}));
    for (options, form) in [(&binary, bytes as fn(&[u8]) -> _), (&idealstack, base64)] {
        let codec = php(options.payload_kind());
        let written = changed(options, codec, form(LEFT_BY_PHP)).await.expect("it is kept");
        assert_eq!(written, form(CHANGED));
    }
}

#[tokio::test]
async fn a_codec_of_text_cannot_write_what_it_has_read() {
    let idealstack = options(Profile::Idealstack, &json!({}));
    let refused = changed(&idealstack, php(PayloadKind::Text), base64(LEFT_BY_PHP)).await;
    let error: Error = refused.expect_err("it is no text");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains("with_kind(PayloadKind::Binary)"), "{error}");
}

#[tokio::test]
async fn a_table_on_its_way_to_base64_keeps_bytes() {
    let string = options(Profile::Idealstack, &json!({ "base64": false }));
    for left in [bytes(LEFT_BY_PHP), base64(LEFT_BY_PHP)] {
        let codec = MaybeBase64::new(php(PayloadKind::Binary)).writing_base64();
        let written = changed(&string, codec, left).await.expect("base64 is text");
        assert_eq!(written, base64(CHANGED));
    }
}

#[tokio::test]
async fn a_table_on_its_way_from_base64_keeps_bytes_where_it_can() {
    let binary = options(Profile::AwsSdkPhp, &json!({ "data_attribute_type": "binary" }));
    let codec = MaybeBase64::new(php(binary.payload_kind()));
    let written = changed(&binary, codec, base64(LEFT_BY_PHP)).await.expect("it is kept");
    assert_eq!(written, bytes(CHANGED));
    let string = options(Profile::AwsSdkPhp, &json!({}));
    let codec = MaybeBase64::new(php(string.payload_kind()));
    let refused = changed(&string, codec, base64(LEFT_BY_PHP)).await;
    assert_eq!(refused.expect_err("it is no text").kind(), ErrorKind::InvalidArgument);
}
