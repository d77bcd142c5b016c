//! Starts the command `sessions`.

use clap::Parser;
use session_cli::program::{Args, run};
use std::error::Error;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Args::parse()).await {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {}", described(&*error));
            ExitCode::FAILURE
        }
    }
}

/// The error with its sources, each of which adds to the one before it.
fn described(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
