//! The suite, against a server in the process of each test.
//!
//! In a profile, what it bends is declared and asserted: the cases that need tags check instead that
//! content is the version, and that a call which its caller repeats is refused and changes nothing.

use async_trait::async_trait;
use session_conformance::{CLOCK_SKEW, Fixture, Harness, SetupError, suite};
use session_core::{ManualClock, PayloadKind};
use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, Profile, TableOptions};
use std::sync::Arc;

/// A server for each case, whose table has no time to live: a sweeper goes by its own clock.
struct Embedded {
    kind: PayloadKind,
    profile: Option<Profile>,
    locking: bool,
}

impl Embedded {
    const fn own(kind: PayloadKind) -> Self {
        Self { kind, profile: None, locking: true }
    }

    const fn shared(profile: Profile, kind: PayloadKind, locking: bool) -> Self {
        Self { kind, profile: Some(profile), locking }
    }
}

#[async_trait]
impl Harness for Embedded {
    async fn fixture(&self, clock: ManualClock) -> Result<Fixture, SetupError> {
        let server = EmbeddedDynamoDb::start().await?;
        let mut builder = DynamoDbStore::builder(server.client(), "sessions")
            .data_attribute_type(self.kind)
            .locking(self.locking)
            .clock_skew(CLOCK_SKEW)
            .clock(clock);
        if let Some(profile) = self.profile {
            builder = builder.profile(profile);
        }
        let store = Arc::new(builder.build()?);
        store
            .create_table(&TableOptions { time_to_live: false, ..TableOptions::default() })
            .await?;
        let fixture = if self.locking {
            Fixture::full(store)
        } else {
            Fixture::new(Arc::clone(&store) as _).with_collecting(store)
        };
        Ok(fixture.with_teardown(async { drop(server) }))
    }
}

macro_rules! suites {
    ($($name:ident = $harness:expr;)*) => {
        $(mod $name {
            use super::{Embedded, suite};
            use session_core::PayloadKind::{Binary, Text};
            use session_dynamodb::Profile::{AsyncAws, AwsSdkPhp, Idealstack};

            suite!($harness);
        })*
    };
}

suites! {
    text = Embedded::own(Text);
    binary = Embedded::own(Binary);
    aws_sdk_php_binary = Embedded::shared(AwsSdkPhp, Binary, false);
    aws_sdk_php_locking = Embedded::shared(AwsSdkPhp, Text, true);
    async_aws = Embedded::shared(AsyncAws, Text, true);
    idealstack = Embedded::shared(Idealstack, Text, false);
}
