use std::fmt::{self, Debug, Formatter};

/// The headers that the session adds to the response.
///
/// A request that did not use its session adds nothing.
#[derive(Default)]
pub struct Head {
    pub(crate) set_cookie: Option<String>,
    pub(crate) used: bool,
}

impl Head {
    /// The value of a `Set-Cookie` header to append, if the client's cookie changes.
    pub fn set_cookie(&self) -> Option<&[u8]> {
        self.set_cookie.as_deref().map(str::as_bytes)
    }

    /// The value of a `Vary` header to append, if the session was used.
    ///
    /// `present` are the values of the `Vary` headers that the response has.
    pub fn vary<'h>(&self, present: impl IntoIterator<Item = &'h [u8]>) -> Option<&'static [u8]> {
        let is_named = || has(present, &[b"cookie", b"*"]);
        (self.used && !is_named()).then_some(b"Cookie")
    }

    /// The value of `Cache-Control` that replaces all others if the cookie is set.
    ///
    /// `present` are the values of the `Cache-Control` headers that the response has. A shared
    /// cache that stored the cookie would send the session to other clients.
    pub fn cache_control<'h>(
        &self,
        present: impl IntoIterator<Item = &'h [u8]>,
    ) -> Option<&'static [u8]> {
        let is_private = || has(present, &[b"private", b"no-store"]);
        (self.set_cookie.is_some() && !is_private()).then_some(b"private, no-store")
    }
}

/// Whether one of the comma-separated values is one of `words`, in any case.
fn has<'h>(values: impl IntoIterator<Item = &'h [u8]>, words: &[&[u8]]) -> bool {
    values
        .into_iter()
        .flat_map(|value| value.split(|byte| *byte == b','))
        .any(|value| words.iter().any(|word| value.trim_ascii().eq_ignore_ascii_case(word)))
}

/// Does not show the cookie, which is a secret.
impl Debug for Head {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Head");
        debug.field("sets_cookie", &self.set_cookie.is_some()).field("used", &self.used).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Head;

    fn setting() -> Head {
        Head { set_cookie: Some("id=1".to_owned()), used: true }
    }

    #[test]
    fn a_response_that_is_private_already_stays_as_it_is() {
        for present in ["private", "No-Store, max-age=0", "max-age=0, private"] {
            assert_eq!(setting().cache_control([present.as_bytes()]), None, "{present}");
        }
        for present in ["public, max-age=3600", "private=\"x-name\"", "no-cache", ""] {
            let replaced = setting().cache_control([present.as_bytes()]);
            assert_eq!(replaced, Some(&b"private, no-store"[..]), "{present}");
        }
    }

    #[test]
    fn vary_names_the_cookie_once() {
        assert_eq!(setting().vary([&b"Accept"[..]]), Some(&b"Cookie"[..]));
        assert_eq!(setting().vary([&b"Accept, cookie"[..]]), None);
        assert_eq!(setting().vary([&b"Accept"[..], &b"*"[..]]), None);
    }

    #[test]
    fn an_untouched_request_adds_nothing() {
        let untouched = Head::default();
        assert_eq!(untouched.set_cookie(), None);
        assert_eq!(untouched.vary([]), None);
        assert_eq!(untouched.cache_control([]), None);
    }
}
