use crate::{CookiePolicy, SameSite};
use cookie::{Cookie, ParseError};
use session_core::SessionId;
use std::time::Duration;

/// All attributes that a policy can have.
struct Choice {
    name: &'static str,
    domain: Option<&'static str>,
    path: &'static str,
    flags: [bool; 3],
    same_site: SameSite,
}

impl Choice {
    fn all() -> impl Iterator<Item = Self> {
        let names = ["id", "__Secure-id", "__host-id", "__Http-id", "__Host-Http-id"];
        let flags = (0..8).map(|bits| [bits & 1 > 0, bits & 2 > 0, bits & 4 > 0]);
        let sites = [SameSite::Strict, SameSite::Lax, SameSite::None];
        let texts = names.into_iter().flat_map(|name| {
            let places = [(None, "/"), (Some("example.com"), "/"), (None, "/app")];
            places.map(|(domain, path)| (name, domain, path))
        });
        texts.flat_map(move |(name, domain, path)| {
            flags.clone().flat_map(move |flags| {
                sites.map(|same_site| Self { name, domain, path, flags, same_site })
            })
        })
    }

    fn policy(&self) -> CookiePolicy {
        let [secure, http_only, partitioned] = self.flags;
        let policy = CookiePolicy::new().name(self.name).path(self.path).secure(secure);
        let policy = policy.http_only(http_only).partitioned(partitioned);
        let policy = policy.same_site(self.same_site);
        match self.domain {
            Some(domain) => policy.domain(domain),
            None => policy,
        }
    }

    /// Whether RFC 6265bis allows the combination.
    fn is_kept(&self) -> bool {
        let [secure, http_only, partitioned] = self.flags;
        let on_one_host = self.domain.is_none() && self.path == "/";
        let prefix = match self.name {
            "id" => true,
            "__Secure-id" => secure,
            "__host-id" => secure && on_one_host,
            "__Http-id" => secure && http_only,
            _ => secure && http_only && on_one_host,
        };
        prefix && (secure || (self.same_site != SameSite::None && !partitioned))
    }

    fn assert_is(&self, text: &str, value: &str, max_age: Option<i64>) {
        let parsed: Result<Cookie<'_>, ParseError> = Cookie::parse(text);
        let cookie = parsed.expect("it is a cookie");
        let [secure, http_only, partitioned] = self.flags.map(|flag| flag.then_some(true));
        assert_eq!((cookie.name(), cookie.value()), (self.name, value));
        assert_eq!((cookie.path(), cookie.domain()), (Some(self.path), self.domain));
        assert_eq!((cookie.secure(), cookie.http_only()), (secure, http_only));
        assert_eq!(cookie.partitioned(), partitioned);
        assert_eq!(cookie.same_site().map(|site| site.to_string()), Some(self.same_site_name()));
        assert_eq!(cookie.max_age().map(cookie::time::SignedDuration::whole_seconds), max_age);
    }

    fn same_site_name(&self) -> String {
        format!("{:?}", self.same_site)
    }
}

fn id() -> SessionId {
    SessionId::parse("0af3").unwrap()
}

#[test]
fn the_default_is_as_strict_as_browsers_know() {
    let policy = CookiePolicy::new();
    policy.check().unwrap();
    let expected = "__Host-Http-id=0af3; Path=/; SameSite=Lax; Secure; HttpOnly";
    assert_eq!(policy.set(&id(), None), expected);
}

#[test]
fn exactly_what_browsers_keep_passes_the_check() {
    let mut kept = 0;
    for choice in Choice::all() {
        let checked = choice.policy().check();
        assert_eq!(checked.is_ok(), choice.is_kept(), "{:?}: {checked:?}", choice.policy());
        kept += usize::from(choice.is_kept());
    }
    assert!((50..300).contains(&kept), "{kept}");
}

#[test]
fn cookie_and_removal_have_the_same_attributes() {
    for choice in Choice::all().filter(Choice::is_kept) {
        let policy = choice.policy();
        choice.assert_is(&policy.set(&id(), None), "0af3", None);
        choice.assert_is(&policy.set(&id(), Some(Duration::from_secs(90))), "0af3", Some(90));
        choice.assert_is(&policy.removal(), "", Some(0));
    }
}

#[test]
fn no_text_of_a_policy_reaches_beyond_its_attribute() {
    let injections = ["a;b", "a\r\nX: y", "a\0", "a\n", "a b=c", "ä", "a,b;", "\u{7f}", "a\tb", ""];
    for text in injections {
        assert!(CookiePolicy::new().name(text).check().is_err(), "name {text:?}");
        assert!(CookiePolicy::new().name("id").domain(text).check().is_err(), "domain {text:?}");
        if text != "a b=c" {
            let path = format!("/{text}");
            let is_root = path == "/";
            assert_eq!(
                CookiePolicy::new().name("id").path(path).check().is_ok(),
                is_root,
                "{text:?}"
            );
        }
    }
    assert!(CookiePolicy::new().name("id").path("app").check().is_err());
    assert!(CookiePolicy::new().name("id").domain("a/b").check().is_err());
    assert!(CookiePolicy::new().name("x".repeat(256)).check().is_err());
}
