//! Faults that show best in `Sessions` over the store.

use crate::broken::rejects;
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::Model;
use session_core::error::Operation;
use session_core::store::{
    Change, Expect, Freshness, Key, LockDisposition, SessionStore, Snapshot, Tag, Touch,
};
use session_core::time::{Clock, ManualClock};
use session_core::{Error, ErrorKind, Result};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

#[derive(Debug)]
struct IgnoresTouches;

#[async_trait]
impl Twist for IgnoresTouches {
    async fn touch(&self, model: &Model, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        let standing =
            model.load(key, Freshness::AsConfigured).await?.map(|snapshot| snapshot.record.expires);
        let expires = standing.unwrap_or(touch.expires);
        model.touch(key, &Touch { expires, ..*touch }, expect).await
    }
}

#[derive(Debug)]
struct SlidesOnLoad;

#[async_trait]
impl Twist for SlidesOnLoad {
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        let loaded = model.load(key, freshness).await?;
        if let Some(Snapshot { record, .. }) = &loaded {
            let expires = record.expires.saturating_add(Duration::from_secs(1));
            let touch = Touch { expires, lock: LockDisposition::Keep };
            model.touch(key, &touch, &Expect::PRESENT).await?;
        }
        Ok(loaded)
    }
}

/// Treats each load as a use that extends the expiry by this time.
#[derive(Debug)]
struct SlidesToAFullLife {
    clock: ManualClock,
    life: Duration,
}

#[async_trait]
impl Twist for SlidesToAFullLife {
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        let expires = self.clock.now().saturating_add(self.life).timestamp();
        let touch = Touch { expires, lock: LockDisposition::Keep };
        match model.touch(key, &touch, &Expect::PRESENT).await {
            Err(error) if error.kind() != ErrorKind::Gone => Err(error),
            _ => model.load(key, freshness).await,
        }
    }
}

/// Treats an update without an expectation as one that expects the created version.
#[derive(Debug, Default)]
struct FirstWriteWins(Mutex<HashSet<Key>>);

#[async_trait]
impl Twist for FirstWriteWins {
    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let updated = self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(key);
        if updated
            && *expect == Expect::PRESENT
            && model.load(key, Freshness::AsConfigured).await?.is_some()
        {
            return Err(Error::new(Operation::Update, ErrorKind::Conflict));
        }
        model.update(key, change, expect, version).await?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone());
        Ok(())
    }
}

rejects! {
    ignores_touches = twisted(IgnoresTouches)
    => [
        a_commit_after_the_deadline_is_gone,
        a_dropped_touch_releases_only_with_its_expiry,
        a_session_that_is_only_read_lives_on,
        a_sweep_goes_by_the_latest_expiry,
        a_touch_moves_the_expiry_alone,
        a_touch_passes_a_live_lock_and_keeps_it,
        a_touch_releases_in_the_same_step,
        a_touched_session_lives_up_to_its_new_expiry,
        an_unchanged_session_is_touched_when_due,
        of_touches_at_once_the_latest_stays,
        reading_touches_when_that_is_due,
        the_holder_writes_and_keeps_its_lock,
        a_rotation_is_a_use_that_moves_the_expiry,
        an_empty_session_is_as_live_as_any,
        a_dropped_touch_is_whole_or_not_at_all,
        a_later_expiry_stays_until_the_next_write,
        an_upgrade_after_a_touch_reports_no_change,
        updates_and_touches_keep_the_lifetime,
        an_own_idle_timeout_is_kept_by_touch_update_and_rotation,
    ];

    slides_the_expiry_on_load = twisted(SlidesOnLoad)
    => [
        a_commit_after_the_deadline_is_gone,
        a_deletion_expecting_another_version_is_a_conflict,
        a_deletion_with_the_token_of_another_is_lock_lost,
        a_stale_holder_writes_nothing,
        a_dropped_creation_is_whole_or_not_at_all,
        a_dropped_deletion_is_whole_or_not_at_all,
        a_dropped_sweep_has_deleted_expired_records_only,
        a_dropped_touch_releases_only_with_its_expiry,
        a_dropped_update_releases_only_with_its_write,
        a_held_lock_and_another_version_is_a_conflict,
        a_lapsed_lock_is_taken_over,
        a_live_record_is_not_created_again,
        a_release_by_another_changes_nothing,
        a_release_that_names_no_lock_is_rejected,
        a_released_lock_is_free,
        a_renewed_lock_stands_longer,
        a_repeated_acquisition_succeeds,
        a_repeated_creation_does_not_undo_a_later_write,
        a_repeated_creation_succeeds,
        a_repeated_rotation_succeeds,
        a_repeated_rotation_succeeds_whatever_took_the_old_key,
        a_repeated_update_does_not_undo_a_later_write,
        a_rotation_beyond_the_limit_changes_nothing,
        a_rotation_expecting_another_version_is_a_conflict,
        a_rotation_onto_a_live_record_is_rejected,
        a_rotation_onto_itself_is_rejected,
        a_rotation_to_an_expiry_that_is_over_is_rejected,
        a_rotation_with_the_token_of_another_is_lock_lost,
        a_rotation_without_the_token_is_locked,
        a_sweep_changes_no_answer_of_load,
        a_touch_expecting_another_version_is_a_conflict,
        a_touch_never_moves_the_expiry_backwards,
        a_touch_that_moves_nothing_still_releases,
        a_touch_with_the_token_of_another_is_lock_lost,
        a_touched_session_lives_up_to_its_new_expiry,
        an_acquisition_reads_the_record,
        an_expired_id_gets_a_fresh_one,
        an_unchanged_session_is_not_written,
        an_unchanged_session_is_touched_when_due,
        an_update_beyond_the_limit_changes_nothing,
        an_update_expecting_another_version_is_a_conflict,
        an_update_of_the_version_read_is_locked_too,
        an_update_to_an_expiry_that_is_over_is_rejected,
        an_update_with_the_token_of_another_is_lock_lost,
        an_update_without_the_token_is_locked,
        an_updated_record_is_loaded,
        the_record_of_another_is_no_repeated_rotation,
        data_over_the_limit_is_rejected_and_the_session_stays,
        data_that_cannot_be_decoded_is_corrupt_and_stays,
        lock_lost_comes_before_conflict,
        locked_comes_before_conflict,
        no_handle_restores_a_destroyed_session,
        reading_changes_nothing_before_a_touch_is_due,
        reading_touches_when_that_is_due,
        the_version_of_an_expired_record_is_not_inherited,
        waiting_for_another_process_ends_at_the_deadline,
        a_rotation_after_the_expiry_is_gone,
        a_rotation_is_a_use_that_moves_the_expiry,
        data_that_is_written_back_has_another_version,
        an_empty_session_is_as_live_as_any,
        a_dropped_load_changes_nothing,
        a_dropped_release_frees_the_lock_or_leaves_it,
        a_dropped_touch_is_whole_or_not_at_all,
        a_repeated_touch_of_another_version_is_a_conflict,
        a_touch_of_the_version_read_may_move_nothing,
        a_later_expiry_stays_until_the_next_write,
        a_commit_with_a_new_id_dropped_at_any_await_leaves_one_session,
        a_dropped_rotation_leaves_one_record,
        a_rejected_rotation_leaves_the_old_id_and_creates_no_other,
        a_rotation_changes_nothing_before_the_commit,
        a_dropped_call_changes_nothing_later,
        a_lock_moves_an_expiry_that_comes_before_its_end,
        a_lock_moves_no_expiry_past_the_deadline,
        a_call_without_the_lock_moves_no_expiry,
        updates_and_touches_keep_the_lifetime,
        an_update_that_is_rejected_sets_no_lifetime,
        a_repeated_update_that_set_a_lifetime_succeeds,
        a_lifetime_that_another_set_is_a_conflict,
        a_lifetime_acts_with_the_commit,
        a_shorter_lifetime_moves_the_expiry_backwards,
        an_own_idle_timeout_is_kept_by_touch_update_and_rotation,
        an_own_deadline_ends_the_session,
        a_commit_that_is_rejected_sets_no_lifetime,
        a_commit_with_a_lifetime_dropped_at_any_await_is_whole_or_not_at_all,
        a_repeated_creation_is_judged_by_the_record,
        a_repeated_update_is_judged_by_the_record,
        a_sweep_goes_by_the_latest_expiry,
    ];

    slides_to_a_full_life_on_load = |clock: ManualClock| {
        let life = Duration::from_secs(1_000);
        twisted(SlidesToAFullLife { clock: clock.clone(), life })(clock)
    }
    => [
        a_clock_that_jumps_back_makes_no_error,
        a_commit_after_the_deadline_is_gone,
        a_deadline_comes_back,
        a_reader_restores_no_deleted_session,
        a_record_is_live_up_to_its_expiry,
        a_record_is_not_replaced_before_its_expiry,
        a_record_that_is_expired_already_is_not_created,
        a_rotation_moves_the_record,
        a_sweep_leaves_live_records,
        a_touched_session_lives_up_to_its_new_expiry,
        an_unchanged_session_is_not_written,
        an_unchanged_session_is_touched_when_due,
        an_updated_record_is_loaded,
        no_expiry_passes_the_deadline,
        the_deadline_of_an_expired_record_is_not_inherited,
        the_version_of_an_expired_record_is_not_inherited,
        updates_at_once_leave_one_of_them_whole,
        waiting_for_another_process_ends_at_the_deadline,
        reading_changes_nothing_before_a_touch_is_due,
        a_dropped_acquisition_moves_the_expiry_with_the_lock,
        a_lock_leaves_a_later_expiry,
        a_lock_moves_an_expiry_that_comes_before_its_end,
        a_lock_moves_no_expiry_past_the_deadline,
        a_lock_moves_the_expiry_to_a_whole_second,
        a_release_names_the_expiry_that_renewals_left,
        a_renewal_moves_the_expiry,
        a_takeover_moves_the_expiry,
        of_many_contenders_for_an_expiring_session_one_locks,
        a_call_without_the_lock_moves_no_expiry,
        an_idle_timeout_comes_back,
        the_idle_timeout_of_an_expired_record_is_not_inherited,
        an_update_sets_the_lifetime,
        a_rotation_writes_the_lifetime_of_its_record,
        a_lifetime_acts_with_the_commit,
        a_shorter_lifetime_moves_the_expiry_backwards,
        an_own_deadline_ends_the_session,
        a_commit_with_a_lifetime_dropped_at_any_await_is_whole_or_not_at_all,
        a_dropped_renewal_moves_the_expiry_with_the_lock,
        a_sweep_goes_by_the_latest_expiry,
    ];

    lets_the_first_write_win = twisted(FirstWriteWins::default())
    => [
        a_repeated_update_does_not_undo_a_later_write,
        an_update_expecting_another_version_is_a_conflict,
        an_update_may_change_the_kind,
        an_updated_record_is_loaded,
        empty_binary_is_data,
        empty_text_is_data,
        no_expiry_passes_the_deadline,
        of_two_commits_the_last_wins,
        updates_at_once_leave_one_of_them_whole,
        without_an_expectation_the_last_write_wins,
        data_that_is_written_back_has_another_version,
        a_dropped_update_undoes_no_other_write,
        an_update_sets_the_lifetime,
        an_own_deadline_ends_the_session,
        a_lock_ends_with_its_record,
        a_repeated_update_is_judged_by_the_record,
        an_update_that_changes_nothing_is_a_write,
    ];
}
