//! The builder of `Sessions` rejects parts that do not fit together.

use session_conformance::{Context, Model, Rules};
use session_core::codec::{Base64, Codec, RawBytes, RawString};
use session_core::sessions::SessionsBuilder;
use session_core::store::{Capabilities, PayloadKind, SessionStore};
use session_core::time::ManualClock;
use session_core::{ErrorKind, KeyScheme, LastWriteWins, Lifetime, Optimistic, Result, Sessions};
use session_locking::{LockOptions, Pessimistic};
use std::sync::Arc;
use std::time::Duration;

const TEXT: Capabilities = Capabilities::NONE.with_payloads(PayloadKind::Text);
const BINARY: Capabilities = Capabilities::NONE.with_payloads(PayloadKind::Binary);

#[derive(Debug)]
struct Declares(Capabilities);

impl Rules for Declares {
    fn capabilities(&self) -> Capabilities {
        self.0
    }
}

fn store(capabilities: Capabilities) -> Arc<dyn SessionStore> {
    let clock = ManualClock::at(Context::start());
    Arc::new(Model::with_rules(clock, Arc::new(Declares(capabilities))))
}

fn builder<T: 'static>(capabilities: Capabilities, codec: impl Codec<T>) -> SessionsBuilder<T> {
    Sessions::builder(LastWriteWins::new(store(capabilities)), codec)
}

fn assert_config<T: std::fmt::Debug>(built: Result<T>, says: &str) {
    let error = built.expect_err("it does not fit");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains(says), "{error}");
}

#[test]
fn text_goes_into_every_store() {
    builder(TEXT, RawString::new()).build().unwrap();
    builder(BINARY, RawString::new()).build().unwrap();
}

#[test]
fn bytes_need_a_store_of_bytes_or_base64() {
    builder(BINARY, RawBytes::new()).build().unwrap();
    builder(TEXT, Base64::new(RawBytes::new())).build().unwrap();
    assert_config(builder(TEXT, RawBytes::new()).build(), "wrap the codec in Base64");
    assert_config(builder(Capabilities::NONE, RawString::new()).build(), "keeps");
}

#[test]
fn an_absolute_timeout_needs_a_store_that_keeps_lifetimes() {
    let lifetime = Lifetime::default().with_absolute(Duration::from_hours(1)).unwrap();
    let built = builder(TEXT, RawString::new()).lifetime(lifetime).build();
    assert_config(built, "keeps lifetimes");
    builder(TEXT.with_lifetimes(), RawString::new()).lifetime(lifetime).build().unwrap();
}

#[test]
fn keys_must_fit_the_store() {
    let narrow = TEXT.with_max_key_bytes(63);
    assert_config(
        builder(narrow, RawString::new()).build(),
        "keys of 64 bytes, and the store takes 63",
    );
    builder(TEXT.with_max_key_bytes(64), RawString::new()).build().unwrap();
    builder(narrow, RawString::new()).key_scheme(KeyScheme::Plain).build().unwrap();
    let named = KeyScheme::Named { name: "n".repeat(32), separator: "_".into() };
    let built = builder(narrow, RawString::new()).key_scheme(named).build();
    assert_config(built, "the store takes 63");
}

#[test]
fn the_optimistic_strategy_needs_versions() {
    let built = |capabilities| {
        let strategy = Optimistic::new(store(capabilities));
        Sessions::builder(strategy, RawString::new()).build()
    };
    assert_config(built(TEXT), "compares versions");
    built(TEXT.with_versions()).unwrap();
}

#[test]
fn the_pessimistic_strategy_needs_locks() {
    let built = |capabilities| {
        let clock = ManualClock::at(Context::start());
        let store = Model::with_rules(clock, Arc::new(Declares(capabilities)));
        let strategy = Arc::new(Pessimistic::new(Arc::new(store)));
        Sessions::builder(strategy, RawString::new()).build()
    };
    assert_config(built(TEXT), "needs a store that locks");
    built(TEXT.with_locking()).unwrap();
}

#[test]
fn the_pessimistic_strategy_checks_its_options() {
    let model = Arc::new(Model::new(ManualClock::at(Context::start())));
    let options = LockOptions { max_lock_wait_time: Duration::ZERO, ..LockOptions::default() };
    let strategy = Pessimistic::new(model).with_options(options);
    let built = Sessions::builder(strategy, RawString::new()).build();
    assert_config(built, "max_lock_wait_time");
}

#[test]
fn without_a_runtime_locking_says_what_it_needs() {
    let model = Arc::new(Model::new(ManualClock::at(Context::start())));
    let sessions = Sessions::builder(Pessimistic::new(model), RawString::new()).build().unwrap();
    let opening = sessions.open(Some("0123456789abcdef0123456789abcdef"));
    let opened = futures_util::FutureExt::now_or_never(opening).expect("it fails at once");
    assert_config(opened, "tokio runtime");
}
