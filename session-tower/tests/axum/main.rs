//! Tests of the extractors, of the layers of routes, and of a server over TCP.

#![expect(clippy::unwrap_used, reason = "the helpers of a test are a test")]

mod extracting;
mod routes;
mod support;
mod tcp;
mod testing;
mod with_other_layers;
