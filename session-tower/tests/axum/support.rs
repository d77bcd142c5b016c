use axum::Router;
use axum::body::{Body, to_bytes};
use axum::response::Response;
use http::{Request, StatusCode, header};
use serde::{Deserialize, Serialize};
use session_core::sections::Section;
use session_memory::MemoryStore;
use session_tower::{Failure, SessionLayer};
use tower::ServiceExt;

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counter {
    pub(crate) count: u64,
}

impl Section for Counter {
    const NAME: &'static str = "counter";
}

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Theme(pub(crate) String);

impl Section for Theme {
    const NAME: &'static str = "theme";
}

pub(crate) type Answer = Result<String, Failure>;

/// The layer and a cookie of a session that counted to one.
pub(crate) async fn layer_and_cookie() -> (SessionLayer, String) {
    let layer = SessionLayer::new(MemoryStore::new()).unwrap();
    let cookie = counted(&layer).await;
    (layer, cookie)
}

pub(crate) async fn counted(layer: &SessionLayer) -> String {
    layer.cookie_for(|data| data.set(&Counter { count: 1 })).await.unwrap()
}

pub(crate) async fn get(app: &Router, path: &str, cookie: &str) -> (StatusCode, String) {
    send(app, Request::get(path), cookie).await
}

pub(crate) async fn post(app: &Router, path: &str, cookie: &str) -> (StatusCode, String) {
    send(app, Request::post(path), cookie).await
}

async fn send(app: &Router, request: http::request::Builder, cookie: &str) -> (StatusCode, String) {
    let request = request.header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let Ok(response) = app.clone().oneshot(request).await;
    (response.status(), text(response).await)
}

pub(crate) async fn text(response: Response) -> String {
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}
