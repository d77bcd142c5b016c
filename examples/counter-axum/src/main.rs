//! The smallest web counter, on `http://127.0.0.1:3000`, with a count per browser.

use axum::{Router, routing::get, routing::post};
use serde::{Deserialize, Serialize};
use session_kit::{MemoryStore, ReadSection, SessionLayer, WriteSection, sections::Section};

#[derive(Default, Serialize, Deserialize)]
struct Counter {
    count: u64,
}

impl Section for Counter {
    const NAME: &'static str = "counter";
}

async fn show(counter: ReadSection<Counter>) -> String {
    format!("count {}\n", counter.count)
}

async fn increment(mut counter: WriteSection<Counter>) -> String {
    counter.count += 1;
    format!("count {}\n", counter.count)
}

pub(crate) fn app(sessions: SessionLayer) -> Router {
    let routes = Router::new().route("/", get(show)).route("/increment", post(increment));
    routes.layer(sessions)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sessions = SessionLayer::new(MemoryStore::new())?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, app(sessions)).await?)
}
