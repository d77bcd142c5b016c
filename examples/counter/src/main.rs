//! Starts the counter.

use clap::Parser;
use session_core::{CollectingStore, Collector};
use session_counter::{Args, router, sessions};
use session_locking::TokioTimer;
use std::error::Error;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tracing::{info, warn};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let log = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,aws_config=error,dynoxide=error"));
    let colours = std::io::stdout().is_terminal();
    tracing_subscriber::fmt().with_env_filter(log).with_ansi(colours).with_target(false).init();
    match serve(&Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(args: &Args) -> Result<(), Box<dyn Error>> {
    let store = args.store.open().await?;
    tokio::spawn(collect(Arc::clone(&store.collecting)));
    let sessions = sessions(Arc::clone(&store.locking), args.locking, args.lock_options())?;
    let app = router(sessions, args.secure_cookie());
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(|error| format!("failed to listen on {}: {error}; try --listen", args.listen))?;
    info!("counting on http://{}, locking: {}", listener.local_addr()?, args.locking);
    axum::serve(listener, app).with_graceful_shutdown(interrupted()).await?;
    Ok(())
}

/// Removes the expired sessions once a minute.
async fn collect(store: Arc<dyn CollectingStore>) {
    let timer = Arc::new(TokioTimer::new());
    let collector = Collector::new(store, timer);
    let mut minutes = tokio::time::interval(Duration::from_mins(1));
    loop {
        minutes.tick().await;
        match collector.run(None, |_| ()).await {
            Ok(report) if report.deleted > 0 => info!("collected {} sessions", report.deleted),
            Ok(_) => {}
            Err(stopped) => warn!("{stopped}: {}", stopped.error),
        }
    }
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
