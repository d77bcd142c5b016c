//! Starts the demonstration.

use clap::Parser;
use session_demo::{App, Args, collect, serve, termination};
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    log();
    match run(&Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes warnings to standard error, so that standard output has only the address.
fn log() {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("warn,aws_config=error,dynoxide=error"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_target(false);
    log.with_writer(std::io::stderr).init();
}

async fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    args.store.check()?;
    let termination = termination()?;
    let listener = listen(args).await?;
    let store = args.store.open().await?;
    if let Some(collecting) = &store.collecting {
        tokio::spawn(collect(Arc::clone(collecting)));
    }
    let app = App::new(&args.settings(Arc::clone(&store.locking))?)?;
    announce(args, &listener)?;
    serve(listener, &app, termination).await
}

async fn listen(args: &Args) -> Result<TcpListener, String> {
    let addresses = args.listen.addresses();
    let bound = TcpListener::bind(addresses).await;
    bound.map_err(|error| format!("failed to listen on {addresses:?}: {error}; try --listen 0"))
}

fn announce(args: &Args, listener: &TcpListener) -> Result<(), Box<dyn Error>> {
    let address = listener.local_addr()?;
    println!(
        "open {} (store: {}, locking: {})",
        args.listen.url(address),
        args.store.store,
        args.locking
    );
    if !address.ip().is_loopback() {
        println!("browsers keep the cookie over HTTPS alone: other hosts need a proxy with TLS");
    }
    Ok(())
}
