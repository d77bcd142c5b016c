//! Versions that are the content, as they must be in a table that is shared with PHP.

use crate::twist::{Full, Twist};
use async_trait::async_trait;
use session_conformance::{Lawful, Row, Rules};
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{Capabilities, Change, Expect, Key, Record, Rotation, Version};

/// Declares it, and recognizes no call that is repeated.
#[derive(Debug)]
pub(crate) struct RecognizesNothing;

impl Rules for RecognizesNothing {
    fn capabilities(&self) -> Capabilities {
        Lawful.capabilities().with_content_versions()
    }

    fn is_repeated(&self, _: Operation, _: &Row, _: &Version) -> bool {
        false
    }
}

/// Declares it, and takes equal content for its own.
#[derive(Debug)]
pub(crate) struct RecognizesEqualContent;

impl Rules for RecognizesEqualContent {
    fn capabilities(&self) -> Capabilities {
        Lawful.capabilities().with_content_versions()
    }
}

/// Writes the content where the version would be.
#[derive(Debug)]
pub(crate) struct ComparesContent;

#[async_trait]
impl<S: Full> Twist<S> for ComparesContent {
    async fn create(&self, store: &S, key: &Key, record: &Record, _: &Version) -> Result<()> {
        let version = Version::content(record.payload.clone());
        store.create(key, record, &version).await
    }

    async fn update(
        &self,
        store: &S,
        key: &Key,
        change: &Change,
        expect: &Expect,
        _: &Version,
    ) -> Result<()> {
        let version = Version::content(change.payload.clone());
        store.update(key, change, expect, &version).await
    }

    async fn rotate(
        &self,
        store: &S,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        _: &Version,
    ) -> Result<()> {
        let version = Version::content(rotation.record.payload.clone());
        store.rotate(old, new, rotation, expect, &version).await
    }
}
