//! The sections of a session.
//!
//! Requests that change different ones at once do not conflict.

use serde::{Deserialize, Serialize};
use session_kit::sections::Section;
use std::collections::BTreeMap;

/// How often the session was incremented.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Counter {
    pub(crate) count: u64,
}

impl Section for Counter {
    const NAME: &'static str = "counter";
}

/// How many of each thing somebody wants.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Basket {
    pub(crate) items: BTreeMap<Item, u32>,
}

impl Section for Basket {
    const NAME: &'static str = "basket";
}

/// A thing for the basket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Item {
    Apple,
    Bread,
    Cheese,
}

/// The user who is signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SignedIn {
    pub(crate) user: String,
}

impl Section for SignedIn {
    const NAME: &'static str = "signed-in";
}
