//! Tests of the application by its router: bursts, sign-in, sign-out, rejections.

mod bursts;
mod client;
mod pages;
mod rejections;
mod sessions;
