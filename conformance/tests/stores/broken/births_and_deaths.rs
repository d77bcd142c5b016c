//! Faults of `create` and `delete`.

use crate::broken::rejects;
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{Model, Row, Rules};
use session_core::error::Operation;
use session_core::store::{Deletion, Expect, Freshness, Key, Record, SessionStore, Tag};
use session_core::{Error, ErrorKind, Result};
use std::collections::BTreeSet;
use std::sync::Mutex;

#[derive(Debug)]
struct FindsSomethingToDeleteAlways;

#[async_trait]
impl Twist for FindsSomethingToDeleteAlways {
    async fn delete(&self, model: &Model, key: &Key, expect: &Expect) -> Result<Deletion> {
        model.delete(key, expect).await?;
        Ok(Deletion::Deleted)
    }
}

#[derive(Debug)]
struct DeletesOnlyInName;

#[async_trait]
impl Twist for DeletesOnlyInName {
    async fn delete(&self, model: &Model, key: &Key, _expect: &Expect) -> Result<Deletion> {
        Ok(match model.load(key, Freshness::AsConfigured).await? {
            Some(_) => Deletion::Deleted,
            None => Deletion::WasAbsent,
        })
    }
}

/// Overwrites the existing record.
#[derive(Debug)]
struct CreatesOverTheLiving;

#[async_trait]
impl Twist for CreatesOverTheLiving {
    async fn create(&self, model: &Model, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        model.with_rows(|rows| rows.remove(key));
        model.create(key, record, version).await
    }
}

/// Remembers deleted keys, and does not create them again.
#[derive(Debug, Default)]
struct CreatesNoDeletedKeyAgain(Mutex<BTreeSet<Key>>);

#[async_trait]
impl Twist for CreatesNoDeletedKeyAgain {
    async fn delete(&self, model: &Model, key: &Key, expect: &Expect) -> Result<Deletion> {
        let deletion = model.delete(key, expect).await?;
        self.0.lock().expect("nobody panics").insert(key.clone());
        Ok(deletion)
    }

    async fn create(&self, model: &Model, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        if self.0.lock().expect("nobody panics").contains(key) {
            return Err(Error::new(Operation::Create, ErrorKind::AlreadyExists));
        }
        model.create(key, record, version).await
    }
}

/// The part of an expired record that the new record wrongly keeps.
#[derive(Debug)]
struct Inherits(fn(expired: &Row, new: &mut Row));

impl Rules for Inherits {
    fn written(&self, operation: Operation, before: Option<&Row>, mut after: Row) -> Row {
        if let (Operation::Create, Some(expired)) = (operation, before) {
            self.0(expired, &mut after);
        }
        after
    }
}

/// Has room for a thousand records, and makes it.
#[derive(Debug)]
struct EvictsLiveRecords;

#[async_trait]
impl Twist for EvictsLiveRecords {
    async fn create(&self, model: &Model, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        model.with_rows(|rows| if rows.len() >= 1_000 { rows.pop_first() } else { None });
        model.create(key, record, version).await
    }
}

rejects! {
    evicts_live_records = twisted(EvictsLiveRecords)
    => [more_than_a_thousand_live_records_are_kept];
    creates_no_deleted_session_again = twisted(CreatesNoDeletedKeyAgain::default())
    => [
        a_deleted_record_is_created_anew,
        acquire_of_an_unknown_session_is_absent,
        a_lock_ends_with_its_record,
        a_repeated_creation_is_judged_by_the_record,
        a_repeated_update_is_judged_by_the_record,
        a_sweep_goes_by_the_latest_expiry,
    ];
    always_finds_something_to_delete = twisted(FindsSomethingToDeleteAlways)
    => [
        a_rotated_away_key_is_gone,
        a_rotation_that_loses_against_a_deletion_is_gone,
        a_deletion_reports_whether_there_was_a_session,
        a_deletion_of_an_expired_session_finds_nothing,
        of_many_deletions_exactly_one_finds_the_session,
        gone_comes_before_conflict,
        gone_comes_before_lock_lost_and_locked,
        destroying_a_rotated_away_id_finds_nothing,
        no_handle_restores_a_destroyed_session,
    ];
    deletes_only_in_name = twisted(DeletesOnlyInName)
    => [
        a_deleted_record_is_created_anew,
        update_of_a_deleted_session_is_gone,
        touch_of_a_deleted_session_is_gone,
        rotation_of_a_deleted_session_is_gone,
        a_deletion_reports_whether_there_was_a_session,
        a_deletion_expecting_another_version_is_a_conflict,
        of_many_deletions_exactly_one_finds_the_session,
        an_update_that_races_a_deletion_revives_nothing,
        keys_that_differ_in_case_are_isolated,
        keys_that_begin_alike_are_isolated,
        keys_with_control_characters_are_isolated,
        keys_beyond_ascii_are_isolated,
        keys_with_separators_are_isolated,
        the_record_of_another_is_no_repeated_rotation,
        a_dropped_deletion_is_whole_or_not_at_all,
        gone_comes_before_conflict,
        lock_lost_comes_before_conflict,
        a_held_lock_and_another_version_is_a_conflict,
        rejections_of_the_old_key_come_before_already_exists,
        acquire_of_an_unknown_session_is_absent,
        a_stale_holder_writes_nothing,
        a_deletion_passes_a_live_lock,
        a_deletion_of_the_version_read_passes_a_live_lock,
        a_deletion_with_the_token_of_another_is_lock_lost,
        the_holder_deletes,
        a_release_of_a_deleted_session_creates_nothing,
        renew_of_a_gone_session_is_gone,
        a_deletion_under_a_lock_is_reported_at_the_commit,
        a_destroyed_id_gets_a_fresh_one,
        a_destruction_lets_the_queue_move_on,
        a_logout_passes_a_live_lock,
        a_reader_restores_no_deleted_session,
        a_rotation_that_races_a_destruction_is_gone,
        no_handle_restores_a_destroyed_session,
        a_deletion_under_a_lock_lets_the_queue_move_on,
        a_deletion_finds_a_session_up_to_its_expiry,
        long_keys_that_differ_at_their_end_are_isolated,
        a_destruction_dropped_at_any_await_is_whole_or_not_at_all,
        an_upgrade_of_a_session_that_is_gone_is_gone,
        a_lock_ends_with_its_record,
        a_repeated_creation_is_judged_by_the_record,
        a_repeated_update_is_judged_by_the_record,
    ];
    creates_over_live_records = twisted(CreatesOverTheLiving)
    => [
        empty_text_is_data,
        empty_binary_is_data,
        a_live_record_is_not_created_again,
        of_many_creators_exactly_one_wins,
        a_repeated_creation_does_not_undo_a_later_write,
        a_record_is_not_replaced_before_its_expiry,
        a_repeated_creation_is_judged_by_the_record,
    ];
    keeps_the_expired_records_data = ruled(Inherits(|expired, new| new.record.payload = expired.record.payload.clone()))
    => [
        an_expired_record_is_replaced,
        the_deadline_of_an_expired_record_is_not_inherited,
        the_lock_of_an_expired_record_is_not_inherited,
        the_version_of_an_expired_record_is_not_inherited,
        of_many_creators_exactly_one_wins,
        the_idle_timeout_of_an_expired_record_is_not_inherited,
    ];
    keeps_the_expired_records_deadline = ruled(Inherits(|expired, new| new.record.deadline = new.record.deadline.or(expired.record.deadline)))
    => [
        the_deadline_of_an_expired_record_is_not_inherited,
    ];
    keeps_the_expired_records_lock = ruled(Inherits(|expired, new| new.lock.clone_from(&expired.lock)))
    => [
        the_lock_of_an_expired_record_is_not_inherited,
    ];
    keeps_the_expired_records_version = ruled(Inherits(|expired, new| new.version = expired.version.clone()))
    => [
        the_version_of_an_expired_record_is_not_inherited,
    ];
}
