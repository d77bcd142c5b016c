//! Faults in reads that may be stale, and in those that must not be.

use crate::broken::rejects;
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::Model;
use session_core::Result;
use session_core::store::{Change, Expect, Freshness, Key, Record, SessionStore, Snapshot, Tag};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

const POISONED: &str = "no test panics under this lock";

/// Reads from a replica without the last update, even if the latest state is requested.
#[derive(Debug, Default)]
struct ReadsStaleWhenAskedForTheLatest(Mutex<BTreeMap<Key, Snapshot>>);

#[async_trait]
impl Twist for ReadsStaleWhenAskedForTheLatest {
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        let found = model.load(key, freshness).await?;
        let before = self.0.lock().expect(POISONED).remove(key);
        Ok(found.map(|found| before.unwrap_or(found)))
    }

    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        if let Some(before) = model.load(key, Freshness::Latest).await? {
            self.0.lock().expect(POISONED).insert(key.clone(), before);
        }
        model.update(key, change, expect, version).await
    }
}

/// Reports a record that a stale read misses as absent, without a consistent read.
#[derive(Debug, Default)]
struct ConfirmsNoMiss(Mutex<BTreeSet<Key>>);

#[async_trait]
impl Twist for ConfirmsNoMiss {
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        let is_missed = self.0.lock().expect(POISONED).remove(key);
        if is_missed && freshness == Freshness::AsConfigured {
            return Ok(None);
        }
        model.load(key, freshness).await
    }

    async fn create(&self, model: &Model, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        self.0.lock().expect(POISONED).insert(key.clone());
        model.create(key, record, version).await
    }
}

rejects! {
    reads_stale_when_asked_for_the_latest = twisted(ReadsStaleWhenAskedForTheLatest::default())
    => [
        an_updated_record_is_loaded,
        a_clock_that_jumped_ahead_gives_no_lock_back,
        a_commit_dropped_at_any_await_is_whole_or_not_at_all,
        a_deletion_expecting_another_version_is_a_conflict,
        a_dropped_update_is_whole_or_not_at_all,
        a_dropped_update_releases_only_with_its_write,
        a_dropped_update_undoes_no_other_write,
        a_holder_may_write_late_if_nobody_took_over,
        a_lapsed_lock_is_renewed_while_it_is_held,
        a_later_expiry_stays_until_the_next_write,
        a_lock_is_renewed_while_it_is_held,
        a_renewal_keeps_the_token,
        a_renewal_whose_reply_is_lost_loses_no_lock,
        a_repeated_creation_does_not_undo_a_later_write,
        a_repeated_touch_of_another_version_is_a_conflict,
        a_repeated_update_does_not_undo_a_later_write,
        a_repeated_update_succeeds,
        a_rotation_expecting_another_version_is_a_conflict,
        a_second_handle_waits_for_the_first,
        a_session_can_be_updated_up_to_its_expiry,
        a_takeover_that_races_a_write_loses_nothing,
        a_touch_expecting_another_version_is_a_conflict,
        a_waiter_gets_the_lock_when_the_lease_has_lapsed,
        a_write_past_the_lock_is_reported_to_its_holder,
        an_expiry_in_the_far_future_comes_back,
        an_optimistic_rotation_that_lost_the_race_is_a_conflict,
        an_optimistic_touch_has_no_race_to_lose,
        an_unfenced_update_passes_a_lapsed_lock_only,
        an_update_expecting_another_version_is_a_conflict,
        an_update_may_change_the_kind,
        an_update_may_expect_the_version_read,
        an_update_releases_in_the_same_step,
        an_update_to_the_limit_is_kept,
        an_updated_record_is_loaded,
        binary_comes_back_byte_for_byte,
        changed_data_is_written_with_a_new_expiry,
        data_comes_back_under_its_id,
        data_that_is_written_back_has_another_version,
        empty_binary_is_data,
        empty_data_of_a_stored_session_is_data,
        empty_text_is_data,
        keys_beyond_ascii_are_isolated,
        keys_that_begin_alike_are_isolated,
        keys_that_differ_in_case_are_isolated,
        keys_with_control_characters_are_isolated,
        keys_with_separators_are_isolated,
        local_waiters_go_first_in_first_out,
        long_keys_that_differ_at_their_end_are_isolated,
        of_two_commits_the_last_wins,
        readers_do_not_wait,
        text_and_binary_of_equal_bytes_keep_their_kind,
        text_comes_back_character_for_character,
        the_holder_writes_and_keeps_its_lock,
        waiting_in_the_queue_ends_at_the_deadline,
        writes_of_successive_holders_are_kept,
        without_an_expectation_the_last_write_wins,
        a_rotation_that_lost_the_race_is_merged,
        an_upgrade_after_a_touch_reports_no_change,
        an_upgrade_waits_for_the_lock_and_reads_again,
        changes_of_different_pieces_are_merged,
        concurrent_changes_of_pieces_are_merged_or_conflict,
        a_dropped_call_changes_nothing_later,
        a_held_session_outlives_its_expiry,
        a_session_does_not_expire_while_it_is_held,
        a_takeover_moves_the_expiry,
        updates_and_touches_keep_the_lifetime,
        an_update_sets_the_lifetime,
        a_repeated_update_that_set_a_lifetime_succeeds,
        a_lifetime_is_set_with_a_merge,
        a_lifetime_that_another_set_is_a_conflict,
        a_lifetime_acts_with_the_commit,
        a_shorter_lifetime_moves_the_expiry_backwards,
        an_own_idle_timeout_is_kept_by_touch_update_and_rotation,
        a_lifetime_for_unchanged_data_keeps_the_write_of_another,
        a_commit_that_is_rejected_sets_no_lifetime,
        a_commit_with_a_lifetime_dropped_at_any_await_is_whole_or_not_at_all,
        a_lifetime_under_a_lock_is_one_write,
        a_repeated_creation_is_judged_by_the_record,
        a_repeated_update_is_judged_by_the_record,
        a_sweep_goes_by_the_latest_expiry,
    ];
    confirms_no_miss = twisted(ConfirmsNoMiss::default())
    => [
        a_read_that_may_be_stale_misses_no_record,
        a_commit_after_the_deadline_is_gone,
        a_commit_dropped_at_any_await_is_whole_or_not_at_all,
        a_destroyed_id_gets_a_fresh_one,
        a_destruction_dropped_at_any_await_is_whole_or_not_at_all,
        a_read_dropped_at_any_await_loses_nothing,
        a_reader_restores_no_deleted_session,
        a_rotation_after_the_expiry_is_gone,
        a_rotation_is_a_use_that_moves_the_expiry,
        a_rotation_keeps_the_deadline,
        a_rotation_of_changed_data_overwrites_the_write_of_another,
        a_rotation_of_unchanged_data_keeps_the_write_of_another,
        a_rotation_of_unknown_outcome_reports_its_new_id,
        a_rotation_sets_an_earlier_expiry_too,
        a_rotation_that_races_a_destruction_is_gone,
        a_session_that_is_only_read_lives_on,
        an_expired_id_gets_a_fresh_one,
        an_id_that_is_none_gets_a_fresh_one,
        an_optimistic_commit_that_lost_the_race_is_a_conflict,
        an_optimistic_rotation_that_lost_the_race_is_a_conflict,
        an_optimistic_touch_has_no_race_to_lose,
        an_unknown_id_gets_a_fresh_one,
        changed_data_and_a_new_id_are_one_write,
        changed_data_is_written_with_a_new_expiry,
        data_comes_back_under_its_id,
        debug_output_shows_no_secret,
        destroying_a_rotated_away_id_finds_nothing,
        empty_data_of_a_stored_session_is_data,
        no_handle_restores_a_destroyed_session,
        of_two_commits_the_last_wins,
        readers_do_not_wait,
        reading_is_not_stopped_by_a_lock,
        a_rotation_that_lost_the_race_is_merged,
        an_upgrade_after_a_touch_reports_no_change,
        an_upgrade_of_a_session_that_is_gone_is_gone,
        an_upgrade_waits_for_the_lock_and_reads_again,
        changes_of_different_pieces_are_merged,
        changes_of_one_piece_are_a_conflict,
        concurrent_changes_of_pieces_are_merged_or_conflict,
        a_lifetime_is_set_with_a_merge,
        a_lifetime_that_another_set_is_a_conflict,
        a_shorter_lifetime_moves_the_expiry_backwards,
        a_lifetime_and_a_new_id_are_one_write,
        an_own_idle_timeout_is_kept_by_touch_update_and_rotation,
        an_own_deadline_ends_the_session,
        a_lifetime_for_unchanged_data_keeps_the_write_of_another,
        a_rotation_of_unchanged_data_keeps_a_lifetime_that_another_set,
        a_commit_that_is_rejected_sets_no_lifetime,
    ];
}
