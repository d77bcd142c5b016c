use crate::layout::{Layout, Versions};
use session_core::error::Operation;
use session_core::store::{Payload, PayloadKind};
use session_core::{Error, ErrorKind, Result};

/// A handler of PHP that writes to the same table.
///
/// A profile is a choice of settings. Common to all is that items get no attribute which the
/// handler would leave standing on data of its own: no version, no deadline and no idle timeout. Versions are compared
/// by the content ([`with_content_versions`]), and an absolute timeout is rejected where the
/// sessions are built. The names of attributes, and the type of the data, are those that the
/// handler gets.
///
/// | | `aws_sdk_php` | `async_aws` | `idealstack` |
/// | --- | --- | --- | --- |
/// | is | `aws/aws-sdk-php` 3 | `async-aws/dynamo-db-session` | `idealstack/dynamodb-sessions-dependency-free` |
/// | keys | `trim(name_id, '_')` | the same, by `id_separator` | `trim(name_id, '_')` |
/// | data | `string` or `binary` | `string` | `string`, `base64` unless that is off |
/// | waits for our lock | with `locking` | never | never |
/// | a write of its own | removes our lock | leaves it | removes it |
///
/// `docs/sharing-with-php.md` says what sharing protects, and what nothing can.
///
/// ```
/// use session_core::KeyScheme;
/// use session_dynamodb::{Options, Profile};
///
/// let mut options = Options::default();
/// options.profile = Some(Profile::AwsSdkPhp);
/// options.key_scheme = Some(KeyScheme::Named { name: "PHPSESSID".into(), separator: "_".into() });
/// assert!(options.check().is_ok());
/// ```
///
/// [`with_content_versions`]: session_core::store::Capabilities::with_content_versions
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// The session handler of the AWS SDK for PHP, version 3, locking or not.
    AwsSdkPhp,
    /// The session handler of async-aws, for Symfony and others.
    AsyncAws,
    /// Idealstack's handler without dependencies.
    Idealstack,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 3] = [Self::AwsSdkPhp, Self::AsyncAws, Self::Idealstack];

    /// The name of the profile in options.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AwsSdkPhp => "aws_sdk_php",
            Self::AsyncAws => "async_aws",
            Self::Idealstack => "idealstack",
        }
    }

    /// Whether PHP stores this payload for an empty `$_SESSION`.
    ///
    /// PHP creates such a session for every id that a client presents, also in strict mode. So
    /// sessions that share a table with PHP give this to [`SessionsBuilder::rotate_empty`]: the
    /// first data that is written here gets a fresh id.
    ///
    /// ```
    /// use session_core::store::Payload;
    /// use session_dynamodb::Profile;
    ///
    /// assert!(Profile::is_empty_session(&Payload::text("")));
    /// assert!(Profile::is_empty_session(&Payload::text("a:0:{}"))); // php_serialize
    /// assert!(Profile::is_empty_session(&Payload::text("YTowOnt9"))); // the same in base64
    /// assert!(!Profile::is_empty_session(&Payload::text("n|i:1;")));
    /// ```
    ///
    /// [`SessionsBuilder::rotate_empty`]: session_core::sessions::SessionsBuilder::rotate_empty
    pub fn is_empty_session(payload: &Payload) -> bool {
        matches!(payload.as_bytes(), b"" | b"a:0:{}" | b"YTowOnt9")
    }

    /// The kind of versions in its tables: no handler keeps a tag.
    pub(crate) const fn versions(self) -> Versions {
        match self {
            Self::AwsSdkPhp | Self::AsyncAws | Self::Idealstack => Versions::Content,
        }
    }

    /// Whether the handler base64-encodes the data by default.
    ///
    /// ```
    /// use session_dynamodb::Profile;
    ///
    /// assert!(Profile::Idealstack.encodes_base64());
    /// assert!(!Profile::AwsSdkPhp.encodes_base64());
    /// ```
    pub const fn encodes_base64(self) -> bool {
        matches!(self, Self::Idealstack)
    }

    /// Checks what the handler has fixed, and nobody can set.
    pub(crate) fn check(self, layout: &Layout) -> Result<()> {
        self.fixed("lock_attribute", &layout.lock, "lock")?;
        if self == Self::Idealstack {
            self.fixed("data_attribute", &layout.data, "data")?;
            self.fixed("session_lifetime_attribute", &layout.expires, "expires")?;
        }
        if self != Self::AwsSdkPhp && layout.kind == PayloadKind::Binary {
            let name = self.name();
            return Err(config(format!(
                "data_attribute_type is `binary` and the profile `{name}` keeps strings: its \
                 handler takes bytes for an empty session, and overwrites them"
            )));
        }
        Ok(())
    }

    fn fixed(self, option: &str, found: &str, fixed: &str) -> Result<()> {
        if found == fixed {
            return Ok(());
        }
        let name = self.name();
        Err(config(format!("{option} is `{found}`: the handler of `{name}` knows `{fixed}` only")))
    }
}

fn config(detail: String) -> Error {
    Error::new(Operation::Configure, ErrorKind::Config).with_detail(detail)
}
