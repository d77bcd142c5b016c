use serde::de::{Error, Expected, Unexpected};
use std::fmt::{self, Display, Formatter};

/// Why a value is not what a type asks for.
///
/// It names the fields on the way, which are the program's own words, and the numbers of entries.
/// Of the messages that types make only those are kept that cannot quote data.
#[derive(Debug)]
pub(crate) struct Mismatch(Box<Inner>);

#[derive(Debug)]
struct Inner {
    what: String,
    /// The way to the value, from its end.
    path: Vec<Step>,
}

/// A step on the way to a value.
#[derive(Debug)]
pub(super) enum Step {
    /// A field of a struct, which the type names.
    Field(&'static str),
    /// The number of an entry, counted from 0.
    Entry(usize),
}

impl Mismatch {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self(Box::new(Inner { what: what.into(), path: Vec::new() }))
    }

    pub(super) fn too_many(what: &str, limit: usize) -> Self {
        Self::new(format!("more {what} than the limit of {limit}"))
    }

    pub(super) fn too_deep(limit: usize) -> Self {
        Self::new(format!("nested deeper than the limit of {limit}"))
    }

    /// The same, one step further from the value.
    pub(super) fn within(mut self, step: Step) -> Self {
        self.0.path.push(step);
        self
    }
}

impl Display for Mismatch {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.what)?;
        for (number, step) in self.0.path.iter().rev().enumerate() {
            formatter.write_str(match (number, step) {
                (0, _) => " at ",
                (_, Step::Field(_)) => ".",
                (_, Step::Entry(_)) => "",
            })?;
            match step {
                Step::Field(name) => formatter.write_str(name)?,
                Step::Entry(entry) => write!(formatter, "[{entry}]")?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Mismatch {}

impl Error for Mismatch {
    // What a type says may quote the data.
    fn custom<T: Display>(_: T) -> Self {
        Self::new("a value that the type rejects")
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {expected}, found {}", kind(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {expected}, found another {}", kind(found)))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {expected}, found {length} entries"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("expected a variant among {}", expected.join(", ")))
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("expected a field among {}", expected.join(", ")))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("the field {field} is missing"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(format!("the field {field} is there twice"))
    }
}

/// The kind of the value, without the value.
fn kind(found: Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "integer",
        Unexpected::Float(_) => "float",
        Unexpected::Char(_) | Unexpected::Str(_) => "string",
        Unexpected::Bytes(_) => "string of bytes",
        Unexpected::Unit => "null",
        Unexpected::Seq => "list",
        Unexpected::Map => "array",
        _ => "value",
    }
}
