//! The cost of `Sessions` over its store, for the same requests to both.

use crate::contender::{Contender, Subject};
use crate::data;
use crate::filled::filled;
use crate::layer_level::sessions;
use crate::report::per_second;
use crate::rounds::interleave;
use crate::spread::Spread;
use crate::{Options, Table};
use session_core::Sessions;
use session_core::codec::{Json, RawString};
use session_core::random::OsRandom;
use session_core::store::{Change, Expect, Freshness, Key, LockDisposition, SessionStore, Tag};
use session_memory::MemoryStore;
use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;

/// Compares the layer, with a trivial and with a real codec, with the bare store.
pub fn layer_cost(options: &Options) -> Table {
    let count = options.sessions.get();
    let store = Arc::new(filled(count));
    let ids: Arc<[String]> = (0..count).map(data::id).collect();
    let bare = Bare { store: Arc::clone(&store), keys: (0..count).map(data::key).collect() };
    let raw = Raw(sessions(store.clone(), RawString::new()), Arc::clone(&ids));
    let json = Mapped(sessions(store, Json::new()), ids);
    let contenders = [
        Contender::new("the bare store", bare),
        Contender::new("`Sessions`, `RawString`", raw),
        Contender::new("`Sessions`, `Json` of a map", json),
    ];
    let mut table = Table::new(&["request", "layer", "layer's", "store's", "times as long"]);
    for (writes, request) in [(0, "`read` and `close`"), (100, "`open` and `commit`")] {
        let times = interleave(&contenders, options, writes);
        let bare = times.of(0);
        for (place, contender) in contenders.iter().enumerate().skip(1) {
            let layer = times.of(place);
            table.row(&[
                request.into(),
                contender.name.into(),
                per_second(Spread::of(layer.iter().copied()).median),
                per_second(Spread::of(bare.iter().copied()).median),
                Spread::of_ratios(layer, bare).to_string(),
            ]);
        }
    }
    table
}

/// The store itself: a call through the `Arc` would box the future twice.
struct Bare {
    store: Arc<MemoryStore>,
    keys: Vec<Key>,
}

impl Subject for Bare {
    async fn read(&self, session: usize) {
        let loaded = (*self.store).load(&self.keys[session], Freshness::AsConfigured).await;
        black_box(loaded.expect("memory does not fail"));
    }

    async fn write(&self, session: usize, stamp: u64) {
        let key = &self.keys[session];
        let loaded =
            (*self.store).load(key, Freshness::AsConfigured).await.expect("memory does not fail");
        let seen = loaded.expect("no session expires so soon");
        let change = Change {
            payload: data::changed(&seen.record.payload, stamp),
            expires: data::in_an_hour(),
            lifetime: None,
            lock: LockDisposition::Keep,
        };
        let version = Tag::draw(&OsRandom);
        let written = (*self.store).update(key, &change, &Expect::PRESENT, &version);
        written.await.expect("memory does not fail");
    }
}

struct Raw(Sessions<String>, Arc<[String]>);

impl Subject for Raw {
    async fn read(&self, session: usize) {
        let opened = self.0.read(Some(&self.1[session])).await;
        let opened = opened.expect("the data is text");
        black_box(opened.data());
        let _ = opened.close().await.expect("no session expires so soon");
    }

    async fn write(&self, session: usize, stamp: u64) {
        let opened = self.0.open(Some(&self.1[session])).await;
        let mut opened = opened.expect("the data is text");
        *opened.data_mut() = data::stamped(opened.data(), stamp);
        let _ = opened.commit().await.expect("no session expires so soon");
    }
}

struct Mapped(Sessions<HashMap<String, String>>, Arc<[String]>);

impl Subject for Mapped {
    async fn read(&self, session: usize) {
        let opened = self.0.read(Some(&self.1[session])).await;
        let opened = opened.expect("the data is JSON");
        black_box(opened.data());
        let _ = opened.close().await.expect("no session expires so soon");
    }

    async fn write(&self, session: usize, stamp: u64) {
        let opened = self.0.open(Some(&self.1[session])).await;
        let mut opened = opened.expect("the data is JSON");
        let value = data::value(session, 0, stamp);
        opened.data_mut().insert(data::name(0), value);
        let _ = opened.commit().await.expect("no session expires so soon");
    }
}
