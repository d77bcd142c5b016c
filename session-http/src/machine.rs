//! The states of one request's session, and the steps between them.

mod begun;
mod committing;
mod cookie_change;
mod destroying;
mod end;
mod finish;
mod opening;
mod shared;
mod state;

pub(crate) use begun::Begun;
pub use end::{End, Ended, Ending, Finishing};
pub(crate) use finish::Finish;
pub(crate) use opening::{RequiredAccess, open, read};
pub(crate) use shared::Shared;
pub(crate) use state::{Inner, over};
