//! Sections: the data of one session in pieces, each owned by one piece of code.
//!
//! An application, its middleware and the crates that they use each keep a type of their own in the
//! session, under a [name](Section::NAME). None of them needs to know the types of the others:
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use session_core::codec::Codec;
//! use session_core::sections::{JsonSections, Section, Sections};
//! use session_core::store::Payload;
//!
//! #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
//! struct Counter {
//!     count: u64,
//! }
//!
//! impl Section for Counter {
//!     const NAME: &'static str = "counter";
//! }
//!
//! let stored = Payload::text(r#"{"counter":{"count":1},"flash":[ "saved" ]}"#);
//! let mut sections = JsonSections::new().decode(&stored)?;
//! let mut counter: Counter = sections.get()?.unwrap_or_default();
//! counter.count += 1;
//! assert!(sections.set(&counter)?);
//!
//! let changed = JsonSections::new().encode(&sections)?;
//! assert_eq!(changed, Payload::text(r#"{"counter":{"count":2},"flash":[ "saved" ]}"#));
//! # Ok::<(), session_core::Error>(())
//! ```
//!
//! [`Sections`] is the data type of such sessions, and [`JsonSections`] is its codec. The payload is
//! one JSON object with an entry for each section. A `HashMap<String, serde_json::Value>` has the
//! same form, and rows with such a map are read.
//!
//! # Unknown sections
//!
//! A section is decoded when it is asked for, and never before. The others are kept as they were
//! read, byte for byte. So an older version of an application, or one that lacks a crate, loses
//! nothing that a newer one stored.

mod codec;
mod data;
mod entry;
mod merge;
mod source;
mod split;

pub use codec::JsonSections;
pub use data::Sections;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A piece of a session's data that one piece of code owns.
///
/// As with the data of [`Json`](crate::codec::Json), a field may be added with `#[serde(default)]`
/// while old sessions live, and equal maps make equal bytes only if they are ordered.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use session_core::sections::Section;
///
/// #[derive(Serialize, Deserialize)]
/// struct Messages(Vec<String>);
///
/// impl Section for Messages {
///     const NAME: &'static str = "acme-flash";
/// }
/// ```
pub trait Section: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name of the section, which is stored with it.
    ///
    /// It must be unique in the application.
    ///
    /// A crate uses a name that begins with its own: `acme-flash`.
    const NAME: &'static str;
}
