//! What a collector asks of its store, how long it waits in between, and what it reports.

mod pace;
mod reports;
mod retries;
mod scripted;
