use crate::served::Served;
use crate::served::bench::{Bench, Count, Opening, ok, status};
use crate::{Failure, Settings};
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use session_core::sections::Section;
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;

/// A 500 writes and rotates nothing. The old id works, and no cookie is set.
pub async fn a_500_changes_nothing<A: Served>() {
    let bench = Bench::<A>::new(async |session, sent| {
        session.update(|count: &mut Count| count.0 += 1).await?;
        session.rotate().await?;
        match sent.path {
            "/failure" => Err(Failure::of_status(500)),
            "/given-up" => status(408),
            _ => status(503),
        }
    });
    let mut client = bench.client_at(1).await;
    for path in ["/", "/failure", "/given-up"] {
        let reply = client.post(path).await;
        assert!(reply.status >= 500 || reply.status == 408);
        assert_eq!(reply.values("set-cookie"), [""; 0]);
        assert_eq!(reply.values("vary"), ["Cookie"]);
    }
    assert_eq!(bench.store.asked(), ["load"; 3]);
    assert_eq!(bench.count(client.cookie()).await, Some(1));
}

/// A 4xx stores the session like a 200.
pub async fn a_404_stores_the_session<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        session.update(|count: &mut Count| count.0 += 1).await?;
        status(404)
    });
    let mut client = bench.client();
    assert_eq!(client.post("/").await.status, 404);
    assert_eq!(bench.count(client.cookie()).await, Some(1));
}

/// The statuses that store the session are a setting.
pub async fn the_statuses_that_commit_are_a_setting<A: Served>() {
    let set = |settings: Settings| settings.with_commit_on(|status| status == 500);
    let bench = Bench::<A>::of(Opening::Optimistic, set, async |session, sent| {
        session.update(|count: &mut Count| count.0 += 1).await?;
        status(if sent.path == "/500" { 500 } else { 200 })
    });
    let mut client = bench.client_at(1).await;
    client.post("/500").await;
    client.post("/200").await;
    assert_eq!(bench.count(client.cookie()).await, Some(2));
}

/// A panic writes nothing and releases the lock.
pub async fn a_panic_changes_nothing<A: Served>() {
    let bench = Bench::<A>::locking(async |session, sent| {
        let mut held = session.hold::<Count>().await?;
        held.0 += 1;
        session.rotate().await?;
        assert_ne!(sent.path, "/panic", "as planned");
        ok()
    });
    let mut client = bench.client_at(1).await;
    let call = bench.adapter.call(client.request("POST", "/panic"));
    assert!(AssertUnwindSafe(call).catch_unwind().await.is_err());
    bench.settle().await;
    assert_eq!(bench.count(client.cookie()).await, Some(1));
    assert_eq!(client.post("/").await.status, 200, "the lock is free");
    assert_eq!(bench.count(client.cookie()).await, Some(2));
}

/// A commit that loses the race becomes an error without a cookie.
pub async fn a_lost_race_is_an_error_without_a_cookie<A: Served>() {
    let bench = Bench::<A>::gated(
        Opening::Optimistic,
        |settings| settings,
        async |session, sent, gate| {
            session.update(|count: &mut Count| count.0 += 1).await?;
            session.rotate().await?;
            if sent.path == "/slow" {
                gate.wait().await;
            }
            ok()
        },
    );
    let mut client = bench.client_at(1).await;
    let slow = client.request("POST", "/slow");
    let fast = async {
        bench.gate.reached().await;
        let reply = client.post("/fast").await;
        bench.gate.open();
        reply
    };
    let (slow, fast) = tokio::join!(bench.adapter.call(slow), fast);
    assert_eq!((slow.status, fast.status), (409, 200));
    assert_eq!(slow.values("set-cookie"), [""; 0]);
    assert_eq!(bench.count(client.cookie()).await, Some(2));
}

/// A slow request restores no session after a sign-out, and sets no cookie.
pub async fn a_slow_request_restores_no_session_after_a_sign_out<A: Served>() {
    for opening in [Opening::Optimistic, Opening::Pessimistic] {
        let bench = Bench::<A>::gated(
            opening,
            |settings| settings,
            async |session, sent, gate| {
                if sent.path == "/sign-out" {
                    session.destroy().await?;
                    return ok();
                }
                session.update(|count: &mut Count| count.0 += 1).await?;
                gate.wait().await;
                ok()
            },
        );
        let mut client = bench.client_at(1).await;
        let (old, slow) = (client.cookie().to_owned(), client.request("POST", "/slow"));
        let sign_out = async {
            bench.gate.reached().await;
            let reply = client.post("/sign-out").await;
            bench.gate.open();
            reply
        };
        let (slow, sign_out) = tokio::join!(bench.adapter.call(slow), sign_out);
        assert_eq!((slow.status, sign_out.status), (409, 200), "sign-out waits for no lock");
        assert_eq!(slow.values("set-cookie"), [""; 0]);
        assert_eq!(sign_out.values("set-cookie").len(), 1);
        assert_eq!(bench.count(&old).await, None);
    }
}

/// A section that a panic drops is not written back, even if the panic is caught.
pub async fn a_caught_panic_writes_no_section_back<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        let panics = async {
            session.hold::<Count>().await.expect("the store answers").0 = 9;
            let mut held = session.hold::<Count>().await.expect("the store answers");
            held.0 = 10;
            panic!("as planned");
        };
        assert!(AssertUnwindSafe(panics).catch_unwind().await.is_err());
        session.update(|count: &mut Count| count.0 += 1).await?;
        ok()
    });
    let mut client = bench.client_at(1).await;
    assert_eq!(client.post("/").await.status, 200);
    assert_eq!(bench.count(client.cookie()).await, Some(10));
}

/// A held section that cannot be encoded fails the request.
///
/// The drop of the guard reports nothing.
pub async fn a_held_section_that_cannot_be_encoded_is_a_failure<A: Served>() {
    let bench = Bench::<A>::locking(async |session, _| {
        session.hold::<Count>().await?.0 = 9;
        // JSON cannot encode such keys.
        session.hold::<Odd>().await?.0.insert((1, 2), 3);
        ok()
    });
    let mut client = bench.client_at(1).await;
    for _ in 0..2 {
        let reply = client.post("/").await;
        assert_eq!((reply.status, reply.values("set-cookie").len()), (500, 0));
        assert_eq!(bench.count(client.cookie()).await, Some(1));
    }
}

/// A section whose default is the only value that JSON can hold.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Odd(BTreeMap<(u8, u8), u8>);

impl Section for Odd {
    const NAME: &'static str = "odd";
}
