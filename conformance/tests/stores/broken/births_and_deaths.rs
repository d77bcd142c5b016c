//! Faults of `create` and `delete`.

use crate::broken::rejects;
use crate::calls::{CreateCall, DeleteCall};
use crate::changes::{Creates, Deletes, now};
use crate::rules;
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{Model, Row, Rules};
use session_core::error::Operation;
use session_core::store::{Deletion, Freshness, Key, SessionStore};
use session_core::{Error, ErrorKind, Result};
use std::collections::BTreeSet;
use std::sync::Mutex;

fn finds_something_to_delete_always(model: &Model, call: DeleteCall<'_>) -> Result<Deletion> {
    now(call.on(model))?;
    Ok(Deletion::Deleted)
}

fn deletes_only_in_name(model: &Model, call: DeleteCall<'_>) -> Result<Deletion> {
    Ok(match now(model.load(call.key, Freshness::AsConfigured))? {
        Some(_) => Deletion::Deleted,
        None => Deletion::WasAbsent,
    })
}

/// Overwrites the existing record.
fn creates_over_the_living(model: &Model, call: CreateCall<'_>) -> Result<()> {
    model.with_rows(|rows| rows.remove(call.key));
    now(call.on(model))
}

/// Remembers deleted keys, and does not create them again.
#[derive(Debug, Default)]
struct CreatesNoDeletedKeyAgain(Mutex<BTreeSet<Key>>);

#[async_trait]
impl Twist for CreatesNoDeletedKeyAgain {
    async fn delete(&self, model: &Model, call: DeleteCall<'_>) -> Result<Deletion> {
        let deletion = call.on(model).await?;
        self.0.lock().expect("nobody panics").insert(call.key.clone());
        Ok(deletion)
    }

    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        if self.0.lock().expect("nobody panics").contains(call.key) {
            return Err(Error::new(Operation::Create, ErrorKind::AlreadyExists));
        }
        call.on(model).await
    }
}

/// Wrongly keeps a part of the expired record in the new one.
fn inherits(part: fn(expired: &Row, new: &mut Row)) -> impl Rules {
    rules::writes(Operation::Create, move |before, new| {
        if let Some(expired) = before {
            part(expired, new);
        }
    })
}

/// Has room for a thousand records, and makes it.
fn evicts_live_records(model: &Model, call: CreateCall<'_>) -> Result<()> {
    model.with_rows(|rows| if rows.len() >= 1_000 { rows.pop_first() } else { None });
    now(call.on(model))
}

rejects! {
    evicts_live_records = twisted(Creates(evicts_live_records))
        => [more_than_a_thousand_live_records_are_kept];
    creates_no_deleted_session_again = twisted(CreatesNoDeletedKeyAgain::default())
        => [a_deleted_record_is_created_anew];
    always_finds_something_to_delete = twisted(Deletes(finds_something_to_delete_always))
        => [
            a_deletion_of_an_expired_session_finds_nothing,
            of_many_deletions_exactly_one_finds_the_session,
        ];
    deletes_only_in_name = twisted(Deletes(deletes_only_in_name))
        => [update_of_a_deleted_session_is_gone, touch_of_a_deleted_session_is_gone];
    creates_over_live_records = twisted(Creates(creates_over_the_living))
        => [a_live_record_is_not_created_again];
    keeps_the_expired_records_data = ruled(inherits(|expired, new| new.record.payload = expired.record.payload.clone()))
        => [an_expired_record_is_replaced];
    keeps_the_expired_records_deadline = ruled(inherits(|expired, new| new.record.deadline = new.record.deadline.or(expired.record.deadline)))
        => [the_deadline_of_an_expired_record_is_not_inherited];
    keeps_the_expired_records_lock = ruled(inherits(|expired, new| new.lock.clone_from(&expired.lock)))
        => [the_lock_of_an_expired_record_is_not_inherited];
    keeps_the_expired_records_version = ruled(inherits(|expired, new| new.version = expired.version.clone()))
        => [the_version_of_an_expired_record_is_not_inherited];
}
