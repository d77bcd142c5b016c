//! Starts the counter.

use clap::Parser;
use session_counter::{Args, Grace, router, sessions, termination};
use session_kit::Collector;
use session_kit::collector::{CollectError, Report};
use session_kit::store::CollectingStore;
use session_kit::time::TokioTimer;
use std::error::Error;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tracing::{info, warn};
use tracing_subscriber::EnvFilter;

/// How long locks may take to be released when the process is to end.
const DRAIN: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> ExitCode {
    let log = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,aws_config=error,dynoxide=error"));
    let colors = std::io::stdout().is_terminal();
    tracing_subscriber::fmt().with_env_filter(log).with_ansi(colors).with_target(false).init();
    match serve(&Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(args: &Args) -> Result<(), Box<dyn Error>> {
    args.check()?;
    let (termination, grace) = (termination()?, Grace::of(args.grace));
    let store = args.store.open().await?;
    if let Some(collecting) = &store.collecting {
        tokio::spawn(collect(Arc::clone(collecting)));
    }
    let sessions = sessions(Arc::clone(&store.locking), args.locking, args.lock_options())?;
    let addresses = args.listen.addresses();
    let listener = TcpListener::bind(addresses)
        .await
        .map_err(|error| format!("failed to listen on {addresses:?}: {error}; try --listen"))?;
    let address = listener.local_addr()?;
    let app = grace.limit(router(sessions.clone(), !address.ip().is_loopback()));
    info!("counting on http://{address}, locking: {}", args.locking);
    axum::serve(listener, app).with_graceful_shutdown(grace.begin(termination)).await?;
    let drained = sessions.drain(DRAIN).await;
    if !drained.is_complete() {
        warn!("{} sessions stay locked until their lease is over", drained.pending_releases);
    }
    Ok(())
}

/// Removes the expired sessions, once a minute on average.
///
/// Memory and a file are used on one host, by one clock. So there is no need to wait for a grace.
async fn collect(store: Arc<dyn CollectingStore>) {
    let collector = Collector::new(store, TokioTimer::new()).grace(Duration::ZERO);
    let heard = |walk: Result<&Report, &CollectError>| match walk {
        Ok(report) if report.deleted > 0 => info!("collected {} sessions", report.deleted),
        Ok(_) => {}
        Err(stopped) => warn!("{stopped}: {}", stopped.error),
    };
    let Err(stopped) = collector.every(Duration::from_mins(1), heard).await;
    warn!("{stopped}: {}", stopped.error);
}
