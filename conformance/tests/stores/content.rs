//! Stores whose version is the content, as in a table that PHP shares.

use session_conformance::{Lawful, Row, Rules};
use session_core::error::Operation;
use session_core::store::{Capabilities, Payload, Tag, Version};

/// Declares versions by content, and recognizes no retry.
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

/// Declares versions by content, and treats equal content as its own.
#[derive(Debug)]
pub(crate) struct RecognizesEqualContent;

impl Rules for RecognizesEqualContent {
    fn capabilities(&self) -> Capabilities {
        Lawful.capabilities().with_content_versions()
    }
}

/// Declares versions by content, but stores tags.
#[derive(Debug)]
pub(crate) struct DeclaresContent;

impl Rules for DeclaresContent {
    fn capabilities(&self) -> Capabilities {
        Lawful.capabilities().with_content_versions()
    }

    fn version(&self, _: &Payload, tag: &Tag) -> Version {
        Version::tagged(*tag)
    }
}

/// Uses the content as version without declaring that.
#[derive(Debug)]
pub(crate) struct ComparesContent;

impl Rules for ComparesContent {
    fn version(&self, payload: &Payload, _: &Tag) -> Version {
        Version::content(payload.clone())
    }
}
