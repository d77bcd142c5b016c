//! The suite, against a server in the process of each test.
//!
//! In a profile, what it bends is declared and asserted: the cases that need tags check instead that
//! content is the version, and that a call which its caller repeats is refused and changes nothing.

mod embedded;

use embedded::Embedded;
use session_conformance::suite;
use session_core::PayloadKind;
use session_dynamodb::Profile;

const fn own(kind: PayloadKind) -> Embedded {
    Embedded { kind, profile: None, locking: true }
}

const fn shared(profile: Profile, kind: PayloadKind, locking: bool) -> Embedded {
    Embedded { kind, profile: Some(profile), locking }
}

macro_rules! suites {
    ($($name:ident = $harness:expr;)*) => {
        $(mod $name {
            use super::suite;
            use session_core::PayloadKind::{Binary, Text};
            use session_dynamodb::Profile::{AsyncAws, AwsSdkPhp, Idealstack};

            suite!($harness);
        })*
    };
}

suites! {
    text = super::own(Text);
    binary = super::own(Binary);
    aws_sdk_php_binary = super::shared(AwsSdkPhp, Binary, false);
    aws_sdk_php_locking = super::shared(AwsSdkPhp, Text, true);
    async_aws = super::shared(AsyncAws, Text, true);
    idealstack = super::shared(Idealstack, Text, false);
}
