use crate::support::{Answer, Counter, Theme, get, layer_and_cookie, post};
use axum::Router;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get as on_get, post as on_post};
use http::StatusCode;
use session_tower::{Failure, ReadSection, Session, WriteSection};

async fn show(counter: ReadSection<Counter>) -> String {
    counter.count.to_string()
}

async fn increment(mut counter: WriteSection<Counter>) -> String {
    counter.count += 1;
    counter.count.to_string()
}

#[tokio::test]
async fn sections_are_extracted_and_written_back() {
    let (layer, cookie) = layer_and_cookie().await;
    let app = Router::new().route("/", on_get(show).post(increment)).layer(layer);
    assert_eq!(post(&app, "/", &cookie).await, (StatusCode::OK, "2".to_owned()));
    assert_eq!(get(&app, "/", &cookie).await, (StatusCode::OK, "2".to_owned()));
    assert_eq!(get(&app, "/", "no=cookie").await, (StatusCode::OK, "0".to_owned()));
}

#[tokio::test]
async fn an_option_says_whether_there_is_a_section() {
    let handle = async |counter: Option<ReadSection<Counter>>,
                        theme: Option<ReadSection<Theme>>| {
        format!("{} {}", counter.is_some(), theme.is_some())
    };
    let (layer, cookie) = layer_and_cookie().await;
    let app = Router::new().route("/", on_get(handle)).layer(layer);
    assert_eq!(get(&app, "/", &cookie).await.1, "true false");
}

#[tokio::test]
async fn a_missing_layer_is_an_error_that_says_so() {
    let app = Router::new().route("/", on_get(show).post(increment));
    for (status, body) in [get(&app, "/", "").await, post(&app, "/", "").await] {
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(body.contains("add a SessionLayer to the router"), "{body}");
    }
}

#[tokio::test]
async fn a_second_writer_of_a_section_is_refused() {
    let twice = async |_: WriteSection<Counter>, _: WriteSection<Counter>| ();
    let two = async |mut counter: WriteSection<Counter>, mut theme: WriteSection<Theme>| {
        counter.count += 1;
        "dark".clone_into(&mut theme.0);
    };
    let (layer, cookie) = layer_and_cookie().await;
    let app = Router::new().route("/twice", on_post(twice)).route("/two", on_post(two));
    let app = app.route("/", on_get(show)).layer(layer);
    assert_eq!(post(&app, "/twice", &cookie).await.0, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(post(&app, "/two", &cookie).await.0, StatusCode::OK);
    assert_eq!(get(&app, "/", &cookie).await.1, "2");
}

#[tokio::test]
async fn middleware_and_handler_share_the_session() {
    let require = async |session: Session, request, next: Next| -> Result<Response, Failure> {
        session.get::<Theme>().await?.ok_or(Failure::UNAUTHORIZED)?;
        session.update(|counter: &mut Counter| counter.count += 10).await?;
        Ok(next.run(request).await.into_response())
    };
    let enter = async |session: Session| -> Answer {
        session.set(&Theme("dark".to_owned())).await?;
        Ok(String::new())
    };
    let (layer, cookie) = layer_and_cookie().await;
    let inside = Router::new().route("/inside", on_post(increment)).layer(from_fn(require));
    let app = inside.route("/enter", on_post(enter)).layer(layer);
    assert_eq!(post(&app, "/inside", &cookie).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(post(&app, "/enter", &cookie).await.0, StatusCode::OK);
    assert_eq!(post(&app, "/inside", &cookie).await, (StatusCode::OK, "12".to_owned()));
}
