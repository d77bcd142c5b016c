//! The exact number of allocations that the layer adds to an idle service.
//!
//! Four are for the handle in the extensions of the request, and two for the header `Vary`. Copying
//! the cookie needs none if it is no longer than a generated id. Building the request is not
//! counted. Change these numbers only on purpose.

use futures_util::FutureExt;
use http::{Request, Response, header};
use serde::{Deserialize, Serialize};
use session_core::sections::Section;
use session_memory::MemoryStore;
use session_tower::{Failure, Session, SessionLayer};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::convert::Infallible;
use std::future::Future;
use tower::{Layer, Service, service_fn};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[derive(Default, Serialize, Deserialize)]
struct Counter(u64);

impl Section for Counter {
    const NAME: &'static str = "counter";
}

type Answered = Result<Response<()>, Infallible>;

async fn untouched(_: Request<()>) -> Answered {
    Ok(Response::new(()))
}

async fn reading(request: Request<()>) -> Answered {
    let session: Session = Session::of(request.extensions()).expect("there is a layer");
    Ok(answer(session.get::<Counter>().await.map(drop)))
}

async fn writing(request: Request<()>) -> Answered {
    let session: Session = Session::of(request.extensions()).expect("there is a layer");
    Ok(answer(session.update(|count: &mut Counter| count.0 += 1).await))
}

fn answer(result: session_core::Result<()>) -> Response<()> {
    let mut response = Response::new(());
    if let Err(error) = result {
        *response.status_mut() = Failure::from(error).status();
    }
    response
}

/// The allocations of one request: the lowest of several counts.
///
/// Other threads of the test may allocate as well.
fn count<S>(service: &mut S, method: &str, cookie: Option<&str>) -> usize
where
    S: Service<Request<()>, Response = Response<()>, Error = Infallible>,
{
    let counts = (0..20).map(|_| {
        let mut request = Request::builder().method(method).uri("/");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let request = request.body(()).expect("it is a request");
        let region = Region::new(ALLOCATOR);
        let answered = service.call(request).now_or_never().expect("a store in memory answers");
        let Ok(response) = answered;
        let allocations = region.change().allocations;
        assert_eq!(response.status(), 200);
        allocations
    });
    counts.min().expect("it was counted")
}

fn layered<F, Answering>(
    layer: &SessionLayer,
    handler: F,
) -> impl Service<Request<()>, Response = Response<()>, Error = Infallible>
where
    F: FnMut(Request<()>) -> Answering,
    Answering: Future<Output = Answered>,
{
    layer.layer(service_fn(handler))
}

#[test]
fn a_request_allocates_so_often() {
    // One shard has room after the first sessions, so its growth is not counted.
    let store = MemoryStore::builder().shards(1).build();
    let layer = SessionLayer::new(store).expect("the store compares versions");
    let stored = layer.cookie_for(|data| data.set(&Counter(1))).now_or_never();
    let cookie = stored.expect("a store in memory answers").expect("and takes it");
    let cookie = Some(&*cookie);
    let counted = [
        ("no layer", count(&mut service_fn(untouched), "GET", cookie)),
        ("untouched, no cookie", count(&mut layered(&layer, untouched), "GET", None)),
        ("untouched", count(&mut layered(&layer, untouched), "GET", cookie)),
        ("reading, no cookie", count(&mut layered(&layer, reading), "GET", None)),
        ("reading", count(&mut layered(&layer, reading), "GET", cookie)),
        ("writing", count(&mut layered(&layer, writing), "POST", cookie)),
        ("a new session", count(&mut layered(&layer, writing), "POST", None)),
    ];
    let expected = [
        ("no layer", 0),
        ("untouched, no cookie", 4),
        ("untouched", 4),
        ("reading, no cookie", 6),
        ("reading", 14),
        ("writing", 24),
        ("a new session", 24),
    ];
    assert_eq!(counted, expected);
}
