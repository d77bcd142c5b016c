//! Ends the process: finishes or aborts the requests, and releases the locks.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use std::io;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;

/// Completes when somebody wants the process to end: on control-C, and on SIGTERM.
///
/// # Errors
///
/// Failures to handle the signals.
#[cfg(unix)]
pub fn termination() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Completes when somebody wants the process to end: on control-C.
///
/// # Errors
///
/// None.
#[cfg(not(unix))]
pub fn termination() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// Aborts the requests that are not finished some time after the end has begun.
#[derive(Debug)]
pub struct Grace {
    time: Duration,
    is_over: watch::Sender<bool>,
}

impl Grace {
    /// Requests get so much time to end.
    pub fn of(time: Duration) -> Self {
        Self { time, is_over: watch::Sender::new(false) }
    }

    /// The application, whose requests are given up when the time is over.
    pub fn limit(&self, app: Router) -> Router {
        app.layer(from_fn_with_state(self.is_over.subscribe(), answer_in_time))
    }

    /// Completes with `termination`, from when on the time runs.
    pub async fn begin(self, termination: impl Future<Output = ()>) {
        termination.await;
        tokio::spawn(async move {
            sleep(self.time).await;
            self.is_over.send_replace(true);
        });
    }
}

/// Answers 503 in place of a handler that is too slow at the end.
///
/// The handler is dropped, and its session with it, which releases the lock.
async fn answer_in_time(
    State(mut is_over): State<watch::Receiver<bool>>,
    request: Request,
    next: Next,
) -> Response {
    tokio::select! {
        response = next.run(request) => response,
        Ok(_) = is_over.wait_for(|is_over| *is_over) => {
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")]).into_response()
        }
    }
}
