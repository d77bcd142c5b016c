//! Faults in versions and in the record after an update.

use crate::broken::rejects;
use crate::content::{ComparesContent, DeclaresContent, RecognizesEqualContent};
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{Model, Row, Rules};
use session_core::error::Operation;
use session_core::store::{
    Change, Expect, Freshness, Key, Record, SessionStore, Snapshot, Tag, Version,
};
use session_core::{Error, ErrorKind, Result};
use tokio::task::yield_now;

#[derive(Debug)]
struct IgnoresTheVersion(Option<Operation>);

impl Rules for IgnoresTheVersion {
    fn is_expected(&self, operation: Operation, version: &Version, expected: &Version) -> bool {
        self.0.is_none_or(|ignoring| ignoring == operation) || version == expected
    }
}

/// Lets "none yet" stand for every version, in one operation.
#[derive(Debug)]
struct TakesNoneYetForAnything(Operation);

impl Rules for TakesNoneYetForAnything {
    fn is_expected(&self, operation: Operation, version: &Version, expected: &Version) -> bool {
        (operation == self.0 && *expected == Version::NONE) || version == expected
    }
}

/// Requires of an update that expects "none yet" only that no record has a tag.
#[derive(Debug)]
struct TakesAbsenceForNoneYet;

#[async_trait]
impl Twist for TakesAbsenceForNoneYet {
    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let updated = model.update(key, change, expect, version).await;
        let is_gone = matches!(&updated, Err(error) if error.kind() == ErrorKind::Gone);
        if !is_gone || expect.as_version() != Some(&Version::NONE) {
            return updated;
        }
        let (payload, expires) = (change.payload.clone(), change.expires);
        let record = Record { payload, expires, deadline: None, idle: None };
        model.create(key, &record, version).await
    }
}

/// Does not write what is in the record already.
#[derive(Debug)]
struct UpdatesNoEqual(Result<(), ErrorKind>);

#[async_trait]
impl Twist for UpdatesNoEqual {
    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let found = model.load(key, Freshness::Latest).await?;
        let is_equal = |found: &Snapshot| {
            let Record { payload, expires, .. } = &found.record;
            change.lifetime.is_none() && *payload == change.payload && *expires == change.expires
        };
        if found.is_some_and(|found| is_equal(&found)) {
            return self.0.map_err(|kind| Error::new(Operation::Update, kind));
        }
        model.update(key, change, expect, version).await
    }
}

/// Changes the write of one operation.
#[derive(Debug)]
struct Writes(Operation, fn(&mut Row));

impl Rules for Writes {
    fn written(&self, operation: Operation, _before: Option<&Row>, mut after: Row) -> Row {
        if operation == self.0 {
            self.1(&mut after);
        }
        after
    }
}

/// Compares the version, and writes a moment later.
#[derive(Debug)]
struct ComparesAndThenWrites;

#[async_trait]
impl Twist for ComparesAndThenWrites {
    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let found = model.load(key, Freshness::AsConfigured).await?;
        let is_current = found.is_some_and(|found| Some(&found.version) == expect.as_version());
        yield_now().await;
        let fence = expect.as_lock().cloned().map_or(Expect::PRESENT, Expect::lock);
        let expect = if is_current { &fence } else { expect };
        model.update(key, change, expect, version).await
    }
}

/// Stores versions, but does not return them.
#[derive(Debug)]
struct TellsNoVersion;

#[async_trait]
impl Twist for TellsNoVersion {
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        let version = Version::NONE;
        let found = model.load(key, freshness).await?;
        Ok(found.map(|found| Snapshot { version, ..found }))
    }
}

/// Extends the record when it is written, never shortens it.
#[derive(Debug)]
struct UpdateKeepsALaterExpiry;

impl Rules for UpdateKeepsALaterExpiry {
    fn written(&self, operation: Operation, before: Option<&Row>, mut after: Row) -> Row {
        if let (Operation::Update, Some(before)) = (operation, before) {
            after.record.expires = after.record.expires.max(before.record.expires);
        }
        after
    }
}

rejects! {
    ignores_the_version = ruled(IgnoresTheVersion(None))
    => [
        the_version_of_an_expired_record_is_not_inherited,
        an_update_expecting_another_version_is_a_conflict,
        of_many_updates_expecting_one_version_exactly_one_wins,
        a_touch_expecting_another_version_is_a_conflict,
        a_rotation_expecting_another_version_is_a_conflict,
        a_deletion_expecting_another_version_is_a_conflict,
        a_repeated_update_does_not_undo_a_later_write,
        a_held_lock_and_another_version_is_a_conflict,
        an_optimistic_commit_that_lost_the_race_is_a_conflict,
        an_optimistic_rotation_that_lost_the_race_is_a_conflict,
        data_that_is_written_back_has_another_version,
        of_equal_updates_expecting_one_version_exactly_one_wins,
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
    takes_none_yet_for_anything_on_update = ruled(TakesNoneYetForAnything(Operation::Update))
    => [
        an_update_expecting_another_version_is_a_conflict,
        a_held_lock_and_another_version_is_a_conflict,
    ];
    takes_none_yet_for_anything_on_touch = ruled(TakesNoneYetForAnything(Operation::Touch))
    => [a_touch_expecting_another_version_is_a_conflict];
    takes_none_yet_for_anything_on_rotate = ruled(TakesNoneYetForAnything(Operation::Rotate))
    => [a_rotation_expecting_another_version_is_a_conflict];
    takes_none_yet_for_anything_on_delete = ruled(TakesNoneYetForAnything(Operation::Delete))
    => [
        a_deletion_expecting_another_version_is_a_conflict,
        a_held_lock_and_another_version_is_a_conflict,
    ];
    takes_absence_for_none_yet = twisted(TakesAbsenceForNoneYet)
    => [gone_comes_before_conflict];
    takes_an_equal_update_for_gone = twisted(UpdatesNoEqual(Err(ErrorKind::Gone)))
    => [
        an_update_that_changes_nothing_is_a_write,
        a_repeated_update_is_judged_by_the_record,
        a_repeated_update_succeeds,
        a_repeated_update_that_released_its_lock_succeeds,
        changes_of_one_piece_are_a_conflict,
        of_equal_updates_expecting_one_version_exactly_one_wins,
    ];
    skips_an_equal_update = twisted(UpdatesNoEqual(Ok(())))
    => [
        an_update_that_changes_nothing_is_a_write,
        changes_of_one_piece_are_a_conflict,
        of_equal_updates_expecting_one_version_exactly_one_wins,
    ];
    ignores_the_version_on_touch = ruled(IgnoresTheVersion(Some(Operation::Touch)))
    => [
        a_touch_expecting_another_version_is_a_conflict,
        a_repeated_touch_of_another_version_is_a_conflict,
    ];
    ignores_the_version_on_delete = ruled(IgnoresTheVersion(Some(Operation::Delete)))
    => [
        a_deletion_expecting_another_version_is_a_conflict,
        a_held_lock_and_another_version_is_a_conflict,
    ];
    ignores_the_version_on_rotate = ruled(IgnoresTheVersion(Some(Operation::Rotate)))
    => [
        a_rotation_expecting_another_version_is_a_conflict,
        an_optimistic_rotation_that_lost_the_race_is_a_conflict,
        a_write_past_the_lock_is_reported_to_its_holder,
        a_rotation_of_unchanged_data_keeps_the_write_of_another,
        a_rotation_that_lost_the_race_is_merged,
        a_rotation_of_unchanged_data_keeps_a_lifetime_that_another_set,
    ];
    tells_no_version = twisted(TellsNoVersion)
    => [
        an_update_may_expect_the_version_read,
        of_many_updates_expecting_one_version_exactly_one_wins,
        a_touch_keeps_the_version,
        a_rotation_expecting_another_version_is_a_conflict,
        a_deletion_expecting_another_version_is_a_conflict,
        a_repeated_update_succeeds,
        a_repeated_update_does_not_undo_a_later_write,
        a_repeated_acquisition_succeeds,
        a_held_lock_and_another_version_is_a_conflict,
        an_acquisition_reads_the_record,
        a_lapsed_lock_is_taken_over,
        a_takeover_that_races_a_write_loses_nothing,
        a_deletion_of_the_version_read_passes_a_live_lock,
        a_released_lock_is_free,
        a_rotated_session_keeps_its_data_under_a_new_id,
        a_rotation_keeps_the_deadline,
        an_optimistic_commit_that_lost_the_race_is_a_conflict,
        an_optimistic_rotation_that_lost_the_race_is_a_conflict,
        an_optimistic_touch_has_no_race_to_lose,
        changed_data_is_written_with_a_new_expiry,
        data_comes_back_under_its_id,
        data_over_the_limit_is_rejected_and_the_session_stays,
        destroying_a_rotated_away_id_finds_nothing,
        empty_data_of_a_stored_session_is_data,
        a_rotation_is_a_use_that_moves_the_expiry,
        a_commit_dropped_at_any_await_is_whole_or_not_at_all,
        of_equal_updates_expecting_one_version_exactly_one_wins,
        a_repeated_touch_of_another_version_is_a_conflict,
        a_touch_of_the_version_read_may_move_nothing,
        a_later_expiry_stays_until_the_next_write,
        a_rotation_sets_an_earlier_expiry_too,
        a_commit_with_a_new_id_dropped_at_any_await_leaves_one_session,
        a_rejected_rotation_leaves_the_old_id_and_creates_no_other,
        a_rotation_of_unchanged_data_keeps_the_write_of_another,
        a_rotation_of_unknown_outcome_reports_its_new_id,
        changed_data_and_a_new_id_are_one_write,
        a_rotation_that_lost_the_race_is_merged,
        changes_of_different_pieces_are_merged,
        changes_of_one_piece_are_a_conflict,
        concurrent_changes_of_pieces_are_merged_or_conflict,
        an_upgrade_after_a_touch_reports_no_change,
        a_repeated_update_that_set_a_lifetime_succeeds,
        a_lifetime_is_set_with_a_merge,
        a_lifetime_that_another_set_is_a_conflict,
        a_lifetime_acts_with_the_commit,
        a_shorter_lifetime_moves_the_expiry_backwards,
        a_lifetime_and_a_new_id_are_one_write,
        an_own_idle_timeout_is_kept_by_touch_update_and_rotation,
        a_lifetime_for_unchanged_data_keeps_the_write_of_another,
        a_rotation_of_unchanged_data_keeps_a_lifetime_that_another_set,
        a_commit_that_is_rejected_sets_no_lifetime,
        a_commit_with_a_lifetime_dropped_at_any_await_is_whole_or_not_at_all,
        a_repeated_update_is_judged_by_the_record,
    ];
    compares_content_and_does_not_say_so = ruled(ComparesContent)
    => [
        of_equal_updates_expecting_one_version_exactly_one_wins,
        data_that_is_written_back_has_another_version,
        changes_of_one_piece_are_a_conflict,
        an_update_that_is_rejected_sets_no_lifetime,
        a_lifetime_that_another_set_is_a_conflict,
        a_rotation_of_unchanged_data_keeps_a_lifetime_that_another_set,
        an_update_that_changes_nothing_is_a_write,
    ];
    takes_equal_content_for_its_own = ruled(RecognizesEqualContent)
    => every case that needs [Tags] and [
        of_equal_updates_expecting_one_version_exactly_one_wins,
        undeclared_capabilities_are_rejected,
        changes_of_one_piece_are_a_conflict,
        an_update_that_is_rejected_sets_no_lifetime,
        a_lifetime_that_another_set_is_a_conflict,
        a_rotation_of_unchanged_data_keeps_a_lifetime_that_another_set,
        an_update_that_changes_nothing_is_a_write,
    ];
    declares_content_and_keeps_tags = ruled(DeclaresContent)
    => every case that needs [Tags] and [
        undeclared_capabilities_are_rejected,
    ];
    compares_and_then_writes = twisted(ComparesAndThenWrites)
    => [
        of_many_updates_expecting_one_version_exactly_one_wins,
        of_equal_updates_expecting_one_version_exactly_one_wins,
        concurrent_changes_of_pieces_are_merged_or_conflict,
    ];
    drops_the_deadline_on_update = ruled(Writes(Operation::Update, |row| row.record.deadline = None))
    => [
        an_update_keeps_the_deadline,
        a_dropped_update_is_whole_or_not_at_all,
        no_expiry_passes_the_deadline,
        the_deadline_is_set_at_creation_and_kept,
        an_update_to_the_limit_is_kept,
        updates_at_once_leave_one_of_them_whole,
        updates_and_touches_keep_the_lifetime,
        an_update_sets_the_lifetime,
        a_lifetime_is_set_with_a_merge,
        a_lifetime_acts_with_the_commit,
        an_own_idle_timeout_is_kept_by_touch_update_and_rotation,
        an_own_deadline_ends_the_session,
        a_lifetime_for_unchanged_data_keeps_the_write_of_another,
        a_rotation_of_unchanged_data_keeps_a_lifetime_that_another_set,
        a_commit_with_a_lifetime_dropped_at_any_await_is_whole_or_not_at_all,
        a_lifetime_under_a_lock_is_one_write,
        an_update_that_changes_nothing_is_a_write,
    ];
    forgets_the_version_on_touch = ruled(Writes(Operation::Touch, |row| row.version = Version::NONE))
    => [
        a_touch_keeps_the_version,
        a_touch_never_moves_the_expiry_backwards,
        a_touch_that_moves_nothing_still_releases,
        an_unchanged_session_is_touched_when_due,
        reading_touches_when_that_is_due,
        a_rotation_is_a_use_that_moves_the_expiry,
        a_dropped_touch_is_whole_or_not_at_all,
        a_touch_of_the_version_read_may_move_nothing,
        an_upgrade_after_a_touch_reports_no_change,
        a_repeated_creation_is_judged_by_the_record,
        a_repeated_update_is_judged_by_the_record,
    ];
    forgets_the_version_on_update = ruled(Writes(Operation::Update, |row| row.version = Version::NONE))
    => [
        an_update_expecting_another_version_is_a_conflict,
        a_repeated_update_succeeds,
        a_repeated_update_that_released_its_lock_succeeds,
        a_repeated_update_that_set_a_lifetime_succeeds,
        a_deletion_expecting_another_version_is_a_conflict,
        a_repeated_update_is_judged_by_the_record,
        a_rotation_expecting_another_version_is_a_conflict,
        a_touch_expecting_another_version_is_a_conflict,
    ];
    forgets_the_version_on_renew = ruled(Writes(Operation::Renew, |row| row.version = Version::NONE))
    => [
        a_held_lock_and_another_version_is_a_conflict,
        a_release_by_another_changes_nothing,
        a_renewed_lock_stands_longer,
        a_renewal_keeps_the_token,
        a_lock_is_renewed_while_it_is_held,
        a_renewal_whose_reply_is_lost_loses_no_lock,
        a_lease_counts_from_the_start_of_its_attempt,
        a_renewal_without_an_answer_costs_no_lock,
        a_rotated_handle_keeps_its_lock_until_the_commit,
        a_session_does_not_expire_while_it_is_held,
    ];
    releases_on_every_update = ruled(Writes(Operation::Update, |row| row.lock = None))
    => [
        a_holder_may_write_late_if_nobody_took_over,
        a_clock_that_jumps_back_frees_no_lock,
        the_holder_writes_and_keeps_its_lock,
        a_write_past_the_lock_is_reported_to_its_holder,
        a_clock_that_jumped_ahead_gives_no_lock_back,
        a_live_lock_keeps_an_expired_record,
        a_sweep_reports_the_outcome_of_expired_records,
        a_sweep_gets_past_spared_records,
    ];
    never_shortens_a_life_on_update = ruled(UpdateKeepsALaterExpiry)
    => [
        an_updated_record_is_loaded,
        updates_at_once_leave_one_of_them_whole,
        a_later_expiry_stays_until_the_next_write,
        a_lapsed_lock_keeps_nothing,
        a_release_of_a_deleted_session_creates_nothing,
        a_rotation_does_not_inherit_the_lock_of_an_expired_record,
        a_takeover_moves_the_expiry,
        gone_comes_before_lock_lost_and_locked,
        the_lock_of_an_expired_record_is_not_inherited,
        an_update_sets_the_lifetime,
        a_shorter_lifetime_moves_the_expiry_backwards,
        a_commit_with_a_lifetime_dropped_at_any_await_is_whole_or_not_at_all,
        a_lock_ends_with_its_record,
        a_sweep_gets_past_spared_records,
        a_sweep_goes_by_the_latest_expiry,
    ];
}
