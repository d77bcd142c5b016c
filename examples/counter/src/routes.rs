use crate::cookie;
use crate::failure::Failure;
use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use axum_extra::extract::CookieJar;
use serde::{Deserialize, Serialize};
use session_kit::Sessions;
use std::time::Duration;
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use tracing::{Level, Span, info_span};

/// What the session holds, and what an increment answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// How often the session was incremented.
    pub count: u64,
}

#[derive(Clone)]
struct App {
    sessions: Sessions<Counter>,
    secure_cookie: bool,
}

/// The application.
pub fn router(sessions: Sessions<Counter>, secure_cookie: bool) -> Router {
    Router::new()
        .route("/", get(show))
        .route("/increment", post(increment))
        .route("/logout", post(logout))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(span)
                .on_request(())
                .on_response(DefaultOnResponse::new().level(Level::INFO))
                .on_failure(()),
        )
        .with_state(App { sessions, secure_cookie })
}

/// Method and path, and neither headers nor cookies: an id never reaches the log.
fn span(request: &Request) -> Span {
    info_span!("request", method = %request.method(), path = request.uri().path())
}

async fn show(State(app): State<App>, jar: CookieJar) -> Result<(CookieJar, String), Failure> {
    let session = app.sessions.read(cookie::presented(&jar)).await?;
    let (count, id) = (session.data().count, session.id().cloned());
    let closed = session.close().await?;
    let (Some(id), Some(expires)) = (id, closed.expires) else {
        return Ok((jar, format!("count {count}, no session yet\n")));
    };
    let remaining = app.sessions.time_to(expires);
    let shown = format!("count {count}, expires in {} s\n", remaining.as_secs());
    if !closed.touched {
        return Ok((jar, shown));
    }
    Ok((jar.add(cookie::carrying(&id, remaining, app.secure_cookie)), shown))
}

#[derive(Deserialize)]
struct Work {
    #[serde(default)]
    hold_ms: u64,
}

async fn increment(
    State(app): State<App>,
    Query(work): Query<Work>,
    jar: CookieJar,
) -> Result<(CookieJar, Json<Counter>), Failure> {
    let mut session = app.sessions.open(cookie::presented(&jar)).await?;
    let count = session.data().count + 1;
    tokio::time::sleep(Duration::from_millis(work.hold_ms)).await;
    session.data_mut().count = count;
    let committed = session.commit().await?;
    let jar = match committed.cookie() {
        Some((id, expires)) => {
            jar.add(cookie::carrying(id, app.sessions.time_to(expires), app.secure_cookie))
        }
        None => jar,
    };
    Ok((jar, Json(Counter { count })))
}

async fn logout(State(app): State<App>, jar: CookieJar) -> Result<impl IntoResponse, Failure> {
    app.sessions.destroy(cookie::presented(&jar)).await?;
    Ok((StatusCode::NO_CONTENT, jar.remove(cookie::removal())))
}
