use super::encoding::{decode, encode};
use super::{CookiePolicy, SameSite};
use data_encoding::BASE64URL_NOPAD;
use session_core::SessionId;
use std::borrow::Cow;
use std::fmt::Write;
use std::time::Duration;

impl CookiePolicy {
    /// The value of a `Set-Cookie` header that sets this id.
    pub(crate) fn set(&self, id: &SessionId, max_age: Option<Duration>) -> String {
        self.render(&self.value_of(id.secret()), max_age)
    }

    /// The value of a `Set-Cookie` header that removes the cookie.
    ///
    /// It has all attributes of the cookie, because a browser ignores a removal that the prefix of
    /// the name forbids.
    pub(crate) fn removal(&self) -> String {
        self.render("", Some(Duration::ZERO))
    }

    /// The value of a `Cookie` header with this id, as a client sends it.
    pub(crate) fn as_sent(&self, id: &SessionId) -> String {
        format!("{}={}", self.name_text(), self.value_of(id.secret()))
    }

    fn render(&self, value: &str, max_age: Option<Duration>) -> String {
        let mut cookie = format!("{}={value}; Path={}", self.name_text(), self.path);
        if let Some(domain) = &self.domain {
            cookie.push_str("; Domain=");
            cookie.push_str(domain);
        }
        if let Some(max_age) = max_age {
            // Writing to a string never fails.
            let _ = write!(cookie, "; Max-Age={}", max_age.as_secs());
        }
        cookie.push_str(match self.same_site {
            SameSite::Strict => "; SameSite=Strict",
            SameSite::Lax => "; SameSite=Lax",
            SameSite::None => "; SameSite=None",
        });
        for (is_set, attribute) in [
            (self.secure, "; Secure"),
            (self.http_only, "; HttpOnly"),
            (self.partitioned, "; Partitioned"),
        ] {
            if is_set {
                cookie.push_str(attribute);
            }
        }
        cookie
    }

    /// The value of the cookie: the id, encoded, and its signature by the first key.
    fn value_of<'i>(&self, id: &'i str) -> Cow<'i, str> {
        let encoded = encode(id);
        let Some(key) = self.keys.first() else { return encoded };
        let signature = BASE64URL_NOPAD.encode(&key.sign(self.name_text(), &encoded));
        Cow::Owned(format!("{encoded}.{signature}"))
    }

    /// The id of a presented value, or `None` if none of the keys signed it.
    pub(super) fn id_of<'v>(&self, value: &'v str) -> Option<Cow<'v, str>> {
        if self.keys.is_empty() {
            return decode(value);
        }
        let (encoded, signature) = value.rsplit_once('.')?;
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?;
        let name = self.name_text();
        let is_signed = self.keys.iter().any(|key| key.verifies(name, encoded, &signature));
        if is_signed { decode(encoded) } else { None }
    }
}
