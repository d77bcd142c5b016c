//! Rejects requests that change something and come from a page of another origin.

use crate::refusal::Refusal;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, header};
use axum::middleware::Next;
use axum::response::Response;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Middleware without state: browsers name the origin of a request.
pub(crate) async fn reject_cross_site(request: Request, next: Next) -> Result<Response, Refusal> {
    if request.method().is_safe() || is_of_same_origin(request.headers()) {
        Ok(next.run(request).await)
    } else {
        Err(Refusal::CrossSite)
    }
}

/// Whether a request is from a page of the same origin, or from no browser.
///
/// A client that sends neither header is no browser. It has no cookies of other people.
fn is_of_same_origin(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let authority = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    authority.is_some_and(|(_, authority)| host == Some(authority))
}

#[cfg(test)]
mod tests {
    use super::is_of_same_origin;
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    fn is_accepted(headers: &[(&'static str, &'static str)]) -> bool {
        let entry =
            |(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value));
        is_of_same_origin(&headers.iter().copied().map(entry).collect::<HeaderMap>())
    }

    #[test]
    fn the_site_decides_before_the_origin() {
        assert!(is_accepted(&[("sec-fetch-site", "same-origin"), ("origin", "http://other")]));
        assert!(is_accepted(&[("sec-fetch-site", "none")]));
        for site in ["cross-site", "same-site", "", "SAME-ORIGIN"] {
            assert!(!is_accepted(&[
                ("sec-fetch-site", site),
                ("host", "a"),
                ("origin", "http://a")
            ]));
        }
    }

    #[test]
    fn an_origin_is_the_host_of_the_request() {
        assert!(is_accepted(&[("origin", "http://localhost:3000"), ("host", "localhost:3000")]));
        assert!(is_accepted(&[("origin", "https://demo.example"), ("host", "demo.example")]));
        for origin in ["http://localhost:3001", "http://localhost", "null", "", "localhost:3000"] {
            assert!(!is_accepted(&[("origin", origin), ("host", "localhost:3000")]), "{origin}");
        }
        assert!(!is_accepted(&[("origin", "http://localhost:3000")]));
    }

    #[test]
    fn a_client_without_both_headers_is_no_browser() {
        assert!(is_accepted(&[]));
        assert!(is_accepted(&[("host", "localhost:3000")]));
    }
}
