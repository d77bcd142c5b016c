use serde::ser::Error;
use std::borrow::Cow;
use std::fmt::Display;

/// Why a type's data has no form in PHP. Nothing in it quotes data.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unwritable(Cow<'static, str>);

impl Unwritable {
    pub(super) fn new(what: impl Into<Cow<'static, str>>) -> Self {
        Self(what.into())
    }
}

impl Error for Unwritable {
    // What a type says may quote the data.
    fn custom<T: Display>(_: T) -> Self {
        Self::new("serializing the type failed")
    }
}
