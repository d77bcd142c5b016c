//! Sends the requests of a burst, and measures them.

use super::gate::{Gate, Ticket};
use super::plan::Plan;
use super::probe::Probe;
use super::time_line::{Attempt, RequestLine};
use crate::locking::Locking;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use session_kit::time::{Timer, TokioTimer};
use tokio::task::JoinSet;
use tower::ServiceExt;

/// A client with one cookie.
#[derive(Clone)]
pub(super) struct Client {
    router: Router,
    cookies: HeaderMap,
    plan: Plan,
    /// The gate, without a strategy: all requests read before one writes.
    ///
    /// So increments are certainly lost.
    gate: Option<Gate>,
    timer: TokioTimer,
}

impl Client {
    pub(super) fn new(router: &Router, cookies: &HeaderMap, plan: &Plan, locking: Locking) -> Self {
        Self {
            router: router.clone(),
            cookies: cookies.clone(),
            plan: *plan,
            gate: (locking == Locking::None).then(Gate::new),
            timer: TokioTimer::new(),
        }
    }

    /// Sends all requests at once. They end when this is dropped.
    pub(super) async fn run(self) -> Vec<RequestLine> {
        let ticket = || self.gate.as_ref().map(Gate::ticket);
        let tickets: Vec<_> = std::iter::repeat_with(ticket).take(self.plan.count).collect();
        let mut running = JoinSet::new();
        for (number, ticket) in (1..).zip(tickets) {
            running.spawn(self.clone().request(number, ticket));
        }
        let mut requests = running.join_all().await;
        requests.sort_by_key(|request| request.number);
        requests
    }

    async fn request(self, number: usize, ticket: Option<Ticket>) -> RequestLine {
        let mut attempts = vec![self.attempt(ticket).await];
        for _ in 0..self.plan.retries {
            if attempts.last().is_some_and(|last| last.status != StatusCode::CONFLICT) {
                break;
            }
            attempts.push(self.attempt(None).await);
        }
        RequestLine::new(number, attempts)
    }

    async fn attempt(&self, ticket: Option<Ticket>) -> Attempt {
        let probe = Probe::new(self.timer, ticket);
        let uri = format!("/increment?hold_ms={}", self.plan.hold_ms);
        let uri = uri.parse().expect("a number is part of an address");
        let arrived = self.timer.elapsed();
        let response = send(&self.router, uri, &self.cookies, Some(probe.clone())).await;
        let (ended, status) = (self.timer.elapsed(), response.status());
        Attempt {
            arrived,
            opened: probe.opened_at(),
            committed: (status == StatusCode::OK).then_some(ended),
            ended,
            status: status.as_u16(),
        }
    }
}

/// Sends one POST through the router.
pub(super) async fn send(
    router: &Router,
    uri: Uri,
    cookies: &HeaderMap,
    probe: Option<Probe>,
) -> Response {
    let mut request = Request::new(Body::empty());
    (*request.method_mut(), *request.uri_mut()) = (Method::POST, uri);
    request.headers_mut().clone_from(cookies);
    if let Some(probe) = probe {
        request.extensions_mut().insert(probe);
    }
    let Ok(response) = router.clone().oneshot(request).await;
    response
}
