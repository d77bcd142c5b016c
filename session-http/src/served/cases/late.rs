use crate::served::Served;
use crate::served::bench::{Bench, Count, Opening, ok};
use crate::served::handler::Reply;
use crate::served::store::Trouble;
use crate::{Later, Session};
use parking_lot::Mutex;
use session_core::ErrorKind;
use session_core::sections::Sections;
use std::sync::Arc;

/// A handle that is kept after the response can neither read nor write.
pub async fn a_handle_kept_after_the_response_cannot_be_used<A: Served>() {
    let kept: Arc<Mutex<Option<Session>>> = Arc::default();
    let keep = Arc::clone(&kept);
    let bench = Bench::<A>::new(move |session, _| {
        *keep.lock() = Some(session.clone());
        async move {
            session.update(|count: &mut Count| count.0 += 1).await?;
            ok()
        }
    });
    let mut client = bench.client_at(1).await;
    client.post("/").await;
    bench.store.asked();
    let session = kept.lock().take().expect("the handler kept it");
    let kind = |result: session_core::Result<()>| result.map_err(|error| error.kind());
    assert_eq!(kind(session.set(&Count(9)).await), Err(ErrorKind::Gone));
    assert_eq!(kind(session.get::<Count>().await.map(drop)), Err(ErrorKind::Gone));
    assert_eq!(kind(session.destroy().await.map(drop)), Err(ErrorKind::Gone));
    assert_eq!(kind(session.rotate().await), Err(ErrorKind::Gone));
    assert_eq!(bench.store.asked(), [""; 0]);
    assert_eq!(bench.count(client.cookie()).await, Some(2));
}

/// A stream sees the writes of others and a sign-out, and holds no lock.
pub async fn later_sees_the_writes_and_the_sign_out_of_other_requests<A: Served>() {
    let kept: Arc<Mutex<Option<Later>>> = Arc::default();
    let keep = Arc::clone(&kept);
    let bench = Bench::<A>::locking(move |session, sent| {
        let keep = Arc::clone(&keep);
        async move {
            if sent.path == "/sign-out" {
                session.destroy().await?;
                return ok();
            }
            session.update(|count: &mut Count| count.0 += 1).await?;
            session.rotate().await?;
            if sent.path == "/stream" {
                *keep.lock() = Some(session.later());
            }
            ok()
        }
    });
    let mut client = bench.client_at(1).await;
    client.post("/stream").await;
    let later = kept.lock().take().expect("the handler kept it");
    let count = async || later.read(Sections::get::<Count>).await.and_then(|count| count);
    let answers = "the store answers";
    assert_eq!(count().await.expect(answers), Some(Count(2)), "by the id that the request left");
    let set = later.write(|data| data.set(&Count(7)).map(drop)).await;
    set.and_then(|set| set).expect(answers);
    assert_eq!(bench.count(client.cookie()).await, Some(7));
    assert!(later.is_there().await.expect(answers));

    client.post("/sign-out").await;
    assert!(!later.is_there().await.expect(answers));
    assert_eq!(count().await.expect(answers), None);
    let refused = later.write(|data| data.set(&Count(8)).map(drop)).await;
    assert_eq!(refused.map(drop).map_err(|error| error.kind()), Err(ErrorKind::Gone));
}

/// A response that switches protocols stores the session and releases its lock.
///
/// The socket runs as long as the session exists.
pub async fn a_switch_of_protocols_stores_the_session_and_releases_its_lock<A: Served>() {
    let kept: Arc<Mutex<Option<Later>>> = Arc::default();
    let keep = Arc::clone(&kept);
    let bench = Bench::<A>::locking(move |session, sent| {
        let keep = Arc::clone(&keep);
        async move {
            session.update(|count: &mut Count| count.0 += 1).await?;
            if sent.path == "/sign-out" {
                session.destroy().await?;
                return ok();
            }
            *keep.lock() = Some(session.later());
            Ok(Reply::of(101).with("upgrade", "websocket").with("connection", "upgrade"))
        }
    });
    let mut client = bench.client();
    let reply = client.post("/socket").await;
    assert_eq!((reply.status, reply.values("upgrade")), (101, vec!["websocket".to_owned()]));
    assert_eq!(bench.count(client.cookie()).await, Some(1));
    let socket = kept.lock().take().expect("the handler kept it");
    assert!(socket.is_there().await.expect("the store answers"));
    assert_eq!(client.post("/sign-out").await.status, 200, "no lock is held");
    assert!(!socket.is_there().await.expect("the store answers"));
}

/// A task that opens the session after its response gets an error and no lock.
pub async fn a_task_that_opens_after_the_response_leaves_no_lock<A: Served>() {
    let kept: Arc<Mutex<Option<Session>>> = Arc::default();
    let keep = Arc::clone(&kept);
    let bench = Bench::<A>::gated(
        Opening::Pessimistic,
        |settings| settings,
        move |session, sent, gate| {
            keep.lock().get_or_insert_with(|| session.clone());
            async move {
                if sent.path == "/task" {
                    drop(tokio::spawn(async move { session.set(&Count(9)).await }));
                    gate.wait().await;
                    return ok();
                }
                session.update(|count: &mut Count| count.0 += 1).await?;
                ok()
            }
        },
    );
    let mut client = bench.client_at(1).await;
    bench.store.set(Trouble::Hangs);
    let asks = async {
        bench.asks("acquire").await;
        bench.gate.open();
    };
    let call = bench.adapter.call(client.request("POST", "/task"));
    let (reply, ()) = tokio::join!(call, asks);
    assert_eq!(reply.status, 200);
    bench.store.set(Trouble::None);
    assert_eq!(client.post("/").await.status, 200, "no lease ends: the clock stands still");
    assert_eq!(bench.count(client.cookie()).await, Some(2));
    let session = kept.lock().take().expect("the handler kept it");
    assert!(session.get::<Count>().await.is_err());
}

/// A response whose stream depends on the session varies by cookie.
pub async fn a_stream_varies_by_cookie<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        drop(session.later());
        ok()
    });
    assert_eq!(bench.client_at(1).await.get("/").await.values("vary"), ["Cookie"]);
    assert_eq!(bench.store.asked(), [""; 0]);
}
