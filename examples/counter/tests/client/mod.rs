//! A counter on its own port, and a client like a browser.

#![expect(clippy::unwrap_used, reason = "a test that cannot talk to its counter fails there")]

use reqwest::{Method, StatusCode, header};
use session_counter::{Locking, router, sessions};
use session_kit::locking::LockOptions;
use session_kit::memory::MemoryStore;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

#[derive(Clone, Debug)]
pub(crate) struct Client {
    address: SocketAddr,
    http: reqwest::Client,
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) set_cookie: Option<String>,
    pub(crate) body: String,
}

impl Client {
    pub(crate) async fn start(locking: Locking) -> Self {
        Self::serve(locking, false).await
    }

    pub(crate) async fn start_secure(locking: Locking) -> Self {
        Self::serve(locking, true).await
    }

    async fn serve(locking: Locking, secure_cookie: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let store = Arc::new(MemoryStore::new());
        let sessions = sessions(store, locking, LockOptions::default()).unwrap();
        let app = router(sessions, secure_cookie);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self::at(address)
    }

    /// A client of the counter at this address.
    pub(crate) fn at(address: SocketAddr) -> Self {
        Self { address, http: reqwest::Client::new() }
    }

    pub(crate) async fn show(&self, id: Option<&str>) -> Answer {
        self.send(Method::GET, "/", id).await
    }

    pub(crate) async fn logout(&self, id: &str) -> Answer {
        self.send(Method::POST, "/logout", Some(id)).await
    }

    pub(crate) async fn increment(&self, id: Option<&str>, hold_ms: u64) -> Answer {
        self.try_increment(id, hold_ms).await.unwrap()
    }

    /// Sends an increment that may get no answer.
    pub(crate) async fn try_increment(
        &self,
        id: Option<&str>,
        hold_ms: u64,
    ) -> reqwest::Result<Answer> {
        self.try_send(Method::POST, &format!("/increment?hold_ms={hold_ms}"), id).await
    }

    /// Increments without a cookie, and returns the new id.
    pub(crate) async fn first_increment(&self) -> String {
        let cookie = self.increment(None, 0).await.set_cookie.unwrap();
        let pair = cookie.split(';').next().unwrap();
        pair.strip_prefix("id=").unwrap().to_owned()
    }

    /// Sends this many concurrent increments of one session.
    pub(crate) async fn increments(&self, id: &str, number: usize, hold_ms: u64) -> Vec<Answer> {
        let mut tasks = JoinSet::new();
        for _ in 0..number {
            let (client, id) = (self.clone(), id.to_owned());
            tasks.spawn(async move { client.increment(Some(&id), hold_ms).await });
        }
        tasks.join_all().await
    }

    /// The count that the page shows.
    pub(crate) async fn count(&self, id: &str) -> usize {
        let body = self.show(Some(id)).await.body;
        let count = body.strip_prefix("count ").and_then(|rest| rest.split(',').next());
        count.unwrap().parse().unwrap()
    }

    async fn send(&self, method: Method, path: &str, id: Option<&str>) -> Answer {
        self.try_send(method, path, id).await.unwrap()
    }

    async fn try_send(
        &self,
        method: Method,
        path: &str,
        id: Option<&str>,
    ) -> reqwest::Result<Answer> {
        let mut request = self.http.request(method, format!("http://{}{path}", self.address));
        if let Some(id) = id {
            request = request.header(header::COOKIE, format!("id={id}"));
        }
        let response = request.send().await?;
        let status = response.status();
        let set_cookie = response.headers().get(header::SET_COOKIE);
        let set_cookie = set_cookie.map(|value| value.to_str().unwrap().to_owned());
        Ok(Answer { status, set_cookie, body: response.text().await? })
    }
}
