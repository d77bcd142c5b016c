use crate::served::Served;
use crate::served::bench::{Bench, Count, Opening, ok, status};
use crate::{Access, Release, Session, Settings};
use futures_util::future::join_all;
use parking_lot::Mutex;
use std::sync::Arc;

/// Ten concurrent requests lose no update if sessions are locked.
pub async fn ten_concurrent_requests_with_locks_lose_no_update<A: Served>() {
    let bench = Bench::<A>::locking(async |session, _| {
        let mut count = session.hold::<Count>().await?;
        let seen = count.0;
        tokio::task::yield_now().await;
        count.0 = seen + 1;
        ok()
    });
    let client = bench.client_at(0).await;
    let calls = (0..10).map(|_| bench.adapter.call(client.request("POST", "/")));
    assert!(join_all(calls).await.iter().all(|reply| reply.status == 200));
    assert_eq!(bench.count(client.cookie()).await, Some(10));
}

/// A failed request releases its lock, even if a clone of the handle is kept.
pub async fn a_failed_request_releases_its_lock<A: Served>() {
    let kept: Arc<Mutex<Vec<Session>>> = Arc::default();
    let keep = Arc::clone(&kept);
    let bench = Bench::<A>::locking(move |session, sent| {
        keep.lock().push(session.clone());
        async move {
            session.update(|count: &mut Count| count.0 += 1).await?;
            status(if sent.path == "/fail" { 500 } else { 200 })
        }
    });
    let mut client = bench.client_at(1).await;
    assert_eq!(client.post("/fail").await.status, 500);
    assert_eq!(client.post("/").await.status, 200, "no lease ends: the clock stands still");
    assert_eq!(bench.count(client.cookie()).await, Some(2));
    assert_eq!(kept.lock().len(), 2);
}

/// Safe methods take no lock, nor does a route with the access `Read`.
pub async fn a_reader_takes_no_lock<A: Served>() {
    let bench = Bench::<A>::locking(async |session, sent| {
        if sent.path == "/search" {
            session.access(Access::Read)?;
        }
        session.get::<Count>().await?;
        ok()
    });
    let mut client = bench.client_at(1).await;
    client.get("/").await;
    client.post("/search").await;
    assert_eq!(bench.store.asked(), ["load", "load"]);
    client.post("/").await;
    assert_eq!(bench.store.asked(), ["acquire", "touch"]);
}

/// `BeforeResponse` releases the lock of a failed request before the response.
pub async fn a_setting_makes_the_response_wait_for_the_release<A: Served>() {
    for release in [Release::InBackground, Release::BeforeResponse] {
        let set = |settings: Settings| settings.with_release(release);
        let bench = Bench::<A>::of(Opening::Pessimistic, set, async |session, _| {
            session.update(|count: &mut Count| count.0 += 1).await?;
            status(500)
        });
        let mut client = bench.client_at(1).await;
        client.post("/").await;
        // Nothing was polled since, so the store got these requests before the response.
        let is_released = bench.store.asked().contains(&"release");
        assert_eq!(is_released, release == Release::BeforeResponse);
    }
}

/// One route can lock sessions that other routes do not lock.
pub async fn one_route_can_use_another_strategy<A: Served>() {
    let locking: Arc<Mutex<Option<session_core::Sessions<_>>>> = Arc::default();
    let sessions = Arc::clone(&locking);
    let bench = Bench::<A>::new(move |session, _| {
        let sessions = sessions.lock().clone();
        async move {
            session.using(sessions.expect("it is set"))?;
            session.update(|count: &mut Count| count.0 += 1).await?;
            assert!(session.access(Access::Read).is_err(), "too late");
            ok()
        }
    });
    let sessions = crate::served::bench::sessions(&bench.store, &bench.clock, Opening::Pessimistic);
    *locking.lock() = Some(sessions);
    let mut client = bench.client_at(1).await;
    assert_eq!(client.post("/").await.status, 200);
    assert_eq!(bench.store.asked(), ["acquire", "update"]);
}
