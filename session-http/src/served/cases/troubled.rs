use crate::Session;
use crate::served::Served;
use crate::served::bench::{Bench, Count, Opening, ok, status};
use crate::served::handler::{Answer, Sent};
use crate::served::store::Trouble;
use session_core::ErrorKind;
use session_core::store::Deletion;
use std::time::Duration;

/// While the store fails, every route that uses its session answers 503.
///
/// Nothing changes.
pub async fn a_failing_store_makes_the_response_a_503<A: Served>() {
    // A request that waits for a lock treats a failing store like a held lock.
    for opening in [Opening::Optimistic, Opening::Impatient] {
        let bench = Bench::<A>::of(opening, |settings| settings, each_kind);
        let mut client = bench.client_at(1).await;
        bench.store.set(Trouble::Fails);
        for path in ["/read", "/write", "/rotate", "/commit", "/destroy"] {
            let reply = match path {
                "/read" => client.get(path).await,
                _ => client.post(path).await,
            };
            assert_eq!(reply.status, 503, "{path}");
            assert_eq!(reply.values("retry-after"), ["1"], "{path}");
            assert_eq!(reply.values("set-cookie"), [""; 0], "{path}");
        }
        assert_eq!(client.post("/untouched").await.status, 200);
        bench.store.set(Trouble::None);
        assert_eq!(bench.count(client.cookie()).await, Some(1));
    }
}

/// A store that fails between opening and the commit makes the response a 503.
pub async fn a_commit_that_fails_replaces_the_response<A: Served>() {
    let bench = Bench::<A>::gated(
        Opening::Optimistic,
        |settings| settings,
        async |session, _, gate| {
            session.update(|count: &mut Count| count.0 += 1).await?;
            session.rotate().await?;
            gate.wait().await;
            ok()
        },
    );
    let client = bench.client_at(1).await;
    let trouble = async {
        bench.gate.reached().await;
        bench.store.set(Trouble::Fails);
        bench.gate.open();
    };
    let (reply, ()) = tokio::join!(bench.adapter.call(client.request("POST", "/")), trouble);
    assert_eq!(reply.status, 503);
    assert_eq!(reply.values("set-cookie"), [""; 0]);
    assert_eq!(reply.values("cache-control"), ["no-store"]);
    bench.store.set(Trouble::None);
    assert_eq!(bench.count(client.cookie()).await, Some(1));
}

/// A touch that fails does not fail the request.
pub async fn a_touch_that_fails_does_not_fail_the_request<A: Served>() {
    let bench = Bench::<A>::gated(
        Opening::Optimistic,
        |settings| settings,
        async |session, _, gate| {
            session.get::<Count>().await?;
            gate.wait().await;
            ok()
        },
    );
    let client = bench.client_at(1).await;
    bench.clock.advance(Duration::from_mins(10));
    let trouble = async {
        bench.gate.reached().await;
        bench.store.set(Trouble::Fails);
        bench.gate.open();
    };
    let (reply, ()) = tokio::join!(bench.adapter.call(client.request("GET", "/")), trouble);
    assert_eq!(reply.status, 200);
    assert_eq!(bench.store.asked(), ["load", "touch"]);
}

/// A store that answers late only delays the response, on every kind of route.
pub async fn a_slow_store_only_delays_the_response<A: Served>() {
    for opening in [Opening::Optimistic, Opening::Pessimistic] {
        for trouble in [Trouble::Hangs, Trouble::AnswersLate] {
            for path in ["/read", "/write", "/rotate", "/commit", "/destroy"] {
                let bench = Bench::<A>::of(opening, |settings| settings, each_kind);
                let client = bench.client_at(1).await;
                bench.store.set(trouble);
                let recovers = async {
                    while bench.store.asked().is_empty() {
                        tokio::task::yield_now().await;
                    }
                    bench.store.set(Trouble::None);
                };
                let call = bench.adapter.call(client.request(method(path), path));
                let (reply, ()) = tokio::join!(call, recovers);
                assert_eq!(reply.status, 200, "{path} {trouble:?}");
                let stored = match path {
                    "/read" => Some(1),
                    "/destroy" | "/rotate" => None,
                    _ => Some(9),
                };
                assert_eq!(bench.count(client.cookie()).await, stored, "{path} {trouble:?}");
            }
        }
    }
}

/// If the store hangs and the client leaves, nothing is stored.
///
/// The next request is served.
pub async fn a_client_that_leaves_while_the_store_hangs_stores_nothing<A: Served>() {
    for path in ["/read", "/write", "/rotate", "/commit"] {
        let bench = Bench::<A>::of(Opening::Optimistic, |settings| settings, each_kind);
        let mut client = bench.client_at(1).await;
        let request = client.request(method(path), path);
        bench.leave_while_asking(request, Trouble::Hangs, "load").await;
        bench.store.set(Trouble::None);
        bench.settle().await;
        assert_eq!(bench.count(client.cookie()).await, Some(1), "{path}");
        assert_eq!(client.post("/write").await.status, 200, "{path}");
    }
}

/// A route of each kind.
async fn each_kind(session: Session, sent: Sent) -> Answer {
    match sent.path {
        "/read" => drop(session.get::<Count>().await?),
        "/rotate" => session.rotate().await?,
        "/commit" => {
            session.set(&Count(9)).await?;
            session.commit().await?;
        }
        "/destroy" => drop(session.destroy().await?),
        "/untouched" => {}
        _ => session.set(&Count(9)).await?,
    }
    ok()
}

fn method(path: &str) -> &'static str {
    if path == "/read" { "GET" } else { "POST" }
}

/// A failed request does not move the expiry either.
pub async fn a_failed_reader_moves_no_expiry<A: Served>() {
    let bench = Bench::<A>::new(async |session, sent| {
        session.get::<Count>().await?;
        status(if sent.path == "/fail" { 500 } else { 200 })
    });
    let mut client = bench.client_at(1).await;
    bench.clock.advance(Duration::from_mins(10));
    client.get("/fail").await;
    assert_eq!(bench.store.asked(), ["load"]);
    client.get("/").await;
    assert_eq!(bench.store.asked(), ["load", "touch"]);
}

/// A sign-out that failed can be tried again in the same request.
pub async fn a_failed_sign_out_can_be_repeated<A: Served>() {
    let as_set = |settings| settings;
    let bench = Bench::<A>::gated(Opening::Optimistic, as_set, async |session, _, gate| {
        let failed = session.destroy().await.map_err(|error| error.kind());
        assert_eq!(failed, Err(ErrorKind::Unavailable));
        gate.wait().await;
        assert_eq!(session.destroy().await?, Deletion::Deleted);
        ok()
    });
    let client = bench.client_at(1).await;
    bench.store.set(Trouble::Fails);
    let recovers = async {
        bench.gate.reached().await;
        bench.store.set(Trouble::None);
        bench.gate.open();
    };
    let call = bench.adapter.call(client.request("POST", "/"));
    let (reply, ()) = tokio::join!(call, recovers);
    assert_eq!((reply.status, reply.values("set-cookie").len()), (200, 1));
    assert_eq!(bench.count(client.cookie()).await, None);
}
