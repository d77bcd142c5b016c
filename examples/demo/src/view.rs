//! `GET /api/session`: the session, for the page.
//!
//! The layer gives handlers the data of a session, and neither its id nor its expiry. The page shows
//! a fingerprint of the id, and the expiry. So this handler reads the session as an application without the layer does. It
//! does not close it, so that looking at the expiry does not move it.

use crate::locking::Locking;
use crate::refusal::Refusal;
use crate::sections::{Basket, Counter, Item, SignedIn};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use session_kit::sections::Sections;
use session_kit::{Result, Sessions};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The default cookie of the layer.
const COOKIE: &str = "__Host-Http-id=";

/// The sessions, and the names of store and strategy.
#[derive(Clone, Debug)]
pub(crate) struct Viewer {
    pub(crate) sessions: Sessions<Sections>,
    pub(crate) store: &'static str,
    pub(crate) locking: Locking,
}

/// The answer.
#[derive(Serialize)]
struct View {
    store: &'static str,
    locking: Locking,
    session: Option<SessionView>,
}

/// A session in the answer.
#[derive(Serialize)]
struct SessionView {
    fingerprint: String,
    expires_in_s: u64,
    user: Option<String>,
    count: u64,
    basket: BTreeMap<Item, u32>,
}

/// The handler. The answer depends on the cookie, and caches do not keep it.
pub(crate) async fn show(
    State(viewer): State<Viewer>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let session = viewer.view(&headers).await?;
    let view = View { store: viewer.store, locking: viewer.locking, session };
    let not_cached = [
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::VARY, HeaderValue::from_static("Cookie")),
    ];
    Ok((not_cached, Json(view)).into_response())
}

impl Viewer {
    /// The count that is stored for the client with these headers.
    pub(crate) async fn count(&self, headers: &HeaderMap) -> Result<u64> {
        Ok(self.view(headers).await?.map_or(0, |session| session.count))
    }

    async fn view(&self, headers: &HeaderMap) -> Result<Option<SessionView>> {
        let session = self.sessions.read(presented(headers)).await?;
        let (Some(id), Some(expires)) = (session.id(), session.expires()) else { return Ok(None) };
        let data = session.data();
        Ok(Some(SessionView {
            fingerprint: fingerprint(id.secret()),
            expires_in_s: self.sessions.time_to(expires).as_secs(),
            user: data.get::<SignedIn>()?.map(|signed_in| signed_in.user),
            count: data.get::<Counter>()?.unwrap_or_default().count,
            basket: data.get::<Basket>()?.unwrap_or_default().items,
        }))
    }
}

fn presented(headers: &HeaderMap) -> Option<&str> {
    let headers = headers.get_all(header::COOKIE).iter();
    let mut pairs = headers.filter_map(|header| header.to_str().ok()).flat_map(|it| it.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(COOKIE))
}

/// Eight digits of a hash. They show that the id has changed, and do not reveal it.
fn fingerprint(id: &str) -> String {
    let hash = Sha256::digest(id);
    format!("{:02x}{:02x} {:02x}{:02x}", hash[0], hash[1], hash[2], hash[3])
}

#[cfg(test)]
mod tests {
    use super::{fingerprint, presented};
    use axum::http::{HeaderMap, HeaderValue, header};

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        assert_eq!(presented(&headers), None);
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; b=2"));
        headers.append(header::COOKIE, HeaderValue::from_static("c=3; __Host-Http-id=abc; d=4"));
        assert_eq!(presented(&headers), Some("abc"));
    }

    #[test]
    fn a_fingerprint_has_eight_digits_of_a_hash() {
        assert_eq!(fingerprint("abc"), "ba78 16bf");
    }
}
