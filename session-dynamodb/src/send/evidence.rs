//! Whether a rejection without an item means that there is none.
//!
//! DynamoDB shows the item of a rejected condition when asked to. A server that does not makes
//! every live session look absent. So until a server has shown an item, each rejection without one
//! is checked by a deletion that requires that there is no item. It deletes nothing, and only an
//! item that exists at that moment rejects it.

use super::execute::Call;
use super::transport::{Action, Rejection};
use super::{Failed, Sender};
use crate::item::Item;
use crate::request;
use session_core::store::Key;
use std::sync::atomic::Ordering;

/// The credibility of a rejection that shows no item.
pub(super) enum Evidence {
    /// There was no item, or nothing shows that there was one.
    Credible,
    /// There is an item now, and the server shows items.
    Outdated,
    /// There is an item, and the server does not show it.
    Silent,
}

impl Sender {
    /// Checks a rejection that shows no item, unless the server has shown one before.
    pub(super) async fn check_rejection<R: Action>(
        &self,
        call: &mut Call,
        request: &R,
        rejection: &R::Rejection,
    ) -> Result<Evidence, Failed> {
        let items = rejection.items();
        if items.iter().flatten().any(|item| !is_absent(item)) {
            self.shows_items.store(true, Ordering::Relaxed);
        }
        if !call.needs_items() || self.shows_items.load(Ordering::Relaxed) {
            return Ok(Evidence::Credible);
        }
        let absent: Vec<_> = request.keys().into_iter().zip(items).collect();
        for (key, item) in absent {
            if item.is_none() {
                continue;
            }
            match self.probe(call, key).await? {
                Evidence::Credible => {}
                evidence => return Ok(evidence),
            }
        }
        Ok(Evidence::Credible)
    }

    async fn probe(&self, call: &mut Call, key: &Key) -> Result<Evidence, Failed> {
        match self.attempt_until_answered(call, &request::delete_if_absent(key)).await? {
            Ok(_) => Ok(Evidence::Credible),
            Err(item) if is_absent(&item) => Ok(Evidence::Silent),
            Err(_) => {
                self.shows_items.store(true, Ordering::Relaxed);
                Ok(Evidence::Outdated)
            }
        }
    }
}

fn is_absent(item: &Item) -> bool {
    item.0.is_empty()
}
