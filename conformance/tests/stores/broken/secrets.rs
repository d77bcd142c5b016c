//! Faults that show secrets in the logs of a store's users.

use crate::broken::rejects;
use crate::calls::{AcquireCall, CreateCall, RenewCall, TouchCall, UpdateCall};
use crate::changes::{Renews, Touches, Updates, now};
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::Model;
use session_core::store::{Acquired, LockToken};
use session_core::time::Timestamp;
use session_core::{Error, ErrorKind, Result};
use std::sync::{Mutex, PoisonError};

fn names_the_key(model: &Model, call: UpdateCall<'_>) -> Result<()> {
    let updated = now(call.on(model));
    updated.map_err(|error| error.with_detail(format!("no luck with {}", call.key.as_str())))
}

/// Shows the key of the last created record in its `Debug`.
#[derive(Debug, Default)]
struct PrintsItsKeys(Mutex<String>);

#[async_trait]
impl Twist for PrintsItsKeys {
    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        call.key.as_str().clone_into(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
        call.on(model).await
    }
}

/// Shows the token of a lost lock in the error of a touch.
fn names_the_token_of_a_touch(model: &Model, call: TouchCall<'_>) -> Result<()> {
    let touched = now(call.on(model));
    touched.map_err(|error| match call.expect.as_lock() {
        Some(token) if error.kind() == ErrorKind::LockLost => naming(error, token),
        _ => error,
    })
}

/// Shows the token of the current lock in the error of a renewal.
fn names_the_holder(model: &Model, call: RenewCall<'_>) -> Result<Timestamp> {
    let renewed = now(call.on(model));
    let row = model.with_rows(|rows| rows.get(call.key).cloned());
    let lock = row.and_then(|row| row.lock);
    renewed.map_err(|error| match lock {
        Some(lock) => naming(error, &lock.token),
        None => error,
    })
}

fn naming(error: Error, token: &LockToken) -> Error {
    error.with_detail(format!("no lock of {}", token.encode()))
}

/// Shows its last token in its `Debug`.
#[derive(Debug, Default)]
struct PrintsItsLocks(Mutex<String>);

#[async_trait]
impl Twist for PrintsItsLocks {
    async fn acquire(&self, model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = call.token.encode();
        call.on(model).await
    }
}

rejects! {
    names_the_key_in_its_errors = twisted(Updates(names_the_key))
        => [
            errors_show_no_secret,
            lock_errors_show_no_secret,
            locked_handles_and_their_errors_show_no_secret,
        ];
    prints_its_keys = twisted(PrintsItsKeys::default())
        => [debug_output_shows_no_secret, locked_handles_and_their_errors_show_no_secret];
    names_the_token_of_a_touch = twisted(Touches(names_the_token_of_a_touch)) => [lock_errors_show_no_secret];
    names_the_holder_of_a_lock = twisted(Renews(names_the_holder)) => [lock_errors_show_no_secret];
    prints_its_locks = twisted(PrintsItsLocks::default())
        => [debug_of_a_locked_store_shows_no_token, locked_handles_and_their_errors_show_no_secret];
}
