//! A client like a browser, which uses the router and keeps its cookie.

#![expect(clippy::unwrap_used, reason = "a test without its application fails there")]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::Value;
use session_demo::{App, Locking, Settings};
use session_kit::store::LockingStore;
use session_kit::time::{Clock, EpochMillis, ManualClock};
use session_kit::{Lifetime, MemoryStore};
use std::sync::Arc;
use tower::ServiceExt;

#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) app: Router,
    pub(crate) clock: ManualClock,
    pub(crate) cookie: Option<String>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn set_cookie(&self) -> Option<&str> {
        self.headers.get(header::SET_COOKIE).map(|cookie| cookie.to_str().unwrap())
    }
}

impl Client {
    /// A client of a fresh application over memory.
    pub(crate) fn new(locking: Locking) -> Self {
        let clock = ManualClock::at(EpochMillis::from_epoch_millis(1_700_000_000_000));
        let store = MemoryStore::builder().clock(clock.clone()).build();
        Self::over(Arc::new(store), locking, clock)
    }

    pub(crate) fn over(store: Arc<dyn LockingStore>, locking: Locking, clock: ManualClock) -> Self {
        let app = App::new(&Settings {
            store,
            store_name: "memory",
            locking,
            lifetime: Lifetime::default(),
            clock: Arc::new(clock.clone()) as Arc<dyn Clock>,
        });
        Self { app: app.unwrap().router(), clock, cookie: None }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&mut self, path: &str) -> Answer {
        self.send(Request::post(path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post_form(&mut self, path: &str, form: &str) -> Answer {
        let request = Request::post(path);
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    /// Sends the request with the cookie, and updates the cookie by the answer.
    pub(crate) async fn send(&mut self, mut request: Request<Body>) -> Answer {
        if let Some(cookie) = &self.cookie {
            request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
        }
        let Ok(response) = self.app.clone().oneshot(request).await;
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let answer = Answer { status: head.status, headers: head.headers, text };
        if let Some(cookie) = answer.set_cookie() {
            let is_removal = cookie.contains("Max-Age=0");
            self.cookie = (!is_removal).then(|| cookie.split(';').next().unwrap().to_owned());
        }
        answer
    }

    /// The session's part of the page.
    pub(crate) async fn session(&mut self) -> Value {
        self.get("/api/session").await.json()["session"].clone()
    }
}
