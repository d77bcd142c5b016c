//! How `batch_config` is written.

use super::config;
use super::written::{Written, seconds};
use crate::BatchConfig;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{
    Deserializer, Error as DeserializeError, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use session_core::Result;
use std::fmt::{self, Formatter};

/// Batches as they are written. The empty list is PHP's default, which it writes for an empty map
/// too, and sets nothing; an empty map is batches of the default size.
pub(super) struct Batches(Option<Set>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Set {
    batch_size: Option<usize>,
    delay: Option<Written<f64>>,
    pool_size: Option<u64>,
    autoflush: Option<bool>,
    before: Option<IgnoredAny>,
    error: Option<IgnoredAny>,
}

impl Batches {
    pub(super) fn read(self) -> Result<Option<BatchConfig>> {
        let Some(set) = self.0 else { return Ok(None) };
        set.check()?;
        let standard = BatchConfig::default();
        let batches = BatchConfig {
            batch_size: set.batch_size.unwrap_or(standard.batch_size),
            delay: seconds("delay", set.delay, 0.0)?,
            before: None,
        };
        batches.check()?;
        Ok(Some(batches))
    }
}

impl Set {
    /// Of what PHP has besides, its defaults are what is done here.
    fn check(&self) -> Result<()> {
        let refusal = if self.before.is_some() {
            "batch_config.before is a callback: set `BatchConfig::before` in code"
        } else if self.error.is_some() {
            "batch_config.error is a callback: what fails is counted in the collector's report"
        } else if self.pool_size.is_some_and(|size| size != 1) {
            "batch_config.pool_size must be 1: what goes on at a time is `scan_segments`"
        } else if self.autoflush == Some(false) {
            "batch_config.autoflush must be true: nothing would be deleted"
        } else {
            return Ok(());
        };
        Err(config(refusal.into()))
    }
}

impl<'de> Deserialize<'de> for Batches {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(BatchesVisitor)
    }
}

struct BatchesVisitor;

impl<'de> Visitor<'de> for BatchesVisitor {
    type Value = Batches;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("a map of options for batches")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Batches, A::Error> {
        match list.next_element::<IgnoredAny>()? {
            None => Ok(Batches(None)),
            Some(_) => Err(A::Error::custom("batch_config is a list, and no map of options")),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<Batches, A::Error> {
        Set::deserialize(MapAccessDeserializer::new(map)).map(|set| Batches(Some(set)))
    }
}
