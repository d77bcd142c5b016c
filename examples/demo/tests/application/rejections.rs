use crate::client::Client;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::Value;
use session_demo::Locking;

#[tokio::test]
async fn values_out_of_range_are_rejected_with_the_range() {
    let mut client = Client::new(Locking::Optimistic);
    for (path, says) in [
        ("/burst?count=0", "count is 1 to 50"),
        ("/burst?count=51&hold_ms=1", "count is 1 to 50"),
        ("/burst?count=18446744073709551615&hold_ms=2", "count is 1 to 50"),
        ("/burst?count=10&hold_ms=801", "count times hold_ms is at most 8000"),
        ("/burst?count=2&hold_ms=18446744073709551615", "count times hold_ms is at most 8000"),
        ("/burst?retries=51", "retries is at most 50"),
        ("/burst?count=-1", "count"),
        ("/burst?locking=both", "unknown variant `both`"),
        ("/increment?hold_ms=8001", "hold_ms is at most 8000"),
        ("/increment?hold_ms=x", "hold_ms"),
    ] {
        let answer = client.post(path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        let body = answer.json();
        assert_eq!(body["kind"], "InvalidArgument");
        assert!(body["detail"].as_str().expect("it says why").contains(says), "{path}: {body}");
    }
    assert_eq!(client.session().await, Value::Null, "a rejected request made a session");
}

#[tokio::test]
async fn forms_that_name_nothing_are_rejected() {
    let mut client = Client::new(Locking::Optimistic);
    let long = format!("user={}", "a".repeat(41));
    for (path, form) in [
        ("/login", "user="),
        ("/login", "user=++"),
        ("/login", "user=a%00b"),
        ("/login", "name=Ada"),
        ("/login", long.as_str()),
        ("/basket", "item=pearl"),
        ("/basket", ""),
    ] {
        assert_eq!(client.post_form(path, form).await.status, StatusCode::BAD_REQUEST, "{form}");
    }
    assert_eq!(client.session().await, Value::Null);
}

#[tokio::test]
async fn pages_of_other_origins_change_nothing() {
    let mut client = Client::new(Locking::Optimistic);
    client.post_form("/login", "user=Ada").await;
    for path in ["/increment", "/burst?count=1", "/login", "/logout", "/basket", "/begin"] {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "http://evil.example"),
            ("origin", "null"),
        ] {
            let request = Request::post(path).header("host", "localhost:3000").header(name, value);
            let answer = client.send(request.body(Body::empty()).expect("it is one")).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {name}: {value}");
            assert_eq!(answer.json()["kind"], "CrossSite");
        }
    }
    let session = client.session().await;
    assert_eq!((&session["user"], &session["count"]), (&"Ada".into(), &0.into()));
}

#[tokio::test]
async fn the_page_itself_and_curl_change_the_session() {
    let mut client = Client::new(Locking::Optimistic);
    let page = Request::post("/increment").header("sec-fetch-site", "same-origin");
    let page = client.send(page.body(Body::empty()).expect("it is one")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(client.post("/increment").await.text, r#"{"count":2}"#);
}

/// A link from another site opens the page.
#[tokio::test]
async fn a_page_of_another_origin_can_link_here() {
    let mut client = Client::new(Locking::Optimistic);
    let link = Request::get("/").header("sec-fetch-site", "cross-site");
    let link = client.send(link.body(Body::empty()).expect("it is one")).await;
    assert_eq!(link.status, StatusCode::OK);
}
