use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use session_core::SessionId;

const NAME: &str = "id";

/// The id that the client presents, whatever it is.
pub(crate) fn presented(jar: &CookieJar) -> Option<&str> {
    jar.get(NAME).map(Cookie::value)
}

/// The cookie that carries `id`.
pub(crate) fn carrying(id: &SessionId, secure: bool) -> Cookie<'static> {
    Cookie::build((NAME, id.secret().to_owned()))
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
