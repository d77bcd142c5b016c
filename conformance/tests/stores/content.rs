//! Versions that are the content, as they must be in a table that is shared with PHP.

use crate::twist::Twist;
use async_trait::async_trait;
use session_conformance::{Lawful, Model, Row, Rules};
use session_core::{
    Capabilities, Change, Expect, Key, Operation, Record, Result, Rotation, SessionStore, Version,
};

/// Declares it, and recognises no call that is repeated.
#[derive(Debug)]
pub(crate) struct RecognisesNothing;

impl Rules for RecognisesNothing {
    fn capabilities(&self) -> Capabilities {
        Lawful.capabilities().with_content_versions()
    }

    fn is_repeated(&self, _: Operation, _: &Row, _: &Version) -> bool {
        false
    }
}

/// Declares it, and takes equal content for its own.
#[derive(Debug)]
pub(crate) struct RecognisesEqualContent;

impl Rules for RecognisesEqualContent {
    fn capabilities(&self) -> Capabilities {
        Lawful.capabilities().with_content_versions()
    }
}

/// Writes the content where the version would be.
#[derive(Debug)]
pub(crate) struct ComparesContent;

#[async_trait]
impl Twist for ComparesContent {
    async fn create(&self, model: &Model, key: &Key, record: &Record, _: &Version) -> Result<()> {
        let version = Version::content(record.payload.clone());
        model.create(key, record, &version).await
    }

    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        _: &Version,
    ) -> Result<()> {
        let version = Version::content(change.payload.clone());
        model.update(key, change, expect, &version).await
    }

    async fn rotate(
        &self,
        model: &Model,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        _: &Version,
    ) -> Result<()> {
        let version = Version::content(rotation.record.payload.clone());
        model.rotate(old, new, rotation, expect, &version).await
    }
}
