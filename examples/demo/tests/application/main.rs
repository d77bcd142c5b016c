//! Tests of the application through its router: bursts, sign-in, sign-out and rejections.

mod bursts;
mod client;
mod pages;
mod rejections;
mod sessions;
