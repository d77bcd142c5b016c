#![cfg_attr(all(feature = "config", feature = "memory"), doc = include_str!("../README.md"))]
#![cfg_attr(
    not(all(feature = "config", feature = "memory")),
    doc = "Server-side sessions in one dependency."
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "config")]
pub mod config;

#[cfg(feature = "config")]
pub use config::Config;
pub use session_core::*;
#[cfg(feature = "locking")]
pub use session_locking::Pessimistic;
#[cfg(feature = "memory")]
pub use session_memory::MemoryStore;
#[cfg(feature = "sqlite")]
pub use session_sqlite::SqliteStore;
#[cfg(feature = "axum")]
pub use session_tower::{ReadSection, WriteSection};
#[cfg(feature = "tower")]
pub use session_tower::{Session, SessionLayer};

/// The store on DynamoDB: the crate `session-dynamodb`.
#[cfg(feature = "dynamodb")]
pub mod dynamodb {
    #[doc(inline)]
    pub use session_dynamodb::*;
}

/// The pessimistic strategy: the crate `session-locking`.
#[cfg(feature = "locking")]
pub mod locking {
    #[doc(inline)]
    pub use session_locking::*;
}

/// The store in memory: the crate `session-memory`.
#[cfg(feature = "memory")]
pub mod memory {
    #[doc(inline)]
    pub use session_memory::*;
}

/// PHP's session formats: the crate `session-php`.
#[cfg(feature = "php")]
pub mod php {
    #[doc(inline)]
    pub use session_php::*;
}

/// The store in an SQLite file: the crate `session-sqlite`.
#[cfg(feature = "sqlite")]
pub mod sqlite {
    #[doc(inline)]
    pub use session_sqlite::*;
}

/// Sessions in web services: the crate `session-tower`.
#[cfg(feature = "tower")]
pub mod tower {
    #[doc(inline)]
    pub use session_tower::*;
}

/// The guides, whose examples run as tests.
#[cfg(all(
    doctest,
    feature = "config",
    feature = "memory",
    feature = "sqlite",
    feature = "test-util"
))]
mod guides {
    #[doc = include_str!("../docs/start.md")]
    mod start {}

    #[doc = include_str!("../docs/strategies.md")]
    mod strategies {}

    #[doc = include_str!("../docs/web.md")]
    mod web {}

    #[doc = include_str!("../docs/configuration.md")]
    mod configuration {}

    #[doc = include_str!("../docs/security.md")]
    mod security {}

    #[doc = include_str!("../docs/deployment.md")]
    mod deployment {}

    #[cfg(feature = "embedded-dynamodb")]
    #[doc = include_str!("../docs/dynamodb.md")]
    mod dynamodb {}
}
