use crate::client::Client;
use axum::http::StatusCode;
use serde_json::{Value, json};
use session_demo::Locking;
use std::time::Duration;

#[tokio::test]
async fn an_increment_counts() {
    for locking in Locking::ALL {
        let mut client = Client::new(locking);
        assert_eq!(client.post("/increment").await.text, r#"{"count":1}"#);
        assert_eq!(client.post("/increment?hold_ms=1").await.text, r#"{"count":2}"#);
        assert_eq!(client.session().await["count"], 2);
    }
}

#[tokio::test]
async fn a_sign_in_rotates_the_id_and_keeps_the_data() {
    for locking in Locking::ALL {
        let mut client = Client::new(locking);
        client.post("/increment").await;
        let mut before = client.clone();
        let fingerprint = client.session().await["fingerprint"].clone();
        let answer = client.post_form("/login", "user=+Ada+Lovelace+").await;
        assert_eq!(
            (answer.status, answer.json()),
            (StatusCode::OK, json!({ "user": "Ada Lovelace" }))
        );
        assert_ne!(client.cookie, before.cookie);
        let session = client.session().await;
        assert_ne!(session["fingerprint"], fingerprint);
        assert_eq!((&session["user"], &session["count"]), (&"Ada Lovelace".into(), &1.into()));
        assert_eq!(before.session().await, Value::Null, "the old id lives");
    }
}

#[tokio::test]
async fn a_sign_out_removes_the_cookie_by_the_attributes_that_it_was_set_with() {
    let mut client = Client::new(Locking::Optimistic);
    let set = client.post_form("/login", "user=Ada").await;
    let mut other_window = client.clone();
    let removed = client.post("/logout").await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    let attributes = |cookie: &str| {
        let parts = cookie.split("; ").skip(1).filter(|part| !part.starts_with("Max-Age"));
        parts.map(str::to_owned).collect::<Vec<_>>()
    };
    let [set, removed] = [&set, &removed].map(|answer| answer.set_cookie().expect("it has one"));
    assert_eq!(attributes(set), attributes(removed));
    assert!(removed.starts_with("__Host-Http-id=; ") && removed.contains("Max-Age=0"), "{removed}");
    assert_eq!(other_window.session().await, Value::Null);
}

/// The request reads before the sign-out and writes after it.
///
/// Time advances when all tasks wait.
#[tokio::test(start_paused = true)]
async fn a_slow_request_does_not_bring_back_a_session_that_was_signed_out() {
    for locking in Locking::ALL {
        let mut client = Client::new(locking);
        client.post_form("/login", "user=Ada").await;
        let mut slow = client.clone();
        let mut running = Box::pin(slow.post("/increment?hold_ms=100"));
        assert!(goes_on(&mut running).await, "it is answered too early");
        client.post("/logout").await;
        let answer = running.await;
        assert_eq!((answer.status, answer.set_cookie()), (StatusCode::CONFLICT, None));
        assert_eq!(slow.session().await, Value::Null);
    }
}

/// Runs the future for a moment, and returns whether it is still pending.
async fn goes_on<T>(running: &mut (impl Future<Output = T> + Unpin)) -> bool {
    tokio::time::timeout(Duration::from_millis(10), running).await.is_err()
}

#[tokio::test]
async fn the_basket_is_a_section_of_its_own() {
    let mut client = Client::new(Locking::Optimistic);
    client.post("/increment").await;
    let mut other = client.clone();
    let (increment, basket) = tokio::join!(
        client.post("/increment?hold_ms=20"),
        other.post_form("/basket", "item=bread")
    );
    assert_eq!((increment.status, basket.status), (StatusCode::OK, StatusCode::OK));
    let session = client.session().await;
    assert_eq!((&session["count"], &session["basket"]), (&2.into(), &json!({ "bread": 1 })));
    client.post("/basket/empty").await;
    let session = client.session().await;
    assert_eq!((&session["count"], &session["basket"]), (&2.into(), &json!({})));
}

#[tokio::test]
async fn a_basket_holds_99_of_a_thing() {
    let mut client = Client::new(Locking::Optimistic);
    for _ in 0..101 {
        client.post_form("/basket", "item=apple").await;
    }
    assert_eq!(client.session().await["basket"]["apple"], 99);
}

#[tokio::test]
async fn looking_does_not_move_the_expiry() {
    let mut client = Client::new(Locking::Optimistic);
    client.post("/increment").await;
    assert_eq!(client.session().await["expires_in_s"], 1_440);
    client.clock.advance(Duration::from_secs(1_000));
    assert_eq!(client.session().await["expires_in_s"], 440);
    assert_eq!(client.session().await["expires_in_s"], 440);
    client.post("/increment").await;
    assert_eq!(client.session().await["expires_in_s"], 1_440);
    client.clock.advance(Duration::from_secs(1_441));
    assert_eq!(client.session().await, Value::Null);
}

#[tokio::test]
async fn looking_creates_no_session() {
    let mut client = Client::new(Locking::Optimistic);
    for path in ["/", "/api/session", "/healthz", "/window"] {
        assert_eq!(client.get(path).await.set_cookie(), None, "{path}");
    }
    assert_eq!(client.post("/basket/empty").await.set_cookie(), None);
    assert_eq!(client.session().await, Value::Null);
}
