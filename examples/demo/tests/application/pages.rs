use crate::client::Client;
use axum::http::{StatusCode, header};
use session_demo::Locking;

const FILES: [(&str, &str); 8] = [
    ("/", "text/html; charset=utf-8"),
    ("/style.css", "text/css; charset=utf-8"),
    ("/script.js", "text/javascript; charset=utf-8"),
    ("/api.js", "text/javascript; charset=utf-8"),
    ("/chart.js", "text/javascript; charset=utf-8"),
    ("/window", "text/html; charset=utf-8"),
    ("/window.js", "text/javascript; charset=utf-8"),
    ("/favicon.svg", "image/svg+xml"),
];

#[tokio::test]
async fn the_page_and_its_files_have_their_types() {
    let mut client = Client::new(Locking::Optimistic);
    for (path, kind) in FILES {
        let answer = client.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], kind, "{path}");
        assert!(answer.text.len() > 100, "{path} is empty");
    }
}

#[tokio::test]
async fn every_answer_has_the_policy() {
    let mut client = Client::new(Locking::Optimistic);
    let mut answers = vec![
        client.get("/api/session").await,
        client.get("/healthz").await,
        client.get("/unknown").await,
        client.get("/increment").await,
        client.post("/increment").await,
        client.post("/increment?hold_ms=x").await,
        client.post("/burst?count=1&hold_ms=0").await,
        client.post_form("/login", "user=Ada").await,
        client.post("/logout").await,
    ];
    for (path, _) in FILES {
        answers.push(client.get(path).await);
    }
    for answer in answers {
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("it is text");
        assert!(
            policy.starts_with("default-src 'self';") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert!(answer.headers.contains_key(header::CACHE_CONTROL));
    }
}

/// The policy would reject them, and the user would not see it.
#[tokio::test]
async fn the_pages_have_no_inline_script_and_no_inline_style() {
    let mut client = Client::new(Locking::Optimistic);
    for path in ["/", "/window"] {
        let page = client.get(path).await.text;
        for inline in [" style=", "<style", " onclick=", " onload=", "<script>", "://"] {
            assert!(!page.contains(inline), "{path} has {inline}");
        }
    }
}

#[tokio::test]
async fn health_is_reported_without_a_session() {
    let mut client = Client::new(Locking::Pessimistic);
    let answer = client.get("/healthz").await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "ok\n"));
    assert_eq!(answer.headers.get(header::VARY), None, "it used the session");
}

#[tokio::test]
async fn no_cache_keeps_what_is_shown_of_a_session() {
    let answer = Client::new(Locking::Optimistic).get("/api/session").await;
    assert_eq!(answer.headers[header::CACHE_CONTROL], "private, no-store");
    assert_eq!(answer.headers[header::VARY], "Cookie");
    assert_eq!(answer.json()["store"], "memory");
}
