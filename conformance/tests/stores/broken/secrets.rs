//! Faults that show secrets in the logs of a store's users.

use crate::broken::rejects;
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::Model;
use session_core::store::{
    Acquired, Change, Expect, Key, LockToken, LockingStore, Record, SessionStore, Tag, Touch,
};
use session_core::time::Timestamp;
use session_core::{Error, ErrorKind, Result};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

#[derive(Debug)]
struct NamesTheKey;

#[async_trait]
impl Twist for NamesTheKey {
    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let updated = model.update(key, change, expect, version).await;
        updated.map_err(|error| error.with_detail(format!("no luck with {}", key.as_str())))
    }
}

/// Shows the key of the last created record in its `Debug`.
#[derive(Debug, Default)]
struct PrintsItsKeys(Mutex<String>);

#[async_trait]
impl Twist for PrintsItsKeys {
    async fn create(&self, model: &Model, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        key.as_str().clone_into(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
        model.create(key, record, version).await
    }
}

/// Shows the token of a lost lock in the error of a touch.
#[derive(Debug)]
struct NamesTheTokenOfATouch;

#[async_trait]
impl Twist for NamesTheTokenOfATouch {
    async fn touch(&self, model: &Model, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        let touched = model.touch(key, touch, expect).await;
        touched.map_err(|error| match expect.as_lock() {
            Some(token) if error.kind() == ErrorKind::LockLost => naming(error, token),
            _ => error,
        })
    }
}

/// Shows the token of the current lock in the error of a renewal.
#[derive(Debug)]
struct NamesTheHolder;

#[async_trait]
impl Twist for NamesTheHolder {
    async fn renew(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Timestamp> {
        let renewed = model.renew(key, token, lease).await;
        let row = model.with_rows(|rows| rows.get(key).cloned());
        let lock = row.and_then(|row| row.lock);
        renewed.map_err(|error| match lock {
            Some(lock) => naming(error, &lock.token),
            None => error,
        })
    }
}

fn naming(error: Error, token: &LockToken) -> Error {
    error.with_detail(format!("no lock of {}", token.encode()))
}

/// Shows its last token in its `Debug`.
#[derive(Debug, Default)]
struct PrintsItsLocks(Mutex<String>);

#[async_trait]
impl Twist for PrintsItsLocks {
    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = token.encode();
        model.acquire(key, token, lease).await
    }
}

rejects! {
    names_the_key_in_its_errors = twisted(NamesTheKey)
        => [
            errors_show_no_secret,
            lock_errors_show_no_secret,
            locked_handles_and_their_errors_show_no_secret,
        ];
    prints_its_keys = twisted(PrintsItsKeys::default())
        => [debug_output_shows_no_secret, locked_handles_and_their_errors_show_no_secret];
    names_the_token_of_a_touch = twisted(NamesTheTokenOfATouch) => [lock_errors_show_no_secret];
    names_the_holder_of_a_lock = twisted(NamesTheHolder) => [lock_errors_show_no_secret];
    prints_its_locks = twisted(PrintsItsLocks::default())
        => [debug_of_a_locked_store_shows_no_token, locked_handles_and_their_errors_show_no_secret];
}
