//! The cookie that carries the session id.

mod encoding;
mod key;
mod policy;
mod presented;
mod render;
mod rules;
#[cfg(test)]
mod tests;

pub use key::CookieKey;
pub use policy::{CookiePolicy, SameSite};
pub(crate) use presented::PresentedIds;
