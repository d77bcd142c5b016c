//! `POST /burst`: several increments of one session at once.
//!
//! They go through the application's own router.
//!
//! A browser sends six requests at a time to one host at most. So the server sends them to itself,
//! with the cookie of its caller, and returns when each arrived, opened the session and ended.

mod client;
mod expectation;
mod gate;
mod plan;
mod probe;
mod time_line;

pub(crate) use probe::Probe;

use crate::locking::Locking;
use crate::refusal::Refusal;
use crate::sections::Counter;
use crate::view::Viewer;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use client::Client;
use expectation::Expectation;
use plan::Plan;
use serde::Serialize;
use session_kit::tower::Failure;
use time_line::RequestLine;

/// A router for each strategy, all over one store, and the reader of the count.
#[derive(Clone)]
pub(crate) struct Burst {
    routers: [Router; 3],
    viewer: Viewer,
}

/// The answer: what was measured, and whether it is what the strategy promises.
#[derive(Serialize)]
struct Report {
    locking: Locking,
    count: usize,
    hold_ms: u64,
    /// The count before the burst.
    before: u64,
    /// The count after it.
    after: u64,
    /// How many requests ended with 200.
    accepted: u64,
    expected: Expectation,
    /// Whether the count after the burst is the expected one.
    as_expected: bool,
    requests: Vec<RequestLine>,
}

/// Returned if an answer of this application is not what its own handlers return.
const UNREADABLE: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;

/// The handler.
///
/// It does not use the session itself, so it holds no lock while the requests run.
pub(crate) async fn run(
    State(burst): State<Burst>,
    plan: Plan,
    request: Request,
) -> Result<Response, Refusal> {
    let locking = plan.locking.unwrap_or(burst.viewer.locking);
    let router = burst.router(locking);
    let mut cookies = cookies(request.headers());
    let (before, cookie) = begin(router, &cookies).await?;
    if let Some(cookie) = &cookie {
        cookies = of_set_cookie(cookie)?;
    }
    let requests = Client::new(router, &cookies, &plan, locking).run().await;
    let after = burst.viewer.count(&cookies).await?;
    let report = Report::new(locking, &plan, before, after, requests);
    let mut response = Json(report).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Makes sure that there is a session, and returns its count and its new cookie.
///
/// Otherwise each request would begin a session. There is a cookie only for a new session.
async fn begin(
    router: &Router,
    cookies: &HeaderMap,
) -> Result<(u64, Option<HeaderValue>), Refusal> {
    let response = client::send(router, Uri::from_static("/begin"), cookies, None).await;
    if response.status() != StatusCode::OK {
        return Err(Refusal::Response(Box::new(response)));
    }
    let cookie = response.headers().get(header::SET_COOKIE).cloned();
    let body = to_bytes(response.into_body(), 1_024).await.map_err(|_| UNREADABLE)?;
    let Counter { count } = serde_json::from_slice(&body).map_err(|_| UNREADABLE)?;
    Ok((count, cookie))
}

fn cookies(headers: &HeaderMap) -> HeaderMap {
    let values = headers.get_all(header::COOKIE).iter();
    values.map(|value| (header::COOKIE, value.clone())).collect()
}

/// The header that a client sends after it got this one.
fn of_set_cookie(cookie: &HeaderValue) -> Result<HeaderMap, Failure> {
    let pair = cookie.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
    let pair = HeaderValue::from_bytes(pair).map_err(|_| UNREADABLE)?;
    Ok([(header::COOKIE, pair)].into_iter().collect())
}

impl Burst {
    pub(crate) const fn new(routers: [Router; 3], viewer: Viewer) -> Self {
        Self { routers, viewer }
    }

    pub(crate) const fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// The router of the server's own strategy.
    pub(crate) fn router_of_server(&self) -> Router {
        self.router(self.viewer.locking).clone()
    }

    fn router(&self, locking: Locking) -> &Router {
        let [none, optimistic, pessimistic] = &self.routers;
        match locking {
            Locking::None => none,
            Locking::Optimistic => optimistic,
            Locking::Pessimistic => pessimistic,
        }
    }
}

impl Report {
    fn new(
        locking: Locking,
        plan: &Plan,
        before: u64,
        after: u64,
        requests: Vec<RequestLine>,
    ) -> Self {
        let accepted = requests.iter().map(|request| u64::from(request.is_accepted())).sum();
        let expected = Expectation::new(locking, before, plan.count, accepted);
        let as_expected = expected.is_met_by(after);
        let Plan { count, hold_ms, .. } = *plan;
        Self { locking, count, hold_ms, before, after, accepted, expected, as_expected, requests }
    }
}
