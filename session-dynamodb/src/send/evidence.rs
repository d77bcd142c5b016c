//! Whether a rejection without an item means that there is none.
//!
//! DynamoDB shows the item of a rejected condition when asked to. A server that does not makes
//! every live session look absent. So until a server has shown an item, each rejection without one
//! is checked by a read.

use super::execute::Call;
use super::transport::{Action, Rejection};
use super::{Failed, Sender};
use crate::item::Item;
use crate::request;
use session_core::store::Key;
use std::sync::atomic::Ordering;

impl Sender {
    /// Whether there is an item where the rejection shows none.
    ///
    /// It may also have been created since: only a second contradiction says that the server does
    /// not show items.
    pub(super) async fn is_contradicted<R: Action>(
        &self,
        call: &mut Call,
        request: &R,
        rejection: &R::Rejection,
    ) -> Result<bool, Failed> {
        let items = rejection.items();
        if items.iter().flatten().any(|item| !is_absent(item)) {
            self.shows_items.store(true, Ordering::Relaxed);
        }
        if !call.needs_items() || self.shows_items.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let absent: Vec<_> = request.keys().into_iter().zip(items).collect();
        for (key, item) in absent {
            if item.is_some() && self.exists(call, key).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn exists(&self, call: &mut Call, key: &Key) -> Result<bool, Failed> {
        let read = self.attempt_until_answered(call, &request::load(key, true)).await?;
        match read {
            Ok(got) => Ok(got.whole.is_some()),
            Err(never) => match never {},
        }
    }
}

fn is_absent(item: &Item) -> bool {
    item.0.is_empty()
}
