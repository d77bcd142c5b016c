//! The conformance suite against a server in the process of each test.
//!
//! A profile declares its exceptions, and the suite asserts them. Cases that need tags instead
//! check that content is the version, and that a repeated call is rejected and changes nothing.

mod embedded;

use embedded::Embedded;
use session_conformance::suite;
use session_core::store::PayloadKind::{self, Binary, Text};
use session_dynamodb::Profile::{self, AsyncAws, AwsSdkPhp, Idealstack};

const fn own(kind: PayloadKind) -> Embedded {
    Embedded { kind, profile: None, locking: true, two_handles: matches!(kind, Text) }
}

const fn shared(profile: Profile, kind: PayloadKind, locking: bool) -> Embedded {
    Embedded { kind, profile: Some(profile), locking, two_handles: false }
}

macro_rules! suites {
    ($($name:ident = $harness:expr $(, ignore = $reason:literal)?;)*) => {
        $(const fn $name() -> Embedded {
            $harness
        }

        mod $name {
            use super::suite;

            suite!(super::$name() $(, ignore = $reason)?);
        })*
    };
}

// Each choice of a profile occurs once: the type of the data, and locking or not. `cargo test` runs
// the default configuration, through two clients, and a locking one of PHP.
suites! {
    text = own(Text);
    binary = own(Binary), ignore = "runs in CI";
    aws_sdk_php_binary = shared(AwsSdkPhp, Binary, false), ignore = "runs in CI";
    aws_sdk_php_locking = shared(AwsSdkPhp, Text, true);
    async_aws = shared(AsyncAws, Text, true), ignore = "runs in CI";
    idealstack = shared(Idealstack, Text, false), ignore = "runs in CI";
}
