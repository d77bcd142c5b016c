use axum::Router;
use axum::routing::{get, post};
use axum_session::{SessionConfig, SessionNullPool, SessionStore};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use session_core::sections::Section;
use session_memory::MemoryStore;
use session_tower::{Failure, SessionLayer};
use tower::layer::util::Identity;
use tower_sessions::SessionManagerLayer;
use tower_sessions::session::Error;

/// A layer of sessions, with the handlers of an application that uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Application {
    /// A layer that does nothing, and handlers without sessions
    Empty,
    /// `SessionLayer::new`
    Optimistic,
    /// `SessionLayer::pessimistic`
    Pessimistic,
    /// tower-sessions with its memory store
    TowerSessions,
    /// `axum_session` without a database
    AxumSession,
}

const COUNT: &str = "count";

#[derive(Default, Serialize, Deserialize)]
struct Counter {
    count: u64,
}

impl Section for Counter {
    const NAME: &'static str = COUNT;
}

impl Application {
    /// The router. A runtime must be there.
    ///
    /// # Panics
    ///
    /// If a layer rejects its defaults.
    pub async fn router(self) -> Router {
        match self {
            Self::Empty => empty(),
            Self::Optimistic => {
                ours(SessionLayer::new(MemoryStore::new()).expect("the store compares versions"))
            }
            Self::Pessimistic => {
                ours(SessionLayer::pessimistic(MemoryStore::new()).expect("the store locks"))
            }
            Self::TowerSessions => tower_sessions(),
            Self::AxumSession => axum_session().await,
        }
    }
}

fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/untouched", get(async || "untouched"))
}

fn text(count: u64) -> String {
    format!("count {count}")
}

fn empty() -> Router {
    let answer = async || text(1);
    router().route("/reading", get(answer)).route("/writing", post(answer)).layer(Identity::new())
}

fn ours(layer: SessionLayer) -> Router {
    async fn reading(session: session_tower::Session) -> Result<String, Failure> {
        let counter: Option<Counter> = session.get().await?;
        Ok(text(counter.unwrap_or_default().count))
    }
    async fn writing(session: session_tower::Session) -> Result<String, Failure> {
        let increment = |counter: &mut Counter| {
            counter.count += 1;
            counter.count
        };
        Ok(text(session.update(increment).await?))
    }
    router().route("/reading", get(reading)).route("/writing", post(writing)).layer(layer)
}

fn tower_sessions() -> Router {
    async fn reading(session: tower_sessions::Session) -> String {
        let count: Result<Option<u64>, Error> = session.get(COUNT).await;
        text(count.expect("memory does not fail").unwrap_or_default())
    }
    async fn writing(session: tower_sessions::Session) -> String {
        let count: Result<Option<u64>, Error> = session.get(COUNT).await;
        let count = count.expect("memory does not fail").unwrap_or_default() + 1;
        session.insert(COUNT, count).await.expect("memory does not fail");
        text(count)
    }
    let layer = SessionManagerLayer::new(tower_sessions::MemoryStore::default());
    router().route("/reading", get(reading)).route("/writing", post(writing)).layer(layer)
}

async fn axum_session() -> Router {
    type Session = axum_session::Session<SessionNullPool>;

    async fn reading(session: Session) -> String {
        text(session.get(COUNT).unwrap_or_default())
    }
    async fn writing(session: Session) -> String {
        let count = session.get::<u64>(COUNT).unwrap_or_default() + 1;
        session.set(COUNT, count);
        text(count)
    }
    let store = SessionStore::<SessionNullPool>::new(None, SessionConfig::default());
    let layer = axum_session::SessionLayer::new(store.await.expect("there is no database to fail"));
    router().route("/reading", get(reading)).route("/writing", post(writing)).layer(layer)
}
