//! No secret appears in the log at any level, or in a `Debug` or `Display` text.

#![expect(clippy::unwrap_used, reason = "the helpers of a test are a test")]

use axum::Router;
use axum::body::Body;
use axum::routing::{get, post};
use http::{Request, header};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use session_core::sections::Section;
use session_http::Settings;
use session_memory::MemoryStore;
use session_tower::{
    CookieKey, CookiePolicy, Failure, ReadSection, Session, SessionLayer, WriteSection,
};
use std::fmt::Debug;
use std::io::{self, Write};
use std::sync::Arc;
use tower::ServiceExt;
use tracing_subscriber::fmt::MakeWriter;

/// All text that was logged or shown.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

impl Log {
    fn show(&mut self, shown: &impl Debug) {
        writeln!(self, "{shown:?} {shown:#?}").unwrap();
    }

    fn assert_has_no(&self, secret: &str) {
        let log = String::from_utf8_lossy(&self.0.lock()).into_owned();
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
        let bytes = secret.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ");
        assert!(!log.contains(&bytes), "{secret} is in the log as a list of bytes");
    }
}

const DATA: &str = "a-secret-of-the-user";

#[derive(Debug, Default, Serialize, Deserialize)]
struct Data(String);

impl Section for Data {
    const NAME: &'static str = "data";
}

async fn write(mut data: WriteSection<Data>, session: Session) -> Result<String, Failure> {
    DATA.clone_into(&mut data.0);
    session.rotate().await?;
    Ok(format!("{data:?} {session:?} {:?}", session.later()))
}

async fn read(data: ReadSection<Data>) -> String {
    format!("{data:?}")
}

/// A section of another type under the same name, which cannot decode the first.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Number(u64);

impl Section for Number {
    const NAME: &'static str = "data";
}

async fn corrupt(number: ReadSection<Number>) -> String {
    format!("{number:?}")
}

async fn large(session: Session) -> Result<(), Failure> {
    session.set(&Data(DATA.repeat(1_000))).await?;
    session.rotate().await?;
    Ok(())
}

async fn fails(session: Session) -> Result<(), Failure> {
    session.set(&Data(DATA.to_owned())).await?;
    session.destroy().await?;
    Err(Failure::UNAUTHORIZED)
}

/// Sends a request, shows the response, and returns the cookie that it sets.
async fn send(log: &mut Log, app: &Router, request: http::request::Builder) -> String {
    let Ok(response) = app.clone().oneshot(request.body(Body::empty()).unwrap()).await;
    log.show(&response);
    let set = response.headers().get(header::SET_COOKIE);
    let set = set.map(|set| set.to_str().unwrap().to_owned()).unwrap_or_default();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    log.write_all(&body).unwrap();
    set.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn nothing_secret_is_logged_or_shown() {
    let mut log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
    let subscriber = subscriber.with_ansi(false).with_writer(log.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let key = [b'k'; 32];
    let policy = CookiePolicy::new().signed([CookieKey::new(&key).unwrap()]);
    let store = MemoryStore::builder().max_record_bytes(2_000).build();
    let layer = SessionLayer::new(store).unwrap().cookie(policy).unwrap();
    log.show(&layer);
    let app = Router::new()
        .route("/", get(read).post(write))
        .route("/corrupt", get(corrupt))
        .route("/large", post(large))
        .route("/fails", post(fails))
        .layer(layer);
    let mut cookie = send(&mut log, &app, Request::post("/")).await;
    let mut secrets = vec![cookie.clone()];
    for _ in 0..2 {
        cookie = send(&mut log, &app, Request::post("/").header(header::COOKIE, &cookie)).await;
        secrets.push(cookie.clone());
    }
    for path in ["/", "/corrupt"] {
        send(&mut log, &app, Request::get(path).header(header::COOKIE, &cookie)).await;
    }
    for path in ["/large", "/fails", "/"] {
        send(&mut log, &app, Request::post(path).header(header::COOKIE, &cookie)).await;
    }

    let logged = String::from_utf8_lossy(&log.0.lock()).into_owned();
    assert!(logged.contains("the session failed"), "something was logged:\n{logged}");
    for secret in secrets {
        let (_, value) = secret.split_once('=').unwrap();
        let (id, signature) = value.split_once('.').unwrap();
        log.assert_has_no(id);
        log.assert_has_no(signature);
    }
    log.assert_has_no(DATA);
    log.assert_has_no(str::from_utf8(&key).unwrap());
}

#[test]
fn what_holds_secrets_shows_none() {
    let mut log = Log::default();
    let sessions = session_core::Sessions::<String>::builder(
        session_core::LastWriteWins::new(MemoryStore::new()),
        session_core::codec::Json::new(),
    );
    let settings = Arc::new(Settings::new(sessions.build().unwrap()));
    let (session, end) =
        settings.begin(session_tower::Access::Write, [&b"__Host-Http-id=abcdef0123"[..]]);
    log.show(&settings);
    log.show(&session);
    log.show(&end);
    log.show(&session.later());
    let ending = end.finish(200);
    log.show(&ending);
    log.assert_has_no("abcdef0123");
}
