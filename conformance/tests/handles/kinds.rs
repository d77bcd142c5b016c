//! Text is stored as text if the store supports text, and otherwise as bytes (R8).

use session_conformance::{Context, Model, Rules};
use session_core::codec::RawString;
use session_core::store::{Capabilities, Freshness, Key, Payload, PayloadKind, SessionStore};
use session_core::time::ManualClock;
use session_core::{Committed, KeyScheme, LastWriteWins, Sessions};
use std::sync::Arc;

const TEXT: Capabilities = Capabilities::NONE.with_payloads(PayloadKind::Text);
const BINARY: Capabilities = Capabilities::NONE.with_payloads(PayloadKind::Binary);

#[derive(Debug)]
struct Declares(Capabilities);

impl Rules for Declares {
    fn capabilities(&self) -> Capabilities {
        self.0
    }
}

/// The stored payload after a commit of text, and the text after a read.
async fn kept(capabilities: Capabilities) -> Payload {
    let clock = ManualClock::at(Context::start());
    let model = Arc::new(Model::with_rules(clock.clone(), Arc::new(Declares(capabilities))));
    let store = Arc::clone(&model) as Arc<dyn SessionStore>;
    let sessions = Sessions::builder(LastWriteWins::new(store), RawString::new())
        .key_scheme(KeyScheme::Plain)
        .clock(clock)
        .build()
        .expect("text goes into every store");
    let mut session = sessions.open(None).await.expect("it is new");
    session.data_mut().push_str("data");
    let committed = session.commit().await.expect("the store keeps it");
    let Committed::Stored { id, .. } = committed else { panic!("{committed:?}") };
    let read = sessions.read(Some(id.secret())).await.expect("it is there");
    assert_eq!(read.data(), "data");
    let key = Key::new(id.secret()).expect("it is not empty");
    model
        .load(&key, Freshness::AsConfigured)
        .await
        .expect("the model answers")
        .expect("it is there")
        .record
        .payload
}

#[tokio::test]
async fn text_stays_text_where_the_store_keeps_text() {
    assert_eq!(kept(TEXT).await, Payload::text("data"));
    assert_eq!(kept(TEXT.with_payloads(PayloadKind::Binary)).await, Payload::text("data"));
}

#[tokio::test]
async fn text_is_kept_as_bytes_where_the_store_keeps_bytes_alone() {
    assert_eq!(kept(BINARY).await, Payload::binary(*b"data"));
}
