use crate::{Failure, Plain, Refuse, Session};
use http::{Request, Response};
use pin_project_lite::pin_project;
use session_core::sections::Sections;
use session_core::{Result, Sessions};
use session_http::Access;
use std::fmt::{self, Debug, Formatter};
use std::pin::Pin;
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// A layer of one or more routes that chooses how their session is opened.
///
/// It must be inside of a [`SessionLayer`](crate::SessionLayer). If outer middleware has already
/// used the session, the choice comes too late, and the response is a 500.
///
/// ```
/// use axum::Router;
/// use axum::routing::post;
/// use session_memory::MemoryStore;
/// use session_tower::{Access, Session, SessionLayer, access};
///
/// async fn search(session: Session) {}
///
/// let app: Router = Router::new()
///     .route("/search", post(search).layer(access(Access::Read))) // changes nothing, takes no lock
///     .layer(SessionLayer::new(MemoryStore::new())?);
/// # Ok::<(), session_core::Error>(())
/// ```
#[must_use = "a layer does nothing before it is added"]
pub struct RouteLayer<D: 'static = Sections> {
    access: Option<Access>,
    sessions: Option<Sessions<D>>,
}

/// Makes a layer for routes whose session is opened in this way for every method.
pub const fn access(access: Access) -> RouteLayer {
    RouteLayer::new().access(access)
}

/// Makes a layer for routes with other sessions over the same store.
///
/// They may be locked, for example.
///
/// The store, the codec and the key scheme must be those of the
/// [`SessionLayer`](crate::SessionLayer).
pub fn using<D: 'static>(sessions: Sessions<D>) -> RouteLayer<D> {
    RouteLayer::new().using(sessions)
}

impl<D: 'static> RouteLayer<D> {
    /// Creates a layer that changes nothing.
    pub const fn new() -> Self {
        Self { access: None, sessions: None }
    }

    /// Sets the access.
    pub const fn access(mut self, access: Access) -> Self {
        self.access = Some(access);
        self
    }

    /// Sets other sessions over the same store.
    pub fn using(self, sessions: Sessions<D>) -> Self {
        Self { sessions: Some(sessions), ..self }
    }
}

const USED_BEFORE: &str = "the session was used before its route chose how it is opened: move the \
                           middleware that uses it inside of the route's layer";

impl<D: Default + Send + Sync + 'static> RouteLayer<D> {
    fn choose<Q>(&self, request: &Request<Q>) -> Result<(), Failure> {
        let session = Session::<D>::of(request.extensions())?;
        if let Some(sessions) = &self.sessions {
            session.using(sessions.clone()).map_err(|_| Failure::of_misuse(USED_BEFORE))?;
        }
        if let Some(access) = self.access {
            session.access(access).map_err(|_| Failure::of_misuse(USED_BEFORE))?;
        }
        Ok(())
    }
}

impl<D: 'static> Default for RouteLayer<D> {
    fn default() -> Self {
        Self::new()
    }
}

impl<D: 'static> Clone for RouteLayer<D> {
    fn clone(&self) -> Self {
        Self { access: self.access, sessions: self.sessions.clone() }
    }
}

impl<D: 'static> Debug for RouteLayer<D> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("RouteLayer");
        debug.field("access", &self.access).field("sessions", &self.sessions).finish()
    }
}

impl<S, D: 'static> Layer<S> for RouteLayer<D> {
    type Service = RouteService<S, D>;

    fn layer(&self, inner: S) -> Self::Service {
        RouteService { inner, layer: self.clone() }
    }
}

/// The service of [`RouteLayer`].
#[derive(Debug)]
pub struct RouteService<S, D: 'static = Sections> {
    inner: S,
    layer: RouteLayer<D>,
}

impl<S: Clone, D: 'static> Clone for RouteService<S, D> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), layer: self.layer.clone() }
    }
}

impl<S, Q, B, D> Service<Request<Q>> for RouteService<S, D>
where
    S: Service<Request<Q>, Response = Response<B>>,
    B: Default + 'static,
    D: Default + Send + Sync + 'static,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = RouteFuture<S::Future, B>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Q>) -> Self::Future {
        match self.layer.choose(&request) {
            Ok(()) => RouteFuture { inner: Some(self.inner.call(request)), refused: None },
            Err(failure) => {
                tracing::error!(%failure, "a route could not choose how its session is opened");
                RouteFuture { inner: None, refused: Some(Plain.refuse(&failure)) }
            }
        }
    }
}

pin_project! {
    /// The future of [`RouteService`].
    #[must_use = "futures do nothing unless polled"]
    pub struct RouteFuture<F, B> {
        #[pin]
        inner: Option<F>,
        refused: Option<Response<B>>,
    }
}

impl<F, E, B> Future for RouteFuture<F, B>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        match (this.inner.as_pin_mut(), this.refused.take()) {
            (Some(inner), _) => inner.poll(context),
            (None, Some(refused)) => Poll::Ready(Ok(refused)),
            (None, None) => Poll::Pending,
        }
    }
}

impl<F, B> Debug for RouteFuture<F, B> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RouteFuture").finish_non_exhaustive()
    }
}
