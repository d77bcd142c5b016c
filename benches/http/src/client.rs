use crate::Application;
use axum::Router;
use axum::body::Body;
use axum::response::Response;
use clap::ValueEnum;
use http::header::{COOKIE, SET_COOKIE};
use http::{Method, StatusCode};
use std::hint::black_box;
use tower::Service;

/// A request, with the cookie of a session unless it says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Request {
    /// The handler does not touch the session, and there is no cookie
    UntouchedWithoutCookie,
    /// The handler does not touch the session
    Untouched,
    /// The handler reads the session
    Reading,
    /// The handler changes the session
    Writing,
}

impl Request {
    /// All requests.
    pub const ALL: [Self; 4] =
        [Self::UntouchedWithoutCookie, Self::Untouched, Self::Reading, Self::Writing];

    /// Its name in the tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UntouchedWithoutCookie => "untouched, no cookie",
            Self::Untouched => "untouched",
            Self::Reading => "reading",
            Self::Writing => "writing",
        }
    }

    /// Its method.
    pub const fn method(self) -> Method {
        match self {
            Self::Writing => Method::POST,
            _ => Method::GET,
        }
    }

    /// The path of its route.
    pub const fn path(self) -> &'static str {
        match self {
            Self::UntouchedWithoutCookie | Self::Untouched => "/untouched",
            Self::Reading => "/reading",
            Self::Writing => "/writing",
        }
    }
}

/// An application, and a client with a session in it.
#[derive(Debug)]
pub struct Client {
    router: Router,
    cookie: String,
}

impl Client {
    /// A client whose session has been stored.
    pub async fn of(application: Application) -> Self {
        // As a server does: otherwise axum adds the layers anew for each request.
        let router = application.router().await.with_state(());
        let mut client = Self { router, cookie: String::new() };
        let response = client.answered(Request::Writing).await;
        let cookies = response.headers().get_all(SET_COOKIE).into_iter();
        let pairs = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
        client.cookie = pairs.collect::<Vec<_>>().join("; ");
        if client.cookie.is_empty() {
            // For the application without sessions: as long as the session's.
            client.cookie = format!("__Host-Http-id={:043}", 0);
        }
        client
    }

    /// The value of its `Cookie` header.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// The application, which knows the session.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Sends the request so many times. Building it is part of it.
    ///
    /// # Panics
    ///
    /// If the application does not answer it.
    pub async fn send(&mut self, request: Request, count: usize) {
        for _ in 0..count {
            let response = self.answered(request).await;
            assert_eq!(response.status(), StatusCode::OK, "{request:?}");
            black_box(response);
        }
    }

    async fn answered(&mut self, request: Request) -> Response {
        let mut built = http::Request::builder().method(request.method()).uri(request.path());
        if request != Request::UntouchedWithoutCookie {
            built = built.header(COOKIE, &self.cookie);
        }
        let built = built.body(Body::empty()).expect("it is a request");
        let Ok(response) = self.router.call(built).await;
        response
    }
}
