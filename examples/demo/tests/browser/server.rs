//! The demonstration on a free port, with a clock that a test moves.

use session_demo::{App, Locking, Settings};
use session_kit::time::{Clock, ManualClock, SystemClock};
use session_kit::{Lifetime, MemoryStore};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) struct Server {
    pub(crate) clock: ManualClock,
    pub(crate) origin: String,
    running: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(locking: Locking) -> Self {
        let clock = ManualClock::at(SystemClock.now());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it listens");
        let router = App::new(&settings(locking, &clock)).expect("the store fits").router();
        let running = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("it serves");
        });
        Self { clock, origin: format!("http://localhost:{}", address.port()), running }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.running.abort();
    }
}

fn settings(locking: Locking, clock: &ManualClock) -> Settings {
    Settings {
        store: Arc::new(MemoryStore::builder().clock(clock.clone()).build()),
        store_name: "memory",
        locking,
        lifetime: Lifetime::default(),
        clock: Arc::new(clock.clone()),
    }
}
