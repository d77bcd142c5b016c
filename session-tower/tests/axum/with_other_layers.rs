use crate::support::{Answer, Counter, get, layer_and_cookie, post};
use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::{get as on_get, post as on_post};
use http::{Request, StatusCode, header};
use session_memory::MemoryStore;
use session_tower::{Failure, ReadSection, Session, SessionLayer, WriteSection};
use std::future::pending;
use std::time::Duration;
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

async fn show(counter: ReadSection<Counter>) -> String {
    counter.count.to_string()
}

async fn panics(mut counter: WriteSection<Counter>, session: Session) -> Answer {
    counter.count += 1;
    session.rotate().await?;
    panic!("as planned");
}

async fn hangs(mut counter: WriteSection<Counter>, session: Session) -> Answer {
    counter.count += 1;
    session.rotate().await?;
    pending().await
}

fn routes() -> Router {
    let routes = Router::new().route("/", on_get(show));
    routes.route("/panic", on_post(panics)).route("/hang", on_post(hangs))
}

fn brief(status: StatusCode) -> TimeoutLayer {
    TimeoutLayer::with_status_code(status, Duration::from_millis(20))
}

#[tokio::test]
async fn a_panic_changes_nothing_wherever_it_is_caught() {
    for inside in [true, false] {
        let (layer, cookie) = layer_and_cookie().await;
        let app = if inside {
            routes().layer(CatchPanicLayer::new()).layer(layer)
        } else {
            routes().layer(layer).layer(CatchPanicLayer::new())
        };
        assert_eq!(post(&app, "/panic", &cookie).await.0, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(get(&app, "/", &cookie).await.1, "1", "inside: {inside}");
    }
}

#[tokio::test]
async fn a_time_out_changes_nothing_wherever_it_happens() {
    for (inside, status) in [(true, 408), (true, 503), (false, 408), (false, 503)] {
        let status = StatusCode::from_u16(status).unwrap();
        let layer = SessionLayer::pessimistic(MemoryStore::new()).unwrap();
        let cookie = crate::support::counted(&layer).await;
        let app = if inside {
            routes().layer(brief(status)).layer(layer)
        } else {
            routes().layer(layer).layer(brief(status))
        };
        for _ in 0..2 {
            let (answered, _) = post(&app, "/hang", &cookie).await;
            assert_eq!(answered, status, "inside: {inside}, and the lock is free for the second");
        }
        assert_eq!(get(&app, "/", &cookie).await.1, "1", "inside: {inside}");
    }
}

#[tokio::test]
async fn the_inner_of_two_layers_counts() {
    let (outer, cookie) = layer_and_cookie().await;
    let (inner, _) = layer_and_cookie().await;
    let app = routes().layer(inner).layer(outer);
    assert_eq!(get(&app, "/", &cookie).await.1, "0", "the inner one does not know it");
}

#[tokio::test]
async fn a_refused_commit_has_a_body_and_can_have_another() {
    // A section that is too long for the store fails at the commit.
    let large = async |session: Session| -> Result<&'static str, Failure> {
        session.set(&crate::support::Theme("x".repeat(5_000))).await?;
        Ok("stored")
    };
    let store = || MemoryStore::builder().max_record_bytes(1_000).build();
    let app = Router::new().route("/", on_post(large));
    let plain = app.clone().layer(SessionLayer::new(store()).unwrap());
    let (status, body) = post(&plain, "/", "").await;
    assert_eq!((status.as_u16(), &*body), (500, r#"{"kind":"TooLarge"}"#));

    let page = |failure: &Failure| {
        let mut response = Response::new(Body::from("sorry"));
        *response.status_mut() = failure.status();
        response
    };
    let own = app.layer(SessionLayer::new(store()).unwrap().refuse(page));
    let Ok(response) = own.clone().oneshot(Request::post("/").body(Body::empty()).unwrap()).await;
    assert_eq!(response.headers().get(header::VARY).unwrap(), "Cookie");
    assert_eq!(response.headers().get(header::SET_COOKIE), None);
    assert_eq!(crate::support::text(response).await, "sorry");
}
