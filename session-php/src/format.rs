use session_core::error::Operation;
use session_core::{Error, ErrorKind};
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// One of PHP's formats of a session, with the name in `session.serialize_handler`.
///
/// The formats spell values alike and differ in how they put variables together. None of them says
/// which one it is, so the handler of the PHP side has to be known.
///
/// | format | `$_SESSION = ["n" => 1, "s" => "x"]` | names |
/// | --- | --- | --- |
/// | `php`, PHP's default | `n\|i:1;s\|s:1:"x";` | strings without a bar (PHP writes nothing at all if there is one) |
/// | `php_serialize` | `a:2:{s:1:"n";i:1;s:1:"s";s:1:"x";}` | any |
/// | `php_binary` | `\x01ni:1;\x01ss:1:"x";` | strings of at most 127 bytes (PHP drops others) |
///
/// ```
/// use session_php::Format;
///
/// let format: Format = "php_serialize".parse()?;
/// assert_eq!(format, Format::PhpSerialize);
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// `name|value`, one after the other: PHP's default.
    #[default]
    Php,
    /// One serialized array, as `serialize($_SESSION)` makes it.
    PhpSerialize,
    /// A byte that says the name's length, the name, the value, one after the other.
    PhpBinary,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Php, Self::PhpSerialize, Self::PhpBinary];

    /// PHP's name for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Php => "php",
            Self::PhpSerialize => "php_serialize",
            Self::PhpBinary => "php_binary",
        }
    }
}

impl Display for Format {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = Error;

    /// The format of this name.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config) for any other name.
    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| {
            let known = "serialize_handler is one of php, php_serialize and php_binary";
            let foreign = ["igbinary", "msgpack"].into_iter().find(|foreign| *foreign == name);
            let detail = foreign.map_or_else(|| known.to_owned(), unsupported);
            Error::new(Operation::Configure, ErrorKind::Config).with_detail(detail)
        })
    }
}

/// The advice for sessions in the format of an extension.
pub(crate) fn unsupported(serializer: &str) -> String {
    format!(
        "{serializer} is not supported: set session.serialize_handler of \
         PHP to php, php_serialize or php_binary"
    )
}
