//! Tests of surveys and conversions of tables that no other program uses.

use crate::support::{Bench, Form, START, TABLE, bytes, key, lock_until, number, php_key, text};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use data_encoding::BASE64;
use serde_json::Value;
use session_cli::{Census, DataEncoding};
use session_core::codec::{Base64, Codec, RawBytes};
use session_core::time::EpochMillis;
use std::collections::HashMap;
use std::time::Duration;

const ITEMS: &str = include_str!("../data/items.jsonl");

fn base64(data: &[u8]) -> AttributeValue {
    let payload = Base64::new(RawBytes::new()).encode(&data.to_vec()).expect("it is short");
    text(str::from_utf8(payload.as_bytes()).expect("it is text"))
}

const EXPIRES: u64 = START + 3_600;

async fn put(bench: &Bench, id: &str, attributes: &[(&str, AttributeValue)]) {
    let expires = [("expires", number(EXPIRES))];
    bench.put(&php_key(id), &[&expires, attributes].concat()).await;
}

/// An item of each class, and several for classes with several shapes.
async fn given_one_of_each(bench: &Bench) {
    put(bench, "string", &[("data", text("n|i:1;"))]).await;
    put(bench, "binary", &[("data", bytes(b"n|s:1:\"\xff\";"))]).await;
    put(bench, "base64", &[("data", base64(b"n|i:1;"))]).await;
    put(bench, "empty", &[]).await;
    put(bench, "empty-text", &[("data", text(""))]).await;
    put(bench, "text", &[("data", text("no session"))]).await;
    put(bench, "bytes", &[("data", bytes(b"no session"))]).await;
    put(bench, "locked", &[("data", text("n|i:1;")), ("lock", lock_until(START * 1_000))]).await;
    put(bench, "php", &[("data", text("n|i:1;")), ("lock", number(1))]).await;
    put(bench, "lapsed", &[("data", text("n|i:1;")), ("lock", lock_until(1))]).await;
    put(bench, "tagged", &[("data", text("n|i:1;")), ("version", bytes(&[7; 16]))]).await;
    let data = [("data", text("n|i:1;"))];
    bench.put(&php_key("expired"), &[&[("expires", number(START))], &data[..]].concat()).await;
    bench.put(&php_key("orphan"), &[("lock", number(1))]).await;
    for foreign in [
        (php_key("no-number"), vec![("expires", text("soon"))]),
        (php_key("no-expiry"), vec![]),
        (php_key("mistyped"), vec![("expires", number(EXPIRES)), ("version", text("1.2"))]),
        (php_key("admin_a"), vec![("expires", number(EXPIRES))]),
        (key("USER#1"), vec![("expires", number(EXPIRES)), ("lock", number(1))]),
        (key(&"0a".repeat(32)), vec![("expires", number(EXPIRES))]),
    ] {
        bench.put(&foreign.0, &[&foreign.1[..], &data].concat()).await;
    }
    bench.put(&php_key("number"), &[("expires", number(EXPIRES)), ("data", number(1))]).await;
    bench.put(&php_key("other-names"), &[("ttl", number(1)), ("payload", text("n|i:1;"))]).await;
    bench.put(&key("bare"), &[]).await;
}

#[tokio::test]
async fn each_class_is_counted() {
    let bench = Bench::new().await;
    given_one_of_each(&bench).await;
    let survey = bench.survey(Form::tagging(DataEncoding::String));
    let report = survey.run(None, |_| ()).await.expect("it comes to its end");
    let Census { items, string, binary, base64, empty, undecodable, .. } = report.census;
    assert_eq!((items, string, binary, base64, empty, undecodable), (22, 5, 1, 1, 2, 2));
    let Census { expired, orphaned, foreign, locked, locked_by_php, lapsed, .. } = report.census;
    assert_eq!((expired, orphaned, foreign), (1, 1, 9));
    assert_eq!((locked, locked_by_php, lapsed), (1, 2, 1));
    assert_eq!((report.census.tagged, report.census.hashed), (1, 1));
    assert_eq!(report.census.live() + expired + orphaned + foreign, items);
    assert!(report.units > 0.0);
    assert_eq!(report.next, None);
    assert!(bench.wire.take_log().iter().all(|sent| sent == "Scan"));
}

#[tokio::test]
async fn a_dry_run_writes_nothing_and_foretells_what_is_done() {
    let bench = Bench::new().await;
    given_one_of_each(&bench).await;
    let before = bench.items().await;
    let (from, to) = (Form::shared(DataEncoding::String), Form::shared(DataEncoding::Binary));
    let migration = bench.migration(from, to);
    let dry = migration.run(None, |_| ()).await.expect("it comes to its end");
    assert!(bench.wire.take_log().iter().all(|sent| sent == "Scan"));
    assert_eq!(bench.items().await, before);
    let done = migration.dry_run(false).run(None, |_| ()).await.expect("it comes to its end");
    assert_eq!(done.survey.census, dry.survey.census);
    // Strings and one item of base64 become bytes. One already is bytes, and two have no data. For
    // PHP's handler, the version is an attribute of another program, of any type.
    for report in [&dry, &done] {
        assert_eq!((report.converted, report.fitting), (5, 3));
        assert_eq!((report.locked, report.undecodable), (2, 2));
        let counted = report.converted + report.fitting;
        let left = report.left_for_later() + report.left_for_good();
        assert_eq!(counted + left + report.gone, report.survey.census.live());
    }
    assert_ne!(bench.items().await, before);
}

#[tokio::test]
async fn foreign_items_stay_as_they_are_to_the_byte() {
    let bench = Bench::new().await;
    given_one_of_each(&bench).await;
    let form = Form::tagging(DataEncoding::String);
    let foreign = ["no-number", "no-expiry", "mistyped", "admin_a", "number", "other-names"];
    let keys: Vec<_> = foreign.into_iter().map(php_key).collect();
    let others = [key("USER#1"), key(&"0a".repeat(32)), key("bare")];
    let mut before = Vec::new();
    for key in keys.iter().chain(&others) {
        before.push(bench.item(key).await.expect("it is there"));
    }
    let done = bench.convert(form, Form::tagging(DataEncoding::Binary)).await;
    assert_eq!(done.survey.census.foreign, before.len() as u64);
    let after = bench.items().await;
    assert!(done.converted > 0 && before.iter().all(|item| after.contains(item)));
}

/// The item that one handler wrote, in the JSON of the API.
fn recorded_item(line: &str) -> HashMap<String, AttributeValue> {
    let line: Value = serde_json::from_str(line).expect("it is JSON");
    let attributes = line["item"].as_object().expect("it is a map").iter();
    attributes.map(|(name, value)| (name.clone(), attribute(value))).collect()
}

fn attribute(value: &Value) -> AttributeValue {
    let (kind, text) = value.as_object().and_then(|map| map.iter().next()).expect("it has a type");
    let text = text.as_str().expect("it is text").to_owned();
    match kind.as_str() {
        "S" => AttributeValue::S(text),
        "N" => AttributeValue::N(text),
        "B" => AttributeValue::B(Blob::new(BASE64.decode(text.as_bytes()).expect("it is base64"))),
        other => panic!("nothing of type {other} was recorded"),
    }
}

/// Puts the items of all handlers, each under its own key.
///
/// Each has an attribute of another program.
async fn put_recorded_items(bench: &Bench) {
    for (number, line) in ITEMS.lines().enumerate() {
        let mut item = recorded_item(line);
        item.insert("id".into(), text(php_key(&number.to_string()).as_str()));
        item.insert("expires".into(), self::number(EXPIRES));
        item.insert("note of another's".into(), text("stays"));
        let put = bench.server.client().put_item().table_name(TABLE).set_item(Some(item));
        put.send().await.expect("it can be put");
    }
}

async fn table(bench: &Bench) -> HashMap<String, HashMap<String, AttributeValue>> {
    let items = bench.items().await.into_iter();
    items.map(|item| (item["id"].as_s().expect("keys are text").clone(), item)).collect()
}

#[tokio::test]
async fn what_was_converted_to_another_form_and_back_is_the_same_to_the_byte() {
    use DataEncoding::{Base64, Binary, String};
    let bench = Bench::new().await;
    put_recorded_items(&bench).await;
    bench.convert(Form::shared(String), Form::shared(String)).await;
    let mut tables = HashMap::from([(String, table(&bench).await)]);
    let mut from = String;
    // Converts from each form to each other one.
    for to in [Binary, Base64, String, Base64, Binary, String] {
        let done = bench.convert(Form::shared(from), Form::shared(to)).await;
        assert_eq!(done.left_for_later() + done.left_for_good(), 0);
        assert!(done.converted > 80, "{done:?}");
        let found = table(&bench).await;
        assert_ne!(found, tables[&from]);
        let known = tables.entry(to).or_insert_with(|| found.clone());
        assert_eq!(found, *known, "{from:?} to {to:?}");
        from = to;
    }
}

#[tokio::test]
async fn base64_is_what_the_handler_would_have_written() {
    let bench = Bench::new().await;
    put(&bench, "a", &[("data", text("n|s:2:\"é\";"))]).await;
    bench.convert(Form::shared(DataEncoding::String), Form::shared(DataEncoding::Base64)).await;
    let item = bench.item(&php_key("a")).await.expect("it is there");
    assert_eq!(item["data"], text("bnxzOjI6IsOpIjs="));
    bench.convert(Form::shared(DataEncoding::Base64), Form::shared(DataEncoding::String)).await;
    let item = bench.item(&php_key("a")).await.expect("it is there");
    assert_eq!(item["data"], text("n|s:2:\"é\";"));
}

#[tokio::test]
async fn nothing_is_encoded_twice_with_any_decoder() {
    let bench = Bench::new().await;
    put(&bench, "a", &[("data", text("n|i:1;"))]).await;
    let (from, to) = (Form::shared(DataEncoding::String), Form::shared(DataEncoding::Base64));
    let migration = bench.migration_by(bench.store(from), to, |_| true).dry_run(false);
    for (converted, ambiguous) in [(1, 0), (0, 1)] {
        let done = migration.run(None, |_| ()).await.expect("it comes to its end");
        assert_eq!((done.converted, done.ambiguous), (converted, ambiguous));
        assert_eq!(done.survey.census.ambiguous, ambiguous);
        let item = bench.item(&php_key("a")).await.expect("it is there");
        assert_eq!(item["data"], base64(b"n|i:1;"));
    }
}

#[tokio::test]
async fn what_is_no_text_or_too_large_is_left() {
    let bench = Bench::new().await;
    put(&bench, "bytes", &[("data", bytes(b"n|s:1:\"\xff\";"))]).await;
    let large = format!("n|s:310000:\"{}\";", "x".repeat(310_000));
    put(&bench, "large", &[("data", text(&large))]).await;
    let before = bench.items().await;
    let to_string =
        bench.convert(Form::shared(DataEncoding::Binary), Form::shared(DataEncoding::String)).await;
    assert_eq!((to_string.not_text, to_string.fitting), (1, 1));
    let to_base64 =
        bench.convert(Form::shared(DataEncoding::String), Form::shared(DataEncoding::Base64)).await;
    assert_eq!((to_base64.too_large, to_base64.converted), (1, 1));
    assert_eq!(bench.items().await.len(), before.len());
    assert_eq!(bench.item(&php_key("large")).await.expect("it stays")["data"], text(&large));
}

#[tokio::test]
async fn what_php_would_not_clean_up_goes_where_php_is_to_write() {
    let bench = Bench::new().await;
    let tags = [("version", bytes(&[7; 16])), ("deadline", number(EXPIRES)), ("idle", number(60))];
    let lapsed = [("data", text("n|i:1;")), ("lock", lock_until(1))];
    put(&bench, "a", &[&tags[..], &lapsed].concat()).await;
    put(&bench, "b", &[&tags[..], &[("lock", number(1))]].concat()).await;
    let done = bench
        .convert(Form::tagging(DataEncoding::String), Form::shared(DataEncoding::String))
        .await;
    assert_eq!((done.converted, done.locked), (1, 1));
    let a = bench.item(&php_key("a")).await.expect("it is there");
    let expected = [("id", text("PHPSESSID_a")), ("expires", number(EXPIRES))];
    let expected = expected.into_iter().chain([("data", text("n|i:1;"))]);
    assert_eq!(a, expected.map(|(name, value)| (name.to_owned(), value)).collect());
    let b = bench.item(&php_key("b")).await.expect("it is there");
    assert!(b.contains_key("version") && b.contains_key("lock"));
}

#[tokio::test]
async fn tags_are_seen_and_removed_under_a_profile_too() {
    let bench = Bench::new().await;
    let tags = [("version", bytes(&[7; 16])), ("deadline", number(EXPIRES))];
    put(&bench, "both", &[&tags[..], &[("data", text("n|i:1;"))]].concat()).await;
    put(&bench, "deadline", &[("deadline", number(EXPIRES))]).await;
    put(&bench, "neither", &[("data", text("n|i:1;"))]).await;
    let others = [("version", text("1.2")), ("deadline", text("soon"))];
    put(&bench, "others", &[&others[..], &[("data", text("n|i:1;"))]].concat()).await;
    let shared = Form::shared(DataEncoding::String);
    let survey = bench.survey(shared);
    let report = survey.run(None, |_| ()).await.expect("it comes to its end");
    assert_eq!((report.census.items, report.census.tagged), (4, 2));
    let done = bench.convert(shared, shared).await;
    assert_eq!((done.converted, done.fitting), (2, 2));
    for name in ["both", "deadline", "neither"] {
        let item = bench.item(&php_key(name)).await.expect("it is there");
        assert!(!item.contains_key("version") && !item.contains_key("deadline"), "{name}");
        assert_eq!(item["expires"], number(EXPIRES));
    }
    let item = bench.item(&php_key("others")).await.expect("it is there");
    assert_eq!((&item["version"], &item["deadline"]), (&text("1.2"), &text("soon")));
    assert_eq!(bench.convert(shared, shared).await.fitting, 4);
}

#[tokio::test]
async fn an_attribute_that_has_the_name_of_a_tag_is_none() {
    let bench = Bench::new().await;
    put(&bench, "a", &[("version", text("n|i:1;"))]).await;
    let (mut from, mut to) =
        (Form::shared(DataEncoding::String), Form::shared(DataEncoding::Binary));
    for form in [&mut from, &mut to] {
        form.data_attribute = "version";
    }
    let done = bench.convert(from, to).await;
    assert_eq!((done.converted, done.survey.census.tagged), (1, 0));
    let item = bench.item(&php_key("a")).await.expect("it is there");
    assert_eq!(item["version"], bytes(b"n|i:1;"));
}

#[tokio::test]
async fn among_ourselves_tags_and_lapsed_locks_stay() {
    let bench = Bench::new().await;
    let tags = [("version", bytes(&[7; 16])), ("deadline", number(EXPIRES))];
    let attributes = [&tags[..], &[("data", text("n|i:1;")), ("lock", lock_until(1))]].concat();
    put(&bench, "a", &attributes).await;
    let mut expected = bench.item(&php_key("a")).await.expect("it is there");
    let (from, to) = (Form::tagging(DataEncoding::String), Form::tagging(DataEncoding::Binary));
    assert_eq!(bench.convert(from, to).await.converted, 1);
    expected.insert("data".into(), bytes(b"n|i:1;"));
    assert_eq!(bench.item(&php_key("a")).await, Some(expected));
}

#[tokio::test]
async fn the_expired_are_left_to_the_collector() {
    let bench = Bench::new().await;
    put(&bench, "a", &[("data", text("n|i:1;"))]).await;
    bench.clock.set(EpochMillis::from_epoch_millis(EXPIRES * 1_000));
    let before = bench.items().await;
    let done =
        bench.convert(Form::shared(DataEncoding::String), Form::shared(DataEncoding::Binary)).await;
    assert_eq!((done.survey.census.expired, done.converted, done.gone), (1, 0, 0));
    assert_eq!(bench.items().await, before);
    assert_eq!(bench.pause.slept(), Vec::<Duration>::new());
}
