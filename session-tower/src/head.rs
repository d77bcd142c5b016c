use http::header::{CACHE_CONTROL, HeaderName, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderValue};
use session_http::Head;

/// Adds the headers of the session to a response.
pub(crate) fn add(head: &Head, headers: &mut HeaderMap) {
    if head.set_cookie().is_some()
        && let Some(value) = head.cache_control(values(headers, &CACHE_CONTROL))
    {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(text(value)));
    }
    if let Some(value) = head.vary(values(headers, &VARY)) {
        headers.append(VARY, HeaderValue::from_static(text(value)));
    }
    if let Some(cookie) = head.set_cookie() {
        // A checked policy makes only values that a header can hold.
        if let Ok(mut value) = HeaderValue::from_bytes(cookie) {
            value.set_sensitive(true);
            headers.append(SET_COOKIE, value);
        }
    }
}

fn values<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h [u8]> {
    headers.get_all(name).into_iter().map(HeaderValue::as_bytes)
}

fn text(value: &'static [u8]) -> &'static str {
    str::from_utf8(value).unwrap_or_default()
}
