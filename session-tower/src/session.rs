use crate::Failure;
use http::Extensions;
use session_core::sections::Sections;
use std::ops::Deref;

/// The session of a request: [`session_http::Session`], with all its methods.
///
/// [`SessionLayer`](crate::SessionLayer) puts it into the extensions of the request. With the
/// feature `axum` it is an extractor.
///
/// ```
/// use session_core::sections::Section;
/// use session_core::store::Deletion;
/// use session_tower::{Failure, Session};
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct SignedIn {
///     user: u64,
/// }
///
/// impl Section for SignedIn {
///     const NAME: &'static str = "signed-in";
/// }
///
/// async fn sign_in(session: Session) -> Result<(), Failure> {
///     session.set(&SignedIn { user: 7 }).await?;
///     session.rotate().await?; // with the commit: one request to the store for both
///     Ok(())
/// }
///
/// async fn sign_out(session: Session) -> Result<(), Failure> {
///     session.destroy().await?;
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct Session<D: 'static = Sections>(session_http::Session<D>);

impl<D: Send + Sync + 'static> Session<D> {
    /// The session in the extensions of a request.
    ///
    /// # Errors
    ///
    /// A failure with the status 500 if the layer is missing. Its text says so.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Request;
    /// use session_core::sections::Sections;
    /// use session_tower::Session;
    ///
    /// let request = Request::new(());
    /// let missing = Session::<Sections>::of(request.extensions()).expect_err("there is no layer");
    /// assert!(missing.to_string().contains("SessionLayer"));
    /// ```
    pub fn of(extensions: &Extensions) -> Result<Self, Failure> {
        extensions.get::<Self>().cloned().ok_or_else(|| Failure::of_misuse(MISSING_LAYER))
    }
}

const MISSING_LAYER: &str = "the request has no session with data of this type: add a \
                                        SessionLayer to the router, after its routes";

impl<D: 'static> Deref for Session<D> {
    type Target = session_http::Session<D>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<D: 'static> From<session_http::Session<D>> for Session<D> {
    fn from(session: session_http::Session<D>) -> Self {
        Self(session)
    }
}

impl<D: 'static> Clone for Session<D> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
