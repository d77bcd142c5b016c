//! The command `sessions`, for those who start it from a program of their own.
//!
//! ```no_run
//! use clap::Parser;
//! use session_cli::program::{Args, run};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let args = Args::try_parse_from(["sessions", "survey", "--table", "web"])?;
//! println!("{}", run(&args).await?);
//! # Ok(())
//! # }
//! ```

mod args;
mod config;
mod decoder;
#[cfg(feature = "demo")]
mod demo;
#[cfg(not(feature = "demo"))]
#[path = "program/no_demo.rs"]
mod demo;
mod heard;
mod progress;
mod report;
mod run;
mod token;

pub use args::{Args, Command, Form, Format, TableArgs, TargetArgs, Writer};
pub use run::run;
