//! Tests of the page in a real browser.
//!
//! `.ci/browser-tests` installs Chromium and axe-core, and runs and counts these tests.

mod accessibility;
mod bursts;
#[expect(dead_code, reason = "no test compares pictures")]
mod driver;
mod origin;
mod page;
mod server;
mod signing_in;
mod windows;
