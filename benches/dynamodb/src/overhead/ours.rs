use super::Cycle;
use futures_util::future::{BoxFuture, FutureExt};
use session_benches::{id, name, stamped, value};
use session_core::Sessions;
use session_core::codec::{Json, RawString};
use session_core::strategy::Strategy;
use std::collections::HashMap;

/// A cycle through `Sessions` whose data is a map in JSON, decoded and encoded.
pub(super) struct Mapped(Sessions<HashMap<String, String>>);

impl Mapped {
    pub(super) fn new(strategy: impl Strategy) -> Self {
        let sessions = Sessions::builder(strategy, Json::new()).build();
        Self(sessions.expect("the store keeps text"))
    }
}

impl Cycle for Mapped {
    fn run(&self, session: usize, stamp: u64) -> BoxFuture<'_, ()> {
        async move {
            let opened = self.0.open(Some(&id(session))).await;
            let mut opened = opened.expect("the server answers");
            opened.data_mut().insert(name(0), value(session, 0, stamp));
            let _ = opened.commit().await.expect("nobody else writes");
        }
        .boxed()
    }
}

/// A cycle through `Sessions` whose data is the text as it is.
pub(super) struct Raw(Sessions<String>);

impl Raw {
    pub(super) fn new(strategy: impl Strategy) -> Self {
        let sessions = Sessions::builder(strategy, RawString::new()).build();
        Self(sessions.expect("the store keeps text"))
    }
}

impl Cycle for Raw {
    fn run(&self, session: usize, stamp: u64) -> BoxFuture<'_, ()> {
        async move {
            let opened = self.0.open(Some(&id(session))).await;
            let mut opened = opened.expect("the server answers");
            *opened.data_mut() = stamped(opened.data(), stamp);
            let _ = opened.commit().await.expect("nobody else writes");
        }
        .boxed()
    }
}
