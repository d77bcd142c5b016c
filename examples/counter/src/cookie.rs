use ::cookie::time;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use session_kit::SessionId;
use std::time::Duration;

const NAME: &str = "id";

/// The id that the client presents, whatever it is.
pub(crate) fn presented(jar: &CookieJar) -> Option<&str> {
    jar.get(NAME).map(Cookie::value)
}

/// The cookie that carries `id` for as long as the session lives unused.
pub(crate) fn carrying(id: &SessionId, max_age: Duration, secure: bool) -> Cookie<'static> {
    let seconds = i64::try_from(max_age.as_secs()).unwrap_or(i64::MAX);
    Cookie::build((NAME, id.secret().to_owned()))
        .max_age(time::Duration::seconds(seconds))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .build()
}

/// The cookie to be removed after a logout.
pub(crate) fn removal() -> Cookie<'static> {
    Cookie::build(NAME).path("/").build()
}
