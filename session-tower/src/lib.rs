#![cfg_attr(feature = "axum", doc = include_str!("../README.md"))]
#![cfg_attr(not(feature = "axum"), doc = "Server-side sessions as a tower layer.")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "axum")]
mod axum;
mod failure;
mod future;
mod head;
mod layer;
mod refuse;
mod route;
mod service;
mod session;
#[cfg(feature = "test-util")]
pub mod test;

#[cfg(feature = "axum")]
pub use axum::{ReadSection, WriteSection};
pub use failure::Failure;
pub use future::ResponseFuture;
pub use layer::SessionLayer;
pub use refuse::{Plain, Refuse};
pub use route::{RouteFuture, RouteLayer, RouteService, access, using};
pub use service::SessionService;
pub use session::Session;
#[doc(no_inline)]
pub use session_http::{Access, AssuranceLevel, CookieKey, CookiePolicy, Later, Release, SameSite};
