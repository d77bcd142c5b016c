use crate::Access;
use crate::served::Served;
use crate::served::bench::{Bench, Count, Note, Opening, ok};
use session_core::ErrorKind;

/// A reader that then writes changes the data that it read, or gets an error.
pub async fn an_upgrade_with_a_change_between_is_a_conflict<A: Served>() {
    for opening in [Opening::Optimistic, Opening::Pessimistic] {
        let bench = Bench::<A>::gated(
            opening,
            |settings| settings,
            async |session, sent, gate| {
                let shown = session.get::<Count>().await?.unwrap_or_default();
                if sent.path == "/slow" {
                    gate.wait().await;
                }
                session.set(&Count(shown.0 + 1)).await?;
                ok()
            },
        );
        let mut client = bench.client_at(1).await;
        let slow = client.request("GET", "/slow");
        let other = async {
            bench.gate.reached().await;
            let reply = client.get("/").await;
            bench.gate.open();
            reply
        };
        let (slow, other) = tokio::join!(bench.adapter.call(slow), other);
        assert_eq!((slow.status, other.status), (409, 200));
        bench.settle().await;
        assert_eq!(bench.count(client.cookie()).await, Some(2));
    }
}

/// A write after a sign-out by another request does not create a new session.
pub async fn an_upgrade_of_a_deleted_session_creates_nothing<A: Served>() {
    for opening in [Opening::Optimistic, Opening::Pessimistic] {
        let bench = Bench::<A>::gated(
            opening,
            |settings| settings,
            async |session, sent, gate| {
                if sent.path == "/sign-out" {
                    session.destroy().await?;
                    return ok();
                }
                session.get::<Count>().await?;
                gate.wait().await;
                // A second attempt gets the same error.
                drop(session.set(&Count(9)).await);
                session.set(&Count(9)).await?;
                ok()
            },
        );
        let mut client = bench.client_at(1).await;
        let slow = client.request("GET", "/slow");
        let sign_out = async {
            bench.gate.reached().await;
            client.post("/sign-out").await;
            bench.gate.open();
        };
        let (slow, ()) = tokio::join!(bench.adapter.call(slow), sign_out);
        assert_eq!(slow.status, 409);
        assert_eq!(slow.values("set-cookie"), [""; 0]);
        assert!(!bench.store.asked().contains(&"create"));
    }
}

/// Two parts of a request that use the session at the same time open it once.
pub async fn concurrent_parts_of_a_request_open_the_session_once<A: Served>() {
    let bench = Bench::<A>::locking(async |session, _| {
        let count = session.update(|count: &mut Count| count.0 += 1);
        let both = Note("both".to_owned());
        let note = session.set(&both);
        let (count, note) = tokio::join!(count, note);
        count.and(note)?;
        ok()
    });
    let mut client = bench.client_at(1).await;
    assert_eq!(client.post("/").await.status, 200);
    assert_eq!(bench.store.asked(), ["acquire", "update"]);
}

/// A section has one holder at a time, and the drop writes it back.
pub async fn a_section_has_one_holder_at_a_time<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        let mut count = session.hold::<Count>().await?;
        let kind = |error: session_core::Error| error.kind();
        let twice = session.hold::<Count>().await.map(drop).map_err(kind);
        assert_eq!(twice, Err(ErrorKind::InvalidArgument));
        assert_eq!(session.set(&Count(9)).await.map_err(kind), Err(ErrorKind::InvalidArgument));
        assert_eq!(session.commit().await.map_err(kind), Err(ErrorKind::InvalidArgument));
        session.hold::<Note>().await?.0.push_str("another section is free");
        count.0 += 1;
        drop(count);
        session.hold::<Count>().await?.0 += 1;
        ok()
    });
    let mut client = bench.client_at(1).await;
    assert_eq!(client.post("/").await.status, 200);
    assert_eq!(bench.count(client.cookie()).await, Some(3));
}

/// A route without access sends nothing to the store, and its error says so.
pub async fn a_route_without_access_uses_no_session<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        session.access(Access::Off)?;
        let kind = |result: session_core::Result<()>| result.map_err(|error| error.kind());
        assert_eq!(kind(session.destroy().await.map(drop)), Err(ErrorKind::Config));
        assert_eq!(kind(session.set(&Count(2)).await), Err(ErrorKind::Config));
        session.get::<Count>().await?;
        ok()
    });
    let reply = bench.client_at(1).await.get("/").await;
    assert_eq!((reply.status, reply.values("vary").len()), (500, 0));
    assert_eq!(bench.store.asked(), [""; 0]);
}

/// A closure that uses its own session gets an error at once.
pub async fn a_closure_that_uses_its_session_gets_an_error<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        let again = session.clone();
        let nested = session.write(|_| {
            let polled = futures_util::FutureExt::now_or_never(again.read(|_| ()));
            polled.expect("it does not wait").map_err(|error| error.kind())
        });
        assert_eq!(nested.await?, Err(ErrorKind::InvalidArgument));
        ok()
    });
    assert_eq!(bench.client_at(1).await.post("/").await.status, 200);
}

/// A message that is shown once is read and removed in one request.
pub async fn a_message_is_shown_once<A: Served>() {
    let bench = Bench::<A>::new(async |session, sent| {
        if sent.method == "POST" {
            session.set(&Note("saved".to_owned())).await?;
            return ok();
        }
        let shown = session.take::<Note>().await?;
        assert_eq!(shown.is_some(), sent.path == "/first");
        ok()
    });
    let mut client = bench.client_at(1).await;
    for path in ["/none", "/post", "/first", "/second"] {
        let reply = if path == "/post" { client.post(path).await } else { client.get(path).await };
        assert_eq!(reply.status, 200, "{path}");
    }
    let asked = bench.store.asked();
    assert_eq!(asked, ["load", "load", "update", "load", "update", "load"]);
}

/// After a sign-out, a part of the request that waited creates no new session.
///
/// It waited for the lock.
pub async fn a_waiting_part_of_a_request_creates_no_session_after_a_sign_out<A: Served>() {
    let as_set = |settings| settings;
    let bench = Bench::<A>::gated(Opening::Pessimistic, as_set, async |session, sent, gate| {
        let count = session.update(|count: &mut Count| count.0 += 1);
        if sent.path == "/slow" {
            count.await?;
            gate.wait().await;
            return ok();
        }
        let destroyed = async {
            let destroyed = session.destroy().await;
            gate.open();
            destroyed
        };
        let (count, destroyed) = tokio::join!(count, destroyed);
        destroyed?;
        assert_eq!(count.map_err(|error| error.kind()), Err(ErrorKind::Gone));
        ok()
    });
    let mut client = bench.client_at(1).await;
    let slow = client.request("POST", "/slow");
    let sign_out = async {
        bench.gate.reached().await;
        client.post("/sign-out").await
    };
    let (slow, sign_out) = tokio::join!(bench.adapter.call(slow), sign_out);
    assert_eq!((slow.status, sign_out.status), (409, 200));
    assert!(!bench.store.asked().contains(&"create"));
}
