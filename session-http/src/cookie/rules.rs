use super::{CookiePolicy, SameSite};
use session_core::error::Operation;
use session_core::{Error, ErrorKind, Result};

/// The length limit of name, domain and path.
///
/// Browsers ignore attributes of more than 1024 bytes.
const LONGEST_TEXT: usize = 255;

impl CookiePolicy {
    /// Checks that browsers accept the cookie.
    ///
    /// Middleware calls this for its policy. The rules are those of [RFC 6265bis] for names,
    /// attributes and prefixes.
    ///
    /// [RFC 6265bis]: https://datatracker.ietf.org/doc/draft-ietf-httpbis-rfc6265bis/
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config) with the rule that the policy breaks.
    ///
    /// # Examples
    ///
    /// ```
    /// use session_http::CookiePolicy;
    ///
    /// let error = CookiePolicy::new().path("/app").check().expect_err("the prefix forbids it");
    /// assert!(error.to_string().contains("the prefix __Host- needs Path=/"));
    /// CookiePolicy::new().name("id").path("/app").check()?;
    /// # Ok::<(), session_core::Error>(())
    /// ```
    pub fn check(&self) -> Result<()> {
        let broken = self.broken_text().or_else(|| self.broken_prefix()).or_else(|| {
            let needs_secure = self.same_site == SameSite::None || self.partitioned;
            let is_broken = needs_secure && !self.secure;
            is_broken.then_some("SameSite=None and Partitioned need Secure")
        });
        broken.map_or(Ok(()), |rule| {
            let error = Error::new(Operation::Configure, ErrorKind::Config);
            Err(error.with_detail(format!("the cookie cannot be set: {rule}")))
        })
    }

    fn broken_text(&self) -> Option<&'static str> {
        let name = self.name_text();
        if name.is_empty() || name.len() > LONGEST_TEXT || !name.bytes().all(is_token) {
            return Some(
                "its name needs 1 to 255 letters, digits or characters of !#$%&'*+-.^_`|~",
            );
        }
        if !self.path.starts_with('/') || !is_attribute(&self.path) {
            return Some("its path needs to begin with / and to be printable ASCII without ;");
        }
        let is_domain = |domain: &String| {
            let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
            (1..=LONGEST_TEXT).contains(&domain.len()) && domain.bytes().all(is_valid)
        };
        let is_valid = self.domain.as_ref().is_none_or(is_domain);
        (!is_valid).then_some("its domain needs 1 to 255 letters, digits, hyphens and dots")
    }

    fn broken_prefix(&self) -> Option<&'static str> {
        let is_host = self.has_prefix("__Host-");
        let is_http = self.has_prefix("__Http-") || self.has_prefix("__Host-Http-");
        if (is_host || is_http || self.has_prefix("__Secure-")) && !self.secure {
            return Some("the prefix of its name needs Secure");
        }
        if is_host && self.path != "/" {
            return Some("the prefix __Host- needs Path=/; give the cookie another name");
        }
        if is_host && self.domain.is_some() {
            return Some("the prefix __Host- forbids a domain; give the cookie another name");
        }
        let is_readable = is_http && !self.http_only;
        is_readable.then_some("the prefixes __Http- and __Host-Http- need HttpOnly")
    }

    /// Browsers compare prefixes without regard to case.
    fn has_prefix(&self, prefix: &str) -> bool {
        let start = self.name_text().get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    }
}

/// A character of a token of HTTP.
const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.')
        || matches!(byte, b'^'..=b'`' | b'|' | b'~')
}

/// Whether the text contains no character that ends an attribute or a header.
fn is_attribute(text: &str) -> bool {
    let is_valid = |byte: u8| matches!(byte, b' '..=b'~') && byte != b';';
    text.len() <= LONGEST_TEXT && text.bytes().all(is_valid)
}
