use crate::Session;
use crate::served::Served;
use crate::served::bench::{Bench, Count, Gate, Opening, ok, status};
use crate::served::handler::{Answer, Reply, Sent};
use crate::served::store::Trouble;
use futures_util::future::join_all;
use parking_lot::Mutex;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

/// A client that leaves changes nothing.
///
/// The lock is released even if the handle is kept.
pub async fn a_client_that_leaves_releases_the_lock<A: Served>() {
    let kept: Arc<Mutex<Vec<Session>>> = Arc::default();
    let keep = Arc::clone(&kept);
    let bench = Bench::<A>::gated(
        Opening::Pessimistic,
        |settings| settings,
        move |session, sent, gate| {
            keep.lock().push(session.clone());
            async move {
                session.update(|count: &mut Count| count.0 += 1).await?;
                session.rotate().await?;
                if sent.path == "/slow" {
                    gate.wait().await;
                }
                ok()
            }
        },
    );
    let mut client = bench.client_at(1).await;
    bench.leave_at_gate(client.request("POST", "/slow")).await;
    assert_eq!(bench.count(client.cookie()).await, Some(1));
    assert_eq!(client.post("/").await.status, 200, "no lease ends: the clock stands still");
    assert_eq!(bench.count(client.cookie()).await, Some(2));
    assert_eq!(kept.lock().len(), 2);
}

/// A commit goes on if its client leaves, and draining waits for it.
pub async fn a_commit_goes_on_if_its_client_leaves<A: Served>() {
    for trouble in [Trouble::Hangs, Trouble::AnswersLate] {
        for path in ["/", "/early"] {
            let bench = Bench::<A>::gated(Opening::Optimistic, |settings| settings, count_at_gate);
            let client = bench.client_at(1).await;
            bench.leave_while_committing(client.request("POST", path), trouble).await;
            let drained = bench.settings.drain(Duration::ZERO).await;
            assert!(drained.is_complete(), "no lock is released");
            assert_eq!(bench.settings.pending_commits(), 1, "the commit goes on");
            bench.store.set(Trouble::None);
            bench.settle().await;
            assert_eq!(bench.count(client.cookie()).await, Some(2), "{path} {trouble:?}");
        }
    }
}

async fn count_at_gate(session: Session, sent: Sent, gate: Gate) -> Answer {
    session.update(|count: &mut Count| count.0 += 1).await?;
    gate.wait().await;
    if sent.path == "/early" {
        session.commit().await?;
    }
    ok()
}

/// If the client leaves during a deletion, the deletion goes on.
pub async fn a_deletion_goes_on_if_its_client_leaves<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        session.destroy().await?;
        ok()
    });
    let client = bench.client_at(1).await;
    let request = client.request("POST", "/");
    bench.leave_while_asking(request, Trouble::Hangs, "delete").await;
    bench.store.set(Trouble::None);
    bench.settle().await;
    assert_eq!(bench.count(client.cookie()).await, None);
}

/// A client that leaves while its session is being opened leaves no lock behind.
pub async fn a_client_that_leaves_while_opening_leaves_no_lock<A: Served>() {
    for trouble in [Trouble::Hangs, Trouble::AnswersLate] {
        let bench = Bench::<A>::locking(async |session, _| {
            session.update(|count: &mut Count| count.0 += 1).await?;
            ok()
        });
        let mut client = bench.client_at(1).await;
        bench.leave_while_asking(client.request("POST", "/"), trouble, "acquire").await;
        bench.store.set(Trouble::None);
        bench.settle().await;
        assert_eq!(client.post("/").await.status, 200);
        assert_eq!(bench.count(client.cookie()).await, Some(2));
    }
}

/// A client may leave at any point: its change is stored once or never.
///
/// No lock stays.
pub async fn a_client_that_leaves_at_any_point_stores_its_change_once_or_never<A: Served>() {
    for opening in [Opening::Optimistic, Opening::Pessimistic] {
        let mut counts = Vec::new();
        for polls in 0..40 {
            let bench = Bench::<A>::of(opening, |settings| settings, count);
            let mut client = bench.client_at(1).await;
            bench.store.set(Trouble::Yields);
            poll(bench.adapter.call(client.request("POST", "/")), polls).await;
            bench.settle().await;
            let left = bench.count(client.cookie()).await.expect("nobody signed out");
            counts.push(left);
            assert_eq!(client.post("/").await.status, 200, "after {polls} polls the lock is free");
            assert_eq!(bench.count(client.cookie()).await, Some(left + 1));
        }
        assert_eq!((counts[0], counts[39]), (1, 2), "it is never polled, or completes");
        assert!(counts.is_sorted(), "a commit that has begun is finished: {counts:?}");
    }
}

async fn count(session: Session, _: Sent) -> Answer {
    let mut count = session.hold::<Count>().await?;
    count.0 += 1;
    ok()
}

/// Polls the call this many times, unless it completes earlier, and drops it.
async fn poll(call: impl Future<Output = Reply>, polls: usize) {
    let mut call = pin!(call);
    for _ in 0..polls {
        let polled = poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await;
        if polled.is_ready() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// Each 200 counts once among concurrent requests that also fail or are dropped.
pub async fn each_successful_request_is_stored_exactly_once<A: Served>() {
    for opening in [Opening::Optimistic, Opening::Pessimistic] {
        let bench = Bench::<A>::of(
            opening,
            |settings| settings,
            async |session, sent| {
                count(session, sent.clone()).await?;
                tokio::task::yield_now().await;
                status(if sent.path == "/fail" { 500 } else { 200 })
            },
        );
        let client = bench.client_at(0).await;
        bench.store.set(Trouble::Yields);
        let calls = (0..30).map(async |index| {
            let path = if index % 3 == 0 { "/fail" } else { "/" };
            let call = bench.adapter.call(client.request("POST", path));
            if index % 5 == 0 {
                // The client leaves while it waits or opens, so no commit has begun.
                poll(call, 3).await;
                return 0;
            }
            u64::from(call.await.status == 200)
        });
        let succeeded: u64 = join_all(calls).await.into_iter().sum();
        bench.settle().await;
        assert_eq!(bench.count(client.cookie()).await, Some(succeeded));
        let least = if matches!(opening, Opening::Optimistic) { 1 } else { 16 };
        assert!(succeeded >= least, "{succeeded} of 16");
    }
}
