use crate::{Failure, Session};
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use session_core::sections::Section;
use std::fmt::{self, Debug, Formatter};
use std::ops::Deref;

/// An extractor of a section for reading, or its default if there is none.
///
/// `Option<ReadSection<S>>` is `None` if there is no such section.
///
/// ```
/// use session_core::sections::Section;
/// use session_tower::ReadSection;
///
/// #[derive(Default, serde::Serialize, serde::Deserialize)]
/// struct Counter {
///     count: u64,
/// }
///
/// impl Section for Counter {
///     const NAME: &'static str = "counter";
/// }
///
/// async fn show(counter: ReadSection<Counter>) -> String {
///     format!("count {}", counter.count)
/// }
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadSection<S>(pub S);

impl<S, T> FromRequestParts<T> for ReadSection<S>
where
    S: Section + Default,
    T: Sync,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &T) -> Result<Self, Failure> {
        let section = <Self as OptionalFromRequestParts<T>>::from_request_parts(parts, state);
        Ok(section.await?.unwrap_or_else(|| Self(S::default())))
    }
}

impl<S, T> OptionalFromRequestParts<T> for ReadSection<S>
where
    S: Section,
    T: Sync,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &T) -> Result<Option<Self>, Failure> {
        let session: Session = Session::of(&parts.extensions)?;
        Ok(session.get().await?.map(Self))
    }
}

impl<S> Deref for ReadSection<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.0
    }
}

/// Does not show the data of the session.
impl<S: Section> Debug for ReadSection<S> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "ReadSection({}, redacted)", S::NAME)
    }
}
