//! Tests of a collector's requests to its store, its waits, and its reports.

mod pace;
mod reports;
mod retries;
mod scripted;
