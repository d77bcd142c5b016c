//! The application through its router: bursts, sign-in and sign-out, and what is rejected.

mod bursts;
mod client;
mod pages;
mod rejections;
mod sessions;
