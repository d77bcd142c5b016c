#![doc = include_str!("../../../docs/coming-from-php.md")]

#[doc = include_str!("../../../docs/moving-a-table.md")]
pub mod moving {}

#[doc = include_str!("../../../docs/sharing-with-php.md")]
pub mod sharing {}
