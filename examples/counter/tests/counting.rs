//! Tests of the counter over HTTP, with a socket for each test.

mod client;

use client::Client;
use reqwest::StatusCode;
use session_counter::Locking;

#[tokio::test]
async fn the_first_increment_sets_a_cookie_that_scripts_cannot_read() {
    let client = Client::start(Locking::None).await;
    let answer = client.increment(None, 0).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body, r#"{"count":1}"#);
    let cookie = answer.set_cookie.expect("a new session has a cookie");
    for attribute in ["id=", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.contains(attribute), "{attribute}");
    }
    assert!(!cookie.contains("Secure"), "loopback has no HTTPS");
}

#[tokio::test]
async fn beyond_loopback_the_cookie_is_secure() {
    let client = Client::start_secure(Locking::None).await;
    let cookie = client.increment(None, 0).await.set_cookie.expect("a new session has a cookie");
    assert!(cookie.contains("; Secure"));
}

#[tokio::test]
async fn the_count_goes_on_with_the_cookie_and_the_page_shows_it() {
    let client = Client::start(Locking::None).await;
    assert_eq!(client.show(None).await.body, "count 0, no session yet\n");
    let id = client.first_increment().await;
    let second = client.increment(Some(&id), 0).await;
    assert_eq!(second.body, r#"{"count":2}"#);
    let cookie = second.set_cookie.expect("the expiry of the session has moved");
    assert!(
        cookie.starts_with(&format!("id={id}; ")) && cookie.contains("; Max-Age=14"),
        "{cookie}"
    );
    let shown = client.show(Some(&id)).await;
    assert!(shown.body.starts_with("count 2, expires in 14"), "{}", shown.body);
}

#[tokio::test]
async fn an_id_that_is_none_or_unknown_gets_a_session_of_its_own() {
    let client = Client::start(Locking::None).await;
    for presented in ["chosen-by-an-attacker", "not an id", "a=b", &"a".repeat(5_000)] {
        let answer = client.increment(Some(presented), 0).await;
        assert_eq!(answer.body, r#"{"count":1}"#);
        let cookie = answer.set_cookie.expect("a new session has a cookie");
        assert!(!cookie.contains(presented), "{presented} was adopted");
    }
}

#[tokio::test]
async fn a_logout_ends_the_session() {
    let client = Client::start(Locking::None).await;
    let id = client.first_increment().await;
    let logout = client.logout(&id).await;
    assert_eq!(logout.status, StatusCode::NO_CONTENT);
    assert!(logout.set_cookie.expect("the cookie is removed").contains("Max-Age=0"));
    assert_eq!(client.show(Some(&id)).await.body, "count 0, no session yet\n");
}

#[tokio::test]
async fn a_logout_during_the_work_stays_a_logout() {
    let client = Client::start(Locking::None).await;
    for _ in 0..20 {
        let id = client.first_increment().await;
        let (slow, logout) = tokio::join!(client.increment(Some(&id), 200), client.logout(&id));
        assert_eq!(logout.status, StatusCode::NO_CONTENT);
        assert_eq!(client.show(Some(&id)).await.body, "count 0, no session yet\n");
        // If the logout came first, the increment began a new session.
        if slow.set_cookie.is_none() {
            assert_eq!(slow.status, StatusCode::GONE);
            assert_eq!(slow.body, r#"{"kind":"Gone"}"#);
            return;
        }
    }
    panic!("the logout came first twenty times");
}

#[tokio::test]
async fn without_locking_concurrent_increments_are_lost() {
    let client = Client::start(Locking::None).await;
    let id = client.first_increment().await;
    let answers = client.increments(&id, 100, 20).await;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK));
    assert!(client.count(&id).await < 101);
}

#[tokio::test]
async fn optimistic_increments_count_or_are_rejected() {
    let client = Client::start(Locking::Optimistic).await;
    let id = client.first_increment().await;
    let answers = client.increments(&id, 100, 20).await;
    let (counted, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == StatusCode::OK);
    for answer in &refused {
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert_eq!(answer.body, r#"{"kind":"Conflict"}"#);
    }
    assert!(!counted.is_empty() && !refused.is_empty());
    assert_eq!(client.count(&id).await, 1 + counted.len());
}

#[tokio::test]
async fn pessimistic_increments_all_count() {
    for hold_ms in [0, 20] {
        let client = Client::start(Locking::Pessimistic).await;
        let id = client.first_increment().await;
        let answers = client.increments(&id, 100, hold_ms).await;
        assert!(answers.iter().all(|answer| answer.status == StatusCode::OK));
        assert_eq!(client.count(&id).await, 101);
    }
}
