//! How the process ends: it finishes its requests and releases its locks.

use crate::App;
use std::error::Error;
use std::io;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// How long running requests may take when the process is to end.
///
/// It is more than the longest burst.
const GRACE: Duration = Duration::from_secs(20);

/// How long locks may take to be released after that.
const DRAIN: Duration = Duration::from_secs(5);

/// Serves the application until `termination`, and then finishes its requests.
///
/// # Errors
///
/// Failures of the listener.
pub async fn serve(
    listener: TcpListener,
    app: &App,
    termination: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Box<dyn Error>> {
    let (begun, is_ending) = oneshot::channel();
    let ending = async move {
        termination.await;
        drop(begun);
    };
    let served = axum::serve(listener, app.router()).with_graceful_shutdown(ending);
    tokio::select! {
        served = async { served.await } => served?,
        () = over(is_ending) => tracing::warn!("gave up the requests that are still running"),
    }
    match app.drain(DRAIN).await {
        0 => {}
        left => tracing::warn!("{left} sessions stay locked until their lease is over"),
    }
    Ok(())
}

/// Completes some time after the end has begun.
async fn over(is_ending: oneshot::Receiver<()>) {
    is_ending.await.unwrap_or_default();
    tokio::time::sleep(GRACE).await;
}

/// Completes when the process is to end: on control-C, and on SIGTERM.
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

/// Completes when the process is to end: on control-C.
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
