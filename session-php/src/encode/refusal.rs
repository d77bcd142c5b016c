use thiserror::Error;

/// Why values cannot be written. No text quotes data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Refusal {
    #[error("nested deeper than the limit of {0}")]
    TooDeep(usize),
    #[error("more values than the limit of {0}")]
    TooMany(usize),
    #[error(
        "a name with a bar cannot be written as php: PHP would drop the whole session; use php_serialize on both sides"
    )]
    NameWithBar,
    #[error(
        "a name of more than 127 bytes cannot be written as php_binary: PHP would drop the variable; use php_serialize on both sides"
    )]
    LongName,
    #[error(
        "a name that is a number can be written as php_serialize alone: PHP would drop the variable"
    )]
    NumberAsName,
    #[error("a reference has no target before it: the target was removed or moved")]
    Dangling,
    #[error("the target of a reference is no longer an object: it was replaced")]
    NotAnObject,
    #[error("two values have the same anchor: give each its own")]
    TwoAnchors,
    #[error(
        "references in or after an object that serializes itself cannot be renumbered: do not add, remove or move values before them"
    )]
    Opaque,
    #[error("the name of an enum contains a colon: such a name is impossible in PHP")]
    EnumName,
}
