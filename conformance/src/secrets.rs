//! Finds secrets in texts, in every spelling that a program is likely to print.
//!
//! A store prints a key as text, a payload as the byte list of a derived `Debug`, and a driver's
//! error prints a whole request in base64. With any of these, a reader of the log can open a session.

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::iter::successors;

/// Secrets that no text may show.
///
/// ```
/// use session_conformance::secrets::Secrets;
///
/// let secrets = Secrets::new().with("the key", "hunter2");
/// assert!(secrets.found_in("load: the store is unavailable").is_none());
/// let shown = secrets.found_in(&format!("{:?}", b"hunter2".to_vec())).expect("a byte list");
/// assert_eq!(shown.to_string(), "the key, as a byte list");
/// ```
#[derive(Clone, Default)]
pub struct Secrets(Vec<Secret>);

#[derive(Clone)]
struct Secret {
    name: String,
    spellings: Vec<(&'static str, String)>,
}

/// A secret that a text shows. It says which, and not what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    name: String,
    spelling: &'static str,
}

impl Display for Shown {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { name, spelling } = self;
        write!(formatter, "{name}, {spelling}")
    }
}

impl Secrets {
    /// No secrets yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same and one more, called `name` in reports.
    ///
    /// A secret of fewer than four bytes is not looked for: any text may contain it by chance.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, secret: impl AsRef<[u8]>) -> Self {
        let secret = secret.as_ref();
        if secret.len() >= 4 {
            self.0.push(Secret { name: name.into(), spellings: spellings(secret) });
        }
        self
    }

    /// The first secret that the text shows.
    ///
    /// White space does not hide one: pretty-printed byte lists have a line for each byte.
    pub fn found_in(&self, text: &str) -> Option<Shown> {
        let dense: String = text.chars().filter(|character| !character.is_whitespace()).collect();
        self.0.iter().find_map(|Secret { name, spellings }| {
            let mut spellings = spellings.iter();
            let is_in = |pattern: &str| text.contains(pattern) || dense.contains(pattern);
            let (spelling, _) = spellings.find(|(_, pattern)| is_in(pattern))?;
            Some(Shown { name: name.clone(), spelling })
        })
    }

    /// Returns the first secret that an error or one of its sources shows.
    ///
    /// The search covers `Display` and both forms of `Debug`.
    pub fn found_in_error(&self, error: &(dyn Error + 'static)) -> Option<Shown> {
        let mut layers = successors(Some(error), |layer| (*layer).source());
        layers.find_map(|layer| self.found_in(&format!("{layer} {layer:?} {layer:#?}")))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.0.iter().map(|secret| &secret.name)).finish()
    }
}

fn spellings(secret: &[u8]) -> Vec<(&'static str, String)> {
    let each = |spell: fn(u8) -> String, between: &str| {
        secret.iter().copied().map(spell).collect::<Vec<_>>().join(between)
    };
    let mut spellings = vec![
        ("as a byte list", each(|byte| byte.to_string(), ",")),
        ("as a byte list", each(|byte| format!("{byte:x}"), ",")),
        ("as a byte list", each(|byte| format!("{byte:#x}"), ",")),
        ("as hexadecimal", HEXLOWER.encode(secret)),
        ("as hexadecimal", HEXUPPER.encode(secret)),
        ("as hexadecimal", each(|byte| format!("{byte:02x}"), ":")),
        ("as an escaped string", secret.escape_ascii().to_string()),
        ("as an escaped string", each(|byte| format!("\\x{byte:02x}"), "")),
        ("as percent-encoded text", each(|byte| format!("%{byte:02X}"), "")),
        ("as percent-encoded text", each(percent_encoded, "")),
    ];
    if let Ok(text) = std::str::from_utf8(secret) {
        spellings.push(("as text", text.to_owned()));
        spellings.push(("as an escaped string", text.escape_debug().to_string()));
        spellings.push(("as an escaped string", text.escape_default().to_string()));
    }
    for encoding in [BASE64_NOPAD, BASE64URL_NOPAD] {
        spellings
            .extend((0..3).map(|offset| ("as base64", within_base64(&encoding, secret, offset))));
    }
    spellings
}

/// A byte as in a URL, where letters, digits and `-._~` stand for themselves.
fn percent_encoded(byte: u8) -> String {
    match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    }
}

/// The characters that depend on the secret alone, at this offset of longer data.
fn within_base64(encoding: &data_encoding::Encoding, secret: &[u8], offset: usize) -> String {
    let mut data = vec![0; offset];
    data.extend(secret);
    let text = encoding.encode(&data);
    let (begin, end) = ((offset * 4).div_ceil(3), data.len() * 8 / 6);
    text[begin..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::Secrets;
    use data_encoding::{BASE64, HEXUPPER};
    use std::error::Error;
    use std::fmt::{self, Display, Formatter};

    const SECRET: &str = "a secret\u{e9}";

    fn secrets() -> Secrets {
        Secrets::new().with("it", SECRET)
    }

    #[test]
    fn every_spelling_is_found() {
        let bytes = SECRET.as_bytes().to_vec();
        for text in [
            format!("key {SECRET}!"),
            format!("{bytes:?}"),
            format!("{bytes:#?}"),
            format!("{:x?}", HEXUPPER.encode(&bytes)),
            format!("b\"{}\"", bytes.escape_ascii()),
            format!("{bytes:x?} in hexadecimal"),
            format!("{bytes:#x?}"),
            "61:20:73:65:63:72:65:74:c3:a9".to_owned(),
            "/key/a%20secret%C3%A9".to_owned(),
            "%61%20%73%65%63%72%65%74%C3%A9".to_owned(),
            format!("{}", SECRET.escape_default()),
            BASE64.encode(&bytes),
            BASE64.encode(format!("x{SECRET}yz").as_bytes()),
            BASE64.encode(format!("xx{SECRET}").as_bytes()),
        ] {
            assert!(secrets().found_in(&text).is_some(), "{text}");
        }
    }

    #[test]
    fn other_texts_show_nothing() {
        for text in ["", "a public", "97,32,115", "a secre"] {
            assert_eq!(secrets().found_in(text), None, "{text}");
        }
        assert!(Secrets::new().with("short", "abc").found_in("abc").is_none());
    }

    #[derive(Debug)]
    struct Layer {
        #[expect(dead_code, reason = "`Debug` shows it")]
        text: &'static str,
        source: Option<Box<Self>>,
    }

    impl Display for Layer {
        fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
            formatter.write_str("a layer")
        }
    }

    impl Error for Layer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.source.as_deref().map(|source| source as _)
        }
    }

    #[test]
    fn the_sources_of_an_error_are_searched_too() {
        let layer = |text, source| Layer { text, source };
        let error = layer("", Some(Box::new(layer(SECRET, None))));
        assert!(secrets().found_in_error(&error).is_some());
        assert!(secrets().found_in_error(&layer("nothing", None)).is_none());
    }
}
