//! Faults in rejections and in their order.

use crate::broken::rejects;
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{Lawful, Model, Row, Rules};
use session_core::error::Operation;
use session_core::store::{Change, Expect, Freshness, Key, Record, SessionStore, Tag, Touch};
use session_core::time::EpochMillis;
use session_core::{Error, ErrorKind, Result};

#[derive(Debug)]
struct ConflictComesFirst;

impl Rules for ConflictComesFirst {
    fn check(
        &self,
        operation: Operation,
        row: &Row,
        expect: &Expect,
        now: EpochMillis,
    ) -> Result<()> {
        self.check_version(operation, row, expect)?;
        self.check_lock(operation, row, expect, now)
    }
}

/// Reports success for calls that the model rejects as meaningless.
#[derive(Debug)]
struct AcceptsNonsense;

#[async_trait]
impl Twist for AcceptsNonsense {
    async fn create(&self, model: &Model, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        nonsense_is_fine(model.create(key, record, version).await)
    }

    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        nonsense_is_fine(model.update(key, change, expect, version).await)
    }

    async fn touch(&self, model: &Model, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        nonsense_is_fine(model.touch(key, touch, expect).await)
    }
}

fn nonsense_is_fine(result: Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::InvalidArgument => Ok(()),
        result => result,
    }
}

/// Checks the record before the arguments.
#[derive(Debug)]
struct LooksAtTheRecordFirst;

#[async_trait]
impl Twist for LooksAtTheRecordFirst {
    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let updated = model.update(key, change, expect, version).await;
        let is_there =
            model.load(key, Freshness::AsConfigured).await.is_ok_and(|found| found.is_some());
        match updated {
            Err(error) if error.kind() == ErrorKind::InvalidArgument && !is_there => {
                Err(Error::new(Operation::Update, ErrorKind::Gone))
            }
            updated => updated,
        }
    }
}

/// Reports that its rejections may have taken effect.
#[derive(Debug)]
struct IsNeverSure;

impl Rules for IsNeverSure {
    fn check_version(&self, operation: Operation, row: &Row, expect: &Expect) -> Result<()> {
        let checked = Lawful.check_version(operation, row, expect);
        checked.map_err(Error::with_unknown_outcome)
    }
}

rejects! {
    puts_conflict_before_lock_lost = ruled(ConflictComesFirst)
    => [
        lock_lost_comes_before_conflict,
        locked_comes_before_conflict,
        a_hung_holder_does_not_stop_the_queue,
    ];
    looks_at_the_record_first = twisted(LooksAtTheRecordFirst)
    => [
        a_key_beyond_the_limit_is_rejected,
        a_meaningless_expiry_comes_before_gone,
    ];
    accepts_nonsense = twisted(AcceptsNonsense)
    => [
        a_record_that_is_expired_already_is_not_created,
        an_update_to_an_expiry_that_is_over_is_rejected,
        a_key_beyond_the_limit_is_rejected,
        a_meaningless_expiry_comes_before_gone,
        a_release_that_names_no_lock_is_rejected,
    ];
    is_never_sure = ruled(IsNeverSure)
    => [
        the_version_of_an_expired_record_is_not_inherited,
        an_update_expecting_another_version_is_a_conflict,
        a_touch_expecting_another_version_is_a_conflict,
        a_rotation_expecting_another_version_is_a_conflict,
        a_deletion_expecting_another_version_is_a_conflict,
        a_repeated_update_does_not_undo_a_later_write,
        a_held_lock_and_another_version_is_a_conflict,
        an_optimistic_commit_that_lost_the_race_is_a_conflict,
        an_optimistic_rotation_that_lost_the_race_is_a_conflict,
        data_that_is_written_back_has_another_version,
        a_write_past_the_lock_is_reported_to_its_holder,
        a_repeated_touch_of_another_version_is_a_conflict,
        a_rotation_of_unchanged_data_keeps_the_write_of_another,
        a_rotation_that_lost_the_race_is_merged,
        changes_of_different_pieces_are_merged,
        changes_of_one_piece_are_a_conflict,
        concurrent_changes_of_pieces_are_merged_or_conflict,
        an_update_that_is_rejected_sets_no_lifetime,
        a_lifetime_is_set_with_a_merge,
        a_lifetime_that_another_set_is_a_conflict,
        a_lifetime_for_unchanged_data_keeps_the_write_of_another,
        a_rotation_of_unchanged_data_keeps_a_lifetime_that_another_set,
        a_commit_that_is_rejected_sets_no_lifetime,
        a_repeated_update_is_judged_by_the_record,
        an_update_that_changes_nothing_is_a_write,
    ];
}
