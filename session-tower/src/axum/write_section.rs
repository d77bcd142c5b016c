use crate::{Failure, Session};
use axum_core::extract::FromRequestParts;
use http::request::Parts;
use session_core::sections::Section;
use session_http::HeldSection;
use std::ops::{Deref, DerefMut};

/// An extractor of a section for changing, or its default if there is none.
///
/// A drop writes the section back if it was borrowed mutably, and the response stores it. A second
/// extractor of the same section in one request is a 500.
///
/// ```
/// use session_core::sections::Section;
/// use session_tower::WriteSection;
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
/// async fn increment(mut counter: WriteSection<Counter>) -> String {
///     counter.count += 1;
///     format!("count {}", counter.count)
/// }
/// ```
#[derive(Debug)]
pub struct WriteSection<S: Section>(HeldSection<S>);

impl<S, T> FromRequestParts<T> for WriteSection<S>
where
    S: Section + Default,
    T: Sync,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &T) -> Result<Self, Failure> {
        let session: Session = Session::of(&parts.extensions)?;
        Ok(Self(session.hold().await?))
    }
}

impl<S: Section> Deref for WriteSection<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.0
    }
}

impl<S: Section> DerefMut for WriteSection<S> {
    fn deref_mut(&mut self) -> &mut S {
        &mut self.0
    }
}
