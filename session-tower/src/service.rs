use crate::{Refuse, ResponseFuture, Session};
use http::header::COOKIE;
use http::request::Parts;
use http::{HeaderValue, Request, Response};
use session_core::sections::Sections;
use session_http::{Access, Settings};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_service::Service;

pub(crate) type AccessRule = Arc<dyn Fn(&Parts) -> Access + Send + Sync>;

/// The state that all requests of a service share.
pub(crate) struct Rules<D, R> {
    pub(crate) settings: Arc<Settings<D>>,
    pub(crate) access: Option<AccessRule>,
    pub(crate) refuse: R,
}

/// The service of [`SessionLayer`](crate::SessionLayer).
///
/// It calls the inner service at once. The inner service need not be `Clone`, nor its future
/// `Send`.
pub struct SessionService<S, D: 'static = Sections, R = crate::Plain> {
    inner: S,
    rules: Arc<Rules<D, R>>,
}

impl<S, D, R> SessionService<S, D, R> {
    pub(crate) fn new(inner: S, rules: Rules<D, R>) -> Self {
        Self { inner, rules: Arc::new(rules) }
    }
}

impl<S, Q, B, D, R> Service<Request<Q>> for SessionService<S, D, R>
where
    S: Service<Request<Q>, Response = Response<B>>,
    D: Default + Send + Sync + 'static,
    R: Refuse<B>,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, B, D, R>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Q>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        let access = match &self.rules.access {
            Some(rule) => rule(&parts),
            None => Access::of_method(parts.method.as_str()),
        };
        let cookies = parts.headers.get_all(COOKIE).into_iter().map(HeaderValue::as_bytes);
        let (session, end) = self.rules.settings.begin(access, cookies);
        parts.extensions.insert(Session::from(session));
        let inner = self.inner.call(Request::from_parts(parts, body));
        ResponseFuture::new(inner, end, Arc::clone(&self.rules))
    }
}

impl<S: Clone, D: 'static, R> Clone for SessionService<S, D, R> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), rules: Arc::clone(&self.rules) }
    }
}

impl<S: Debug, D: 'static, R> Debug for SessionService<S, D, R> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("SessionService");
        debug.field("inner", &self.inner).finish_non_exhaustive()
    }
}
