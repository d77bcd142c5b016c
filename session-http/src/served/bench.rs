use super::client::Client;
use super::handler::{Answer, Handler, Reply, Sent};
use super::store::TestStore;
use super::{Served, store::Trouble};
use crate::{Session, Settings};
use serde::{Deserialize, Serialize};
use session_core::sections::{JsonSections, Section, Sections};
use session_core::time::{EpochMillis, ManualClock};
use session_core::{Optimistic, Sessions};
use session_locking::{LockOptions, Pessimistic};
use session_memory::MemoryStore;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// A section that the handlers of the tests change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Count(pub(crate) u64);

impl Section for Count {
    const NAME: &'static str = "count";
}

/// A second section.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note(pub(crate) String);

impl Section for Note {
    const NAME: &'static str = "note";
}

/// A server of one handler, over a store that the test watches.
pub(crate) struct Bench<A> {
    pub(crate) adapter: A,
    pub(crate) settings: Settings,
    pub(crate) store: Arc<TestStore>,
    pub(crate) clock: ManualClock,
    pub(crate) gate: Gate,
}

/// The way in which the sessions of a bench are opened for writing.
#[derive(Clone, Copy)]
pub(crate) enum Opening {
    Optimistic,
    Pessimistic,
    /// With a lock, for which requests wait only briefly.
    Impatient,
}

impl<A: Served> Bench<A> {
    /// Optimistic sessions, and the default settings.
    pub(crate) fn new<F: Future<Output = Answer> + Send + 'static>(
        handle: impl Fn(Session, Sent) -> F + Send + Sync + 'static,
    ) -> Self {
        Self::of(Opening::Optimistic, |settings| settings, handle)
    }

    /// Sessions that are locked while they are open for writing.
    pub(crate) fn locking<F: Future<Output = Answer> + Send + 'static>(
        handle: impl Fn(Session, Sent) -> F + Send + Sync + 'static,
    ) -> Self {
        Self::of(Opening::Pessimistic, |settings| settings, handle)
    }

    pub(crate) fn of<F: Future<Output = Answer> + Send + 'static>(
        opening: Opening,
        set: impl FnOnce(Settings) -> Settings,
        handle: impl Fn(Session, Sent) -> F + Send + Sync + 'static,
    ) -> Self {
        Self::gated(opening, set, move |session, sent, _| handle(session, sent))
    }

    /// Adds a gate at which handlers wait.
    pub(crate) fn gated<F: Future<Output = Answer> + Send + 'static>(
        opening: Opening,
        set: impl FnOnce(Settings) -> Settings,
        handle: impl Fn(Session, Sent, Gate) -> F + Send + Sync + 'static,
    ) -> Self {
        let clock = ManualClock::at(EpochMillis::from_epoch_millis(1_800_000_000_000));
        let store = MemoryStore::builder().clock(clock.clone()).build();
        let store = Arc::new(TestStore::new(store));
        let settings = set(Settings::new(sessions(&store, &clock, opening)));
        let gate = Gate::default();
        let at_gate = gate.clone();
        let handler = Handler::new(move |session, sent| handle(session, sent, at_gate.clone()));
        let adapter = A::new(settings.clone(), handler);
        Self { adapter, settings, store, clock, gate }
    }

    /// A client without a cookie.
    pub(crate) fn client(&self) -> Client<'_, A> {
        Client::new(self, None)
    }

    /// A client with a session that has this count.
    pub(crate) async fn client_at(&self, count: u64) -> Client<'_, A> {
        let stored = self.settings.cookie_for(|data| data.set(&Count(count))).await;
        let client = Client::new(self, Some(stored.expect("the store answers")));
        self.store.asked();
        client
    }

    /// The count in the session of a cookie, or `None` if the store does not know it.
    pub(crate) async fn count(&self, cookie: &str) -> Option<u64> {
        let (_, id) = cookie.split_once('=').expect("it is a cookie");
        let read = self.settings.sessions.read(Some(id)).await.expect("the store answers");
        read.id()?;
        Some(read.data().get::<Count>().expect("it is a count").unwrap_or_default().0)
    }

    /// Waits for work in the background.
    pub(crate) async fn settle(&self) {
        let drained = self.settings.drain(Duration::from_secs(10)).await;
        assert!(drained.is_complete(), "locks are released in the background");
        assert_eq!(self.settings.pending_commits(), 0);
    }

    /// Sends a request and leaves when the request has reached the gate.
    pub(crate) async fn leave_at_gate(&self, sent: Sent) {
        tokio::select! {
            biased;
            reply = self.adapter.call(sent) => panic!("no response was to come: {reply:?}"),
            () = self.gate.reached() => {}
        }
    }

    /// Waits until the store receives this request.
    pub(crate) async fn asks(&self, operation: &str) {
        while !self.store.asked().contains(&operation) {
            tokio::task::yield_now().await;
        }
    }

    /// Sends a request through the gate, and leaves while the store is in its update.
    pub(crate) async fn leave_while_committing(&self, sent: Sent, trouble: Trouble) {
        let asks = async {
            self.gate.reached().await;
            self.store.set(trouble);
            self.gate.open();
            self.asks("update").await;
        };
        tokio::select! {
            biased;
            reply = self.adapter.call(sent) => panic!("no response was to come: {reply:?}"),
            () = asks => {}
        }
    }

    /// Sends a request, and leaves while the store waits.
    pub(crate) async fn leave_while_asking(&self, sent: Sent, trouble: Trouble, asked: &str) {
        self.store.set(trouble);
        tokio::select! {
            biased;
            reply = self.adapter.call(sent) => panic!("no response was to come: {reply:?}"),
            () = self.asks(asked) => {}
        }
    }
}

pub(crate) fn sessions(
    store: &Arc<TestStore>,
    clock: &ManualClock,
    opening: Opening,
) -> Sessions<Sections> {
    let (store, codec) = (Arc::clone(store), JsonSections::new());
    let builder = match opening {
        Opening::Optimistic => {
            Sessions::builder(Optimistic::new(store).merging(JsonSections::new()), codec)
        }
        Opening::Pessimistic => Sessions::builder(Pessimistic::new(store), codec),
        Opening::Impatient => {
            let max_lock_wait_time = Duration::from_millis(1);
            let options = LockOptions { max_lock_wait_time, ..LockOptions::default() };
            Sessions::builder(Pessimistic::new(store).with_options(options), codec)
        }
    };
    builder.clock(clock.clone()).build().expect("the store does what the strategies need")
}

/// A gate at which a handler waits for its test.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate(Arc<(watch::Sender<usize>, watch::Sender<bool>)>);

impl Gate {
    /// Waits until the gate is opened.
    pub(crate) async fn wait(&self) {
        self.0.0.send_modify(|reached| *reached += 1);
        drop(self.0.1.subscribe().wait_for(|is_open| *is_open).await);
    }

    /// Waits until a handler is at the gate.
    pub(crate) async fn reached(&self) {
        drop(self.0.0.subscribe().wait_for(|reached| *reached > 0).await);
    }

    pub(crate) fn open(&self) {
        self.0.1.send_replace(true);
    }
}

/// The response of a handler that did its work.
#[expect(clippy::unnecessary_wraps, reason = "handlers return it as it is")]
pub(crate) const fn ok() -> Answer {
    Ok(Reply::of(200))
}

/// The response of a handler with this status.
#[expect(clippy::unnecessary_wraps, reason = "handlers return it as it is")]
pub(crate) const fn status(status: u16) -> Answer {
    Ok(Reply::of(status))
}
