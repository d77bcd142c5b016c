use crate::support::{Answer, Counter, counted, get, layer_and_cookie, post};
use axum::Router;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{get as on_get, post as on_post};
use http::StatusCode;
use session_core::Sessions;
use session_core::sections::{JsonSections, Sections};
use session_core::store::LockingStore;
use session_locking::{LockOptions, Pessimistic};
use session_memory::MemoryStore;
use session_tower::{Access, Failure, Session, SessionLayer, WriteSection, access, using};
use std::sync::Arc;
use std::time::Duration;

async fn look(session: Session) -> Answer {
    Ok(format!("{:?} {:?}", session.get::<Counter>().await?, *session))
}

#[tokio::test]
async fn a_route_chooses_its_access() {
    let (layer, cookie) = layer_and_cookie().await;
    let app = Router::new()
        .route("/write", on_post(look))
        .route("/search", on_post(look).layer(access(Access::Read)))
        .route("/change", on_get(look).layer(access(Access::Write)))
        .route("/off", on_get(look).layer(access(Access::Off)))
        .layer(layer);
    let ends = |(_, body): (_, String), end| assert!(body.ends_with(end), "{body}");
    ends(post(&app, "/write", &cookie).await, "Session(open for writing)");
    ends(post(&app, "/search", &cookie).await, "Session(open for reading)");
    ends(get(&app, "/change", &cookie).await, "Session(open for writing)");
    assert_eq!(get(&app, "/off", &cookie).await.0, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn the_layer_has_a_rule_for_the_access() {
    let (layer, cookie) = layer_and_cookie().await;
    let rule = |parts: &http::request::Parts| match parts.uri.path() {
        "/search" => Access::Read,
        _ => Access::of_method(parts.method.as_str()),
    };
    let routes = Router::new().route("/search", on_post(look)).route("/", on_post(look));
    let app = routes.layer(layer.access(rule));
    assert!(post(&app, "/search", &cookie).await.1.ends_with("Session(open for reading)"));
    assert!(post(&app, "/", &cookie).await.1.ends_with("Session(open for writing)"));
}

#[tokio::test]
async fn a_choice_that_comes_too_late_is_refused() {
    let uses = async |session: Session, request, next: Next| -> Result<Response, Failure> {
        session.get::<Counter>().await?;
        Ok(next.run(request).await)
    };
    let (layer, cookie) = layer_and_cookie().await;
    let routes = Router::new().route("/", on_post(look).layer(access(Access::Read)));
    let app = routes.layer(from_fn(uses)).layer(layer);
    let (status, body) = post(&app, "/", &cookie).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(body.contains("before its route chose"), "{body}");

    let alone = Router::new().route("/", on_post(look).layer(access(Access::Read)));
    assert!(post(&alone, "/", &cookie).await.1.contains("add a SessionLayer"));
}

fn locked(store: impl LockingStore, wait: Duration) -> Sessions<Sections> {
    let options = LockOptions { max_lock_wait_time: wait, ..LockOptions::default() };
    let strategy = Pessimistic::new(store).with_options(options);
    Sessions::builder(strategy, JsonSections::new()).build().unwrap()
}

#[tokio::test]
async fn one_route_locks() {
    let store = Arc::new(MemoryStore::new());
    let layer = SessionLayer::new(Arc::clone(&store)).unwrap();
    let cookie = counted(&layer).await;
    let checkout = locked(Arc::clone(&store), Duration::from_millis(1));
    let change = async |mut counter: WriteSection<Counter>| counter.count += 1;
    let app = Router::new()
        .route("/checkout", on_post(change).layer(using(checkout.clone())))
        .route("/", on_post(change))
        .layer(layer);
    let (_, id) = cookie.split_once('=').unwrap();
    let held = checkout.open(Some(id)).await.unwrap();
    assert_eq!(post(&app, "/checkout", &cookie).await.0, StatusCode::SERVICE_UNAVAILABLE);
    let (status, body) = post(&app, "/", &cookie).await;
    assert_eq!((status, &*body), (StatusCode::SERVICE_UNAVAILABLE, r#"{"kind":"Locked"}"#));
    let _ = held.commit().await.unwrap();
    assert_eq!(post(&app, "/checkout", &cookie).await.0, StatusCode::OK);
}

#[tokio::test]
async fn sessions_of_any_data_have_a_layer() {
    let strategy = session_core::LastWriteWins::new(MemoryStore::new());
    let sessions = Sessions::<u64>::builder(strategy, session_core::codec::Json::new());
    let layer = SessionLayer::over(sessions.build().unwrap());
    let four = |count: &mut u64| {
        *count = 4;
        Ok(())
    };
    let cookie = layer.cookie_for(four).await.unwrap();
    let handle = async |session: Session<u64>| -> Answer {
        Ok(session.write(|count| std::mem::replace(count, 5)).await?.to_string())
    };
    let app = Router::new().route("/", on_post(handle)).layer(layer);
    assert_eq!(post(&app, "/", &cookie).await.1, "4");
    assert_eq!(post(&app, "/", &cookie).await.1, "5");
}
