use crate::handle::SecondHandle;
use crate::{Fixture, Harness, SetupError};
use async_trait::async_trait;
use session_core::time::ManualClock;
use std::sync::atomic::{AtomicBool, Ordering};

/// A harness of which it is known what its fixtures lack.
pub(super) struct Inspected {
    harness: Box<dyn Harness>,
    lacks_a_second_handle: AtomicBool,
}

impl Inspected {
    pub(super) fn new(harness: impl Harness + 'static) -> Self {
        Self { harness: Box::new(harness), lacks_a_second_handle: AtomicBool::new(false) }
    }

    /// Whether a store was made that could have a second handle, and had none.
    pub(super) fn lacks_a_second_handle(&self) -> bool {
        self.lacks_a_second_handle.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Harness for Inspected {
    async fn fixture(&self, clock: ManualClock) -> Result<Fixture, SetupError> {
        let fixture = self.harness.fixture(clock).await?;
        if matches!(fixture.second, SecondHandle::NotGiven) {
            self.lacks_a_second_handle.store(true, Ordering::Relaxed);
        }
        Ok(fixture)
    }
}
