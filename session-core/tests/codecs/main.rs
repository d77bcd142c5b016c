//! The laws of the codecs, format by format.
//!
//! Each law is a function over any format, and a module of one test per format that is compiled in:
//! `cargo test -p session-core --all-features --test codecs` runs them all.

#![expect(clippy::unwrap_used, reason = "the helpers of a test are a test")]
#![cfg_attr(
    not(all(
        feature = "json",
        feature = "messagepack",
        feature = "postcard",
        feature = "bincode"
    )),
    allow(
        dead_code,
        unused_imports,
        clippy::allow_attributes,
        reason = "which helpers are used depends on the formats that are compiled in"
    )
)]

mod data;
mod details;
mod forwarding;
mod golden;
mod hostile;
mod kinds;
mod limits;
mod properties;
mod secrets;
mod traps;

/// One test per format of a law, which takes a function from limits to the codec.
macro_rules! for_each_format {
    ($($law:ident)*) => {$(
        mod $law {
            #[cfg(feature = "json")]
            #[test]
            fn json() {
                super::$law(|limits| session_core::codec::Json::new().with_limits(limits));
            }

            #[cfg(feature = "messagepack")]
            #[test]
            fn messagepack() {
                super::$law(|limits| session_core::codec::MessagePack::new().with_limits(limits));
            }

            #[cfg(feature = "postcard")]
            #[test]
            fn postcard() {
                super::$law(|limits| session_core::codec::Postcard::new().with_limits(limits));
            }

            #[cfg(feature = "bincode")]
            #[test]
            fn bincode() {
                super::$law(|limits| session_core::codec::Bincode::new().with_limits(limits));
            }

            #[cfg(feature = "json")]
            #[test]
            fn base64() {
                super::$law(|limits| {
                    session_core::codec::Base64::new(session_core::codec::Json::new().with_limits(limits))
                });
            }
        }
    )*};
}

pub(crate) use for_each_format;
