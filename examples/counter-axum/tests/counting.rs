//! Tests that the counter counts for each browser, and that its program is short.

#![expect(dead_code, reason = "`main` listens on a port of its own")]

#[path = "../src/main.rs"]
mod counter;

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use tower::ServiceExt;

const SOURCE: &str = include_str!("../src/main.rs");

/// A browser that keeps its cookie.
struct Browser {
    app: axum::Router,
    cookie: String,
}

impl Browser {
    async fn send(&mut self, method: &str, path: &str) -> String {
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::COOKIE, &self.cookie).body(Body::empty());
        let request = request.expect("it is a request");
        let Ok(response) = self.app.clone().oneshot(request).await;
        if let Some(cookie) = response.headers().get(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("cookies are text");
            cookie.split(';').next().unwrap_or_default().clone_into(&mut self.cookie);
        }
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("the body ends");
        String::from_utf8(body.to_vec()).expect("the body is text")
    }
}

#[tokio::test]
async fn each_browser_counts_for_itself() {
    let store = session_kit::MemoryStore::new();
    let sessions = session_kit::SessionLayer::pessimistic(store);
    let app = counter::app(sessions.expect("the store does what the layer needs"));
    let [mut one, mut two] = [app.clone(), app].map(|app| Browser { app, cookie: String::new() });
    assert_eq!(one.send("GET", "/").await, "count 0\n");
    assert_eq!(one.cookie, "", "who only looks gets no session");
    assert_eq!(one.send("POST", "/increment").await, "count 1\n");
    assert_eq!(one.send("POST", "/increment").await, "count 2\n");
    assert_eq!(two.send("POST", "/increment").await, "count 1\n");
    assert_eq!(one.send("GET", "/").await, "count 2\n");
}

/// Locking and another store need two lines and a feature.
#[test]
fn it_takes_35_lines_and_five_names() {
    assert!(SOURCE.lines().count() <= 35);
    let ours = SOURCE.lines().find_map(|line| line.strip_prefix("use session_kit::{"));
    let names = ours.expect("it uses one crate of the project").trim_end_matches("};").split(", ");
    assert_eq!(names.count(), 5);
    assert_eq!(SOURCE.matches("session_").count(), 1);
    assert_eq!(SOURCE.lines().filter(|line| line.contains("MemoryStore")).count(), 2);
}
