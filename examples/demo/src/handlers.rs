//! The requests that use a session, as in any application of axum.

use crate::burst::Probe;
use crate::refusal::Refusal;
use crate::sections::{Basket, Counter, Item};
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Extension, Form, FromRequestParts, Query};
use axum::http::request::Parts;
use axum::{Json, RequestPartsExt};
use serde::Deserialize;
use session_kit::{Session, WriteSection};
use std::time::Duration;

/// The longest work of an increment. Others wait longer for a lock.
pub(crate) const MAX_HOLD_MS: u64 = 8_000;

/// How long an increment works between reading and writing.
#[derive(Debug)]
pub(crate) struct Hold(Duration);

#[derive(Deserialize)]
struct HoldQuery {
    #[serde(default)]
    hold_ms: u64,
}

impl<S: Sync> FromRequestParts<S> for Hold {
    type Rejection = Refusal;

    /// Handlers take it before the session, so that a rejected request opens none.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let query: Result<Query<HoldQuery>, QueryRejection> = parts.extract().await;
        match query.map_err(Refusal::invalid)?.0.hold_ms {
            hold_ms @ 0..=MAX_HOLD_MS => Ok(Self(Duration::from_millis(hold_ms))),
            _ => Err(Refusal::invalid(format!("hold_ms is at most {MAX_HOLD_MS}"))),
        }
    }
}

/// `POST /increment`: reads the counter, works for a while, and writes it.
pub(crate) async fn increment(
    Hold(hold): Hold,
    mut counter: WriteSection<Counter>,
    probe: Option<Extension<Probe>>,
) -> Json<Counter> {
    let count = counter.count + 1;
    if let Some(Extension(probe)) = probe {
        probe.opened().await;
    }
    if !hold.is_zero() {
        tokio::time::sleep(hold).await;
    }
    counter.count = count;
    Json(*counter)
}

/// `POST /begin`: stores a session for a client without one, and returns the count.
pub(crate) async fn begin(session: Session) -> Result<Json<Counter>, Refusal> {
    if let Some(counter) = session.get::<Counter>().await? {
        return Ok(Json(counter));
    }
    session.set(&Counter::default()).await?;
    Ok(Json(Counter::default()))
}

/// The form of an addition to the basket.
#[derive(Deserialize)]
pub(crate) struct Choice {
    item: Item,
}

/// How many of a thing a basket holds.
const MOST: u32 = 99;

/// `POST /basket`: adds a thing to the basket.
pub(crate) async fn add(
    session: Session,
    choice: Result<Form<Choice>, FormRejection>,
) -> Result<Json<Basket>, Refusal> {
    let Form(Choice { item }) = choice.map_err(Refusal::invalid)?;
    let add = |basket: &mut Basket| {
        let count = basket.items.entry(item).or_default();
        *count = (*count + 1).min(MOST);
        basket.clone()
    };
    Ok(Json(session.update(add).await?))
}

/// `POST /basket/empty`: removes the section of the basket.
pub(crate) async fn empty(session: Session) -> Result<Json<Basket>, Refusal> {
    session.remove::<Basket>().await?;
    Ok(Json(Basket::default()))
}

/// `GET /healthz`: does not touch the session.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}
