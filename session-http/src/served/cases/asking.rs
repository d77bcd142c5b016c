use crate::served::Served;
use crate::served::bench::{Bench, Count, Note, ok};

/// A request that does not use its session sends no store request and no header.
pub async fn an_unused_session_causes_no_store_request_and_no_header<A: Served>() {
    let bench = Bench::<A>::new(async |_, _| ok());
    let mut client = bench.client_at(1).await;
    for reply in [client.get("/").await, client.post("/").await] {
        assert_eq!(reply.status, 200);
        for name in ["set-cookie", "vary", "cache-control"] {
            assert_eq!(reply.values(name), [""; 0]);
        }
    }
    assert_eq!(bench.store.asked(), [""; 0]);
}

/// A reader sends one request to the store, and a reader without a cookie none.
pub async fn a_read_sends_one_store_request<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        session.get::<Count>().await?;
        session.get::<Note>().await?;
        ok()
    });
    assert_eq!(bench.client_at(1).await.get("/").await.status, 200);
    assert_eq!(bench.store.asked(), ["load"]);
    assert_eq!(bench.client().get("/").await.status, 200);
    assert_eq!(bench.store.asked(), [""; 0]);
}

/// A writer sends two requests to the store: it opens, and it commits.
pub async fn a_write_sends_two_store_requests<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        session.update(|count: &mut Count| count.0 += 1).await?;
        session.update(|count: &mut Count| count.0 += 1).await?;
        ok()
    });
    let mut client = bench.client_at(1).await;
    client.post("/").await;
    assert_eq!(bench.store.asked(), ["load", "update"]);
    assert_eq!(bench.count(client.cookie()).await, Some(3));
}

/// A writer that changes nothing stores nothing, with or without a session.
pub async fn a_writer_that_changes_nothing_stores_nothing<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        let held = session.hold::<Count>().await?;
        assert!(held.0 < 2);
        ok()
    });
    bench.client_at(1).await.post("/").await;
    assert_eq!(bench.store.asked(), ["load"]);
    assert_eq!(bench.client().post("/").await.values("set-cookie"), [""; 0]);
    assert_eq!(bench.store.asked(), [""; 0]);
}

/// Sign-in sends two requests to the store with a session, and one without.
pub async fn a_sign_in_is_one_write<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        session.set(&Note("signed in".to_owned())).await?;
        session.rotate().await?;
        ok()
    });
    let mut known = bench.client_at(1).await;
    let old = known.cookie().to_owned();
    known.post("/").await;
    assert_eq!(bench.store.asked(), ["load", "rotate"]);
    assert_ne!(known.cookie(), old);
    assert_eq!(bench.count(&old).await, None, "the old id is worth nothing");
    assert_eq!(bench.count(known.cookie()).await, Some(1));
    bench.store.asked();

    let mut new = bench.client();
    new.post("/").await;
    assert_eq!(bench.store.asked(), ["create"]);
    assert!(new.has_cookie());
}

/// Sign-out sends one request, in addition to those that opened the session before.
pub async fn a_sign_out_adds_one_store_request<A: Served>() {
    let bench = Bench::<A>::new(async |session, sent| {
        if sent.path == "/after-reading" {
            session.get::<Count>().await?;
        }
        session.destroy().await?;
        ok()
    });
    let mut client = bench.client_at(1).await;
    client.post("/").await;
    assert_eq!(bench.store.asked(), ["delete"]);
    assert!(!client.has_cookie());

    let mut client = bench.client_at(1).await;
    client.post("/after-reading").await;
    assert_eq!(bench.store.asked(), ["load", "delete"]);
    assert!(!client.has_cookie());
}
