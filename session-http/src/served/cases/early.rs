use crate::served::Served;
use crate::served::bench::{Bench, Count, Note, Opening, ok, status};
use crate::served::store::Trouble;
use session_core::ErrorKind;
use session_core::store::Deletion;

/// An early commit stays stored if the request fails, and its cookie is sent.
pub async fn an_early_commit_stays_if_the_request_fails<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        session.update(|count: &mut Count| count.0 += 1).await?;
        session.rotate().await?;
        session.commit().await?;
        status(500)
    });
    let mut client = bench.client_at(1).await;
    let old = client.cookie().to_owned();
    assert_eq!(client.post("/").await.status, 500);
    assert_ne!(client.cookie(), old);
    assert_eq!(bench.count(client.cookie()).await, Some(2));
}

/// An early deletion stays if the request fails, and the cookie is removed.
pub async fn an_early_deletion_stays_if_the_request_fails<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        session.update(|count: &mut Count| count.0 += 1).await?;
        assert_eq!(session.destroy().await?, Deletion::Deleted);
        assert_eq!(session.destroy().await?, Deletion::WasAbsent);
        status(500)
    });
    let mut client = bench.client_at(1).await;
    let old = client.cookie().to_owned();
    assert_eq!(client.post("/").await.status, 500);
    assert!(!client.has_cookie());
    assert_eq!(bench.count(&old).await, None);
}

/// After an early commit, the session can be read and destroyed, but not changed.
pub async fn after_a_commit_the_session_is_read_only<A: Served>() {
    let bench = Bench::<A>::locking(async |session, sent| {
        session.set(&Count(5)).await?;
        session.rotate().await?;
        session.commit().await?;
        session.commit().await?;
        assert_eq!(session.get::<Count>().await?, Some(Count(5)));
        let refused = session.set(&Count(6)).await.expect_err("it was committed");
        assert_eq!(refused.kind(), ErrorKind::InvalidArgument);
        if sent.path == "/sign-out" {
            assert_eq!(session.destroy().await?, Deletion::Deleted);
        }
        ok()
    });
    let mut client = bench.client_at(1).await;
    client.post("/").await;
    assert_eq!(bench.store.asked(), ["acquire", "rotate", "load"], "reading takes no lock again");
    assert_eq!(bench.count(client.cookie()).await, Some(5));
    let old = client.cookie().to_owned();
    client.post("/sign-out").await;
    assert!(!client.has_cookie());
    assert_eq!(bench.count(&old).await, None);
}

/// A write after a deletion begins a new session, and the response has its cookie.
pub async fn a_write_after_a_deletion_begins_a_new_session<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        session.destroy().await?;
        assert_eq!(session.get::<Count>().await?, None, "nothing of the old one is left");
        session.set(&Note("good bye".to_owned())).await?;
        ok()
    });
    let mut client = bench.client_at(1).await;
    let old = client.cookie().to_owned();
    client.post("/").await;
    assert_ne!(client.cookie(), old);
    assert_eq!(bench.count(&old).await, None);
    assert_eq!(bench.count(client.cookie()).await, Some(0));
}

/// A section that was held before a deletion is not written into the next session.
pub async fn a_section_held_before_a_deletion_is_not_written<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        let mut held = session.hold::<Count>().await?;
        held.0 = 9;
        session.destroy().await?;
        session.set(&Count(5)).await?;
        drop(held);
        ok()
    });
    let mut client = bench.client_at(1).await;
    assert_eq!(client.post("/").await.status, 200);
    assert_eq!(bench.count(client.cookie()).await, Some(5));
}

/// A response waits for a commit of another part of its request, for its cookie.
pub async fn a_response_waits_for_a_begun_commit<A: Served>() {
    for (path, code) in [("/", 200), ("/fail", 500)] {
        let as_set = |settings| settings;
        let bench = Bench::<A>::gated(Opening::Optimistic, as_set, async |session, sent, gate| {
            session.set(&Count(1)).await?;
            let commit = async move { session.commit().await };
            drop(tokio::spawn(commit));
            gate.wait().await;
            status(if sent.path == "/fail" { 500 } else { 200 })
        });
        bench.store.set(Trouble::AnswersLate);
        let begins = async {
            bench.gate.reached().await;
            bench.asks("create").await;
            bench.gate.open();
            for _ in 0..5 {
                tokio::task::yield_now().await;
            }
            bench.store.set(Trouble::None);
        };
        let call = bench.adapter.call(bench.client().request("POST", path));
        let (reply, ()) = tokio::join!(call, begins);
        assert_eq!((reply.status, reply.values("set-cookie").len()), (code, 1));
    }
}

/// A read during a sign-out in the same request waits, and sees no session.
pub async fn a_read_during_a_sign_out_in_its_request_finds_no_session<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        let (deleted, count) = tokio::join!(session.destroy(), session.get::<Count>());
        assert_eq!(deleted?, Deletion::Deleted);
        assert_eq!(count?, None);
        ok()
    });
    let mut client = bench.client_at(1).await;
    bench.store.set(Trouble::Yields);
    assert_eq!(client.post("/").await.status, 200);
    assert!(!client.has_cookie());
}
