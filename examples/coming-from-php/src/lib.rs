#![doc = include_str!("../../../docs/coming-from-php.md")]
