use crate::Failure;
use http::Response;
#[cfg(feature = "axum")]
use http::{HeaderValue, header};

/// A maker of the response that replaces one whose session could not be stored.
///
/// Closures implement it. [`SessionLayer::refuse`](crate::SessionLayer::refuse) takes one.
///
/// ```
/// use http::Response;
/// use session_tower::{Failure, Refuse};
///
/// fn page(failure: &Failure) -> Response<String> {
///     let mut response = Response::new("please try again".to_owned());
///     *response.status_mut() = failure.status();
///     response
/// }
///
/// fn is_one<R: Refuse<String>>(_: R) {}
/// is_one(page);
/// ```
pub trait Refuse<B> {
    /// Makes the response for a failure. The layer adds the headers of the session.
    fn refuse(&self, failure: &Failure) -> Response<B>;
}

impl<B, F: Fn(&Failure) -> Response<B>> Refuse<B> for F {
    fn refuse(&self, failure: &Failure) -> Response<B> {
        self(failure)
    }
}

/// Responses with the status and the headers of the failure.
///
/// The body is the default of its type. If it is a body of axum, it is JSON with the kind of the
/// error.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl<B: Default + 'static> Refuse<B> for Plain {
    fn refuse(&self, failure: &Failure) -> Response<B> {
        let mut response = Response::new(B::default());
        *response.status_mut() = failure.status();
        *response.headers_mut() = failure.headers();
        #[cfg(feature = "axum")]
        if let Some(body) = json::<B>(failure) {
            *response.body_mut() = body;
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
        }
        response
    }
}

/// The JSON body, if the type is the body of axum.
#[cfg(feature = "axum")]
fn json<B: 'static>(failure: &Failure) -> Option<B> {
    let body: Box<dyn std::any::Any> = Box::new(axum_core::body::Body::from(failure.body()));
    body.downcast::<B>().ok().map(|body| *body)
}
