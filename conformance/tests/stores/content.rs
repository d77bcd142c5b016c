//! Versions that are the content, as they must be in a table that is shared with PHP.

use session_conformance::{Lawful, Row, Rules};
use session_core::error::Operation;
use session_core::store::{Capabilities, Payload, Tag, Version};

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

/// Declares it, and keeps tags.
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

/// Writes the content where the version would be, and does not declare it.
#[derive(Debug)]
pub(crate) struct ComparesContent;

impl Rules for ComparesContent {
    fn version(&self, payload: &Payload, _: &Tag) -> Version {
        Version::content(payload.clone())
    }
}
