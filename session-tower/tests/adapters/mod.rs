use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use session_http::Settings;
use session_http::served::{Handler, Reply, Sent, Served};
use session_tower::{Failure, Session, SessionLayer, SessionService};
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use tower::{Layer, Service, ServiceExt};

fn request<B>(sent: &Sent, body: B) -> Request<B> {
    let mut request = Request::builder().method(sent.method).uri(sent.path).body(body).unwrap();
    for cookie in &sent.cookies {
        let cookie = HeaderValue::from_bytes(cookie).unwrap();
        request.headers_mut().append(header::COOKIE, cookie);
    }
    request
}

fn respond<B>(reply: &Reply, body: B) -> Response<B> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap();
    for (name, value) in &reply.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        response.headers_mut().append(name, HeaderValue::from_bytes(value).unwrap());
    }
    response
}

fn reply<B>(response: &Response<B>, body: Vec<u8>) -> Reply {
    let headers = response.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
    Reply { status: response.status().as_u16(), headers: headers.collect(), body }
}

/// A service that is not `Clone`, with futures that are not `Send`.
pub(crate) struct Plain {
    handler: Handler,
    alone: Rc<()>,
}

impl Service<Request<Sent>> for Plain {
    type Response = Response<String>;
    type Error = Rc<()>;
    type Future = Pin<Box<dyn Future<Output = Result<Response<String>, Rc<()>>>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Rc<()>>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Sent>) -> Self::Future {
        let (handler, alone) = (self.handler.clone(), Rc::clone(&self.alone));
        Box::pin(async move {
            let session: Session = Session::of(request.extensions()).unwrap();
            let sent = request.into_body();
            let response = match handler.run((*session).clone(), sent).await {
                Ok(reply) => respond(&reply, String::new()),
                Err(failure) => {
                    let failure = Failure::from(failure);
                    let mut response = Response::new(failure.body());
                    *response.status_mut() = failure.status();
                    *response.headers_mut() = failure.headers();
                    response
                }
            };
            // Used after the wait, so that the future is not `Send`.
            drop(alone);
            Ok(response)
        })
    }
}

/// The layer around a service without a framework.
pub(crate) struct Bare(RefCell<SessionService<Plain>>);

impl Served for Bare {
    fn new(settings: Settings, handler: Handler) -> Self {
        let layer = SessionLayer::from(settings);
        Self(RefCell::new(layer.layer(Plain { handler, alone: Rc::new(()) })))
    }

    async fn call(&self, sent: Sent) -> Reply {
        let answering = self.0.borrow_mut().call(request(&sent, sent.clone()));
        reply(&answering.await.unwrap(), Vec::new())
    }
}

/// The layer around a router of axum, whose handler extracts the session.
pub(crate) struct Axum(Router);

impl Served for Axum {
    fn new(settings: Settings, handler: Handler) -> Self {
        let handle = async move |session: Session, request: axum::extract::Request| {
            let sent = request.extensions().get::<Sent>().unwrap().clone();
            let reply = handler.run((*session).clone(), sent).await.map_err(Failure::from)?;
            Ok::<_, Failure>(respond(&reply, Body::from(reply.body.clone())))
        };
        let handle = move |session, request| {
            let handle = handle.clone();
            async move { handle(session, request).await }
        };
        Self(Router::new().fallback(handle).layer(SessionLayer::from(settings)))
    }

    async fn call(&self, sent: Sent) -> Reply {
        let mut request = request(&sent, Body::empty());
        request.extensions_mut().insert(sent);
        let Ok(response) = self.0.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        reply(&Response::from_parts(parts, ()), body)
    }
}
