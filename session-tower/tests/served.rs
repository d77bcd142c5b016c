//! The tests of every adapter, over tower without a framework and over axum.

#![expect(clippy::unwrap_used, reason = "the helpers of a test are a test")]

mod adapters;

mod tower {
    session_http::served!(crate::adapters::Bare);
}

mod axum {
    session_http::served!(crate::adapters::Axum);
}
