use crate::burst::{self, Burst};
use crate::locking::Locking;
use crate::view::{self, Viewer};
use crate::{assets, guard, handlers, headers, sign_in};
use axum::Router;
use axum::middleware::{from_fn, map_response};
use axum::routing::{get, post};
use session_kit::store::LockingStore;
use session_kit::time::Clock;
use session_kit::tower::{Access, access};
use session_kit::{Lifetime, Result, SessionLayer};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;

/// The settings of an application.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the sessions are stored.
    pub store: Arc<dyn LockingStore>,
    /// The name of the store, for the page.
    pub store_name: &'static str,
    /// The strategy of all requests, but for bursts that ask for another one.
    pub locking: Locking,
    /// How long sessions live.
    pub lifetime: Lifetime,
    /// The clock by which sessions expire. A store in memory has the same one.
    pub clock: Arc<dyn Clock>,
}

/// The application: its router, and the layers that wait at the shutdown.
#[derive(Clone)]
pub struct App {
    router: Router,
    layers: [SessionLayer; 3],
}

impl App {
    /// An application by these settings.
    ///
    /// # Errors
    ///
    /// Settings that do not fit together.
    pub fn new(settings: &Settings) -> Result<Self> {
        let [none, optimistic, pessimistic] = Locking::ALL.map(|locking| layer(settings, locking));
        let layers = [none?, optimistic?, pessimistic?];
        let viewer = Viewer {
            sessions: settings.locking.sessions(
                &settings.store,
                settings.lifetime,
                &settings.clock,
            )?,
            store: settings.store_name,
            locking: settings.locking,
        };
        let routers = layers.clone().map(|layer| requests().layer(layer));
        let burst = Burst::new(routers, viewer);
        Ok(Self { router: router(burst), layers })
    }

    /// The router, for a server or a test.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Waits until commits are finished and locks are released.
    ///
    /// It waits no longer than `timeout` for each strategy, and returns how many locks are left.
    pub async fn drain(&self, timeout: Duration) -> usize {
        let mut left = 0;
        for layer in &self.layers {
            left += layer.drain(timeout).await.pending_releases;
        }
        left
    }
}

/// Sessions over the one store, opened by this strategy.
fn layer(settings: &Settings, locking: Locking) -> Result<SessionLayer> {
    let Settings { store, lifetime, clock, .. } = settings;
    locking.sessions(store, *lifetime, clock).map(SessionLayer::over)
}

/// The requests that use a session through the layer.
fn requests() -> Router {
    Router::new()
        .route("/increment", post(handlers::increment))
        .route("/begin", post(handlers::begin))
        .route("/basket", post(handlers::add))
        .route("/basket/empty", post(handlers::empty))
        .route("/login", post(sign_in::login))
        .route("/logout", post(sign_in::logout).layer(access(Access::Read)))
        .route("/healthz", get(handlers::healthz))
}

fn router(burst: Burst) -> Router {
    let view =
        Router::new().route("/api/session", get(view::show)).with_state(burst.viewer().clone());
    let requests = burst.router_of_server();
    let burst = Router::new().route("/burst", post(burst::run)).with_state(burst);
    let all = requests.merge(view).merge(burst).merge(assets::router());
    all.layer(from_fn(guard::reject_cross_site)).layer(map_response(headers::protect))
}

impl Debug for App {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("App").finish_non_exhaustive()
    }
}
