use crate::Session;
use crate::served::Served;
use crate::served::bench::{Bench, Count, Gate, Opening, ok};
use crate::served::handler::{Answer, Sent};
use crate::served::store::Trouble;
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;

/// A client that leaves changes nothing, and the lock is released though the handle is kept.
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

/// A commit that has begun is finished although the client leaves, and draining waits for it.
pub async fn a_begun_commit_is_finished<A: Served>() {
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

/// A deletion that has begun is finished although the client leaves.
pub async fn a_begun_deletion_is_finished<A: Served>() {
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

/// A client that leaves while its session is opened leaves no lock.
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
