//! Faults in keys, payloads and their limits.

use crate::broken::rejects;
use crate::twist::{Twist, ruled, ruled_and_twisted, twisted};
use async_trait::async_trait;
use session_conformance::{Lawful, Model, Row, Rules};
use session_core::error::Operation;
use session_core::store::{
    Acquired, Capabilities, Freshness, Key, LockToken, LockingStore, Payload, SessionStore,
    Snapshot,
};
use session_core::{Error, ErrorKind, Result};
use std::time::Duration;

/// Files records under another text than the key's.
#[derive(Debug)]
struct FilesUnder(fn(&str) -> String);

impl Rules for FilesUnder {
    fn file_under(&self, key: &Key) -> Key {
        Key::new(self.0(key.as_str())).expect("the suite's prefix is left")
    }
}

fn up_to_nul(key: &str) -> String {
    key.split('\0').next().unwrap_or_default().to_owned()
}

fn ascii(key: &str) -> String {
    key.chars().map(|character| if character.is_ascii() { character } else { '?' }).collect()
}

/// Changes every payload that is written.
#[derive(Debug)]
struct Stores(fn(&Payload) -> Payload);

impl Rules for Stores {
    fn written(&self, _operation: Operation, _before: Option<&Row>, mut after: Row) -> Row {
        after.record.payload = self.0(&after.record.payload);
        after
    }
}

fn as_binary(payload: &Payload) -> Payload {
    Payload::binary(payload.as_bytes())
}

/// Stores empty data as binary, and so loses its kind.
fn as_binary_if_empty(payload: &Payload) -> Payload {
    if payload.is_empty() { as_binary(payload) } else { payload.clone() }
}

fn as_text_where_possible(payload: &Payload) -> Payload {
    match str::from_utf8(payload.as_bytes()) {
        Ok(text) => Payload::text(text),
        Err(_) => payload.clone(),
    }
}

fn as_text_with_losses(payload: &Payload) -> Payload {
    match payload {
        Payload::Text(_) => payload.clone(),
        Payload::Binary(bytes) => {
            Payload::binary(String::from_utf8_lossy(bytes).into_owned().into_bytes())
        }
    }
}

fn trimmed(payload: &Payload) -> Payload {
    match payload {
        Payload::Text(text) => Payload::text(text.trim()),
        Payload::Binary(_) => payload.clone(),
    }
}

/// Stores payloads of any size, but declares the limits of the model.
#[derive(Debug)]
struct HasNoLimits;

impl Rules for HasNoLimits {
    fn capabilities(&self) -> Capabilities {
        let lawful = Lawful.capabilities();
        lawful.with_max_key_bytes(usize::MAX).with_max_record_bytes(usize::MAX)
    }
}

#[derive(Debug)]
struct DeclaresLimits;

impl Twist for DeclaresLimits {
    fn capabilities(&self, _model: &Model) -> Capabilities {
        Lawful.capabilities()
    }
}

/// Accepts one byte less than it declares.
#[derive(Debug)]
struct TakesOneByteLess;

impl Rules for TakesOneByteLess {
    fn capabilities(&self) -> Capabilities {
        let lawful = Lawful.capabilities();
        let bytes = lawful.max_record_bytes().expect("the model has a limit");
        lawful.with_max_record_bytes(bytes - 1)
    }
}

/// Accepts keys of one byte less than it declares.
#[derive(Debug)]
struct TakesShorterKeys;

impl Rules for TakesShorterKeys {
    fn capabilities(&self) -> Capabilities {
        let lawful = Lawful.capabilities();
        let bytes = lawful.max_key_bytes().expect("the model has a limit");
        lawful.with_max_key_bytes(bytes - 1)
    }
}

/// Measures keys in characters instead of bytes.
#[derive(Debug)]
struct CountsCharacters;

#[async_trait]
impl Twist for CountsCharacters {
    fn capabilities(&self, _model: &Model) -> Capabilities {
        Lawful.capabilities()
    }

    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        let limit = self.capabilities(model).max_key_bytes();
        if limit.is_some_and(|limit| key.as_str().chars().count() > limit) {
            return Err(Error::new(Operation::Load, ErrorKind::InvalidArgument));
        }
        model.load(key, freshness).await
    }
}

/// Accepts keys of any length.
#[derive(Debug)]
struct TakesAnyKey;

impl Rules for TakesAnyKey {
    fn capabilities(&self) -> Capabilities {
        Lawful.capabilities().with_max_key_bytes(usize::MAX)
    }
}

/// Has no room for a lock beside a payload of the declared size.
#[derive(Debug)]
struct KeepsNoRoomForALock;

#[async_trait]
impl Twist for KeepsNoRoomForALock {
    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        let limit = model.capabilities().max_record_bytes().expect("the model has a limit");
        let size = model
            .load(key, Freshness::AsConfigured)
            .await?
            .map_or(0, |found| found.record.payload.len())
            + 200;
        if size > limit {
            return Err(Error::new(Operation::Acquire, ErrorKind::TooLarge { size, limit }));
        }
        model.acquire(key, token, lease).await
    }
}

rejects! {
    merges_keys_that_differ_in_case = ruled(FilesUnder(str::to_lowercase))
    => [
        keys_that_differ_in_case_are_isolated,
        locks_of_different_keys_are_independent,
        long_keys_that_differ_at_their_end_are_isolated,
    ];
    cuts_keys_at_nul = ruled(FilesUnder(up_to_nul))
    => [
        keys_with_control_characters_are_isolated,
    ];
    trims_keys = ruled(FilesUnder(|key| key.trim_end().to_owned()))
    => [
        keys_that_begin_alike_are_isolated,
    ];
    squeezes_keys_into_ascii = ruled(FilesUnder(ascii))
    => [
        keys_beyond_ascii_are_isolated,
    ];
    composes_accents_in_keys = ruled(FilesUnder(|key| key.replace("e\u{301}", "\u{e9}")))
    => [
        keys_beyond_ascii_are_isolated,
    ];
    replaces_separators_in_keys = ruled(FilesUnder(|key| key.replace(['/', ':'], "_")))
    => [
        keys_with_separators_are_isolated,
    ];
    drops_texts_kind = ruled(Stores(as_binary))
    => [
        more_than_a_thousand_live_records_are_kept,
        a_first_commit_dropped_at_any_await_is_whole_or_not_at_all,
        a_created_record_is_loaded,
        an_updated_record_is_loaded,
        a_record_is_live_up_to_its_expiry,
        a_clock_that_jumps_back_makes_no_error,
        text_comes_back_character_for_character,
        text_and_binary_of_equal_bytes_keep_their_kind,
        an_update_may_change_the_kind,
        empty_text_is_data,
        empty_binary_is_data,
        an_expired_record_is_replaced,
        a_deleted_record_is_created_anew,
        a_deadline_comes_back,
        the_deadline_of_an_expired_record_is_not_inherited,
        the_lock_of_an_expired_record_is_not_inherited,
        the_version_of_an_expired_record_is_not_inherited,
        a_record_that_is_expired_already_is_not_created,
        of_many_creators_exactly_one_wins,
        a_session_can_be_updated_up_to_its_expiry,
        without_an_expectation_the_last_write_wins,
        an_update_may_expect_the_version_read,
        of_many_updates_expecting_one_version_exactly_one_wins,
        updates_at_once_leave_one_of_them_whole,
        a_touch_moves_the_expiry_alone,
        a_touched_session_lives_up_to_its_new_expiry,
        a_rotation_moves_the_record,
        a_rotated_away_key_is_gone,
        a_rotation_replaces_an_expired_record,
        a_rotation_expecting_another_version_is_a_conflict,
        of_many_rotations_of_one_key_exactly_one_wins,
        a_rotation_that_loses_against_a_deletion_is_gone,
        keys_that_differ_in_case_are_isolated,
        keys_that_begin_alike_are_isolated,
        keys_with_control_characters_are_isolated,
        keys_beyond_ascii_are_isolated,
        keys_with_separators_are_isolated,
        a_key_at_the_limit_is_kept,
        a_key_beyond_the_limit_is_rejected,
        a_record_at_the_limit_is_kept,
        after_an_update_beyond_the_limit_the_lock_is_released,
        a_repeated_creation_succeeds,
        a_repeated_update_succeeds,
        a_repeated_update_that_released_its_lock_succeeds,
        a_repeated_rotation_succeeds,
        a_repeated_rotation_succeeds_whatever_took_the_old_key,
        a_repeated_rotation_of_a_locked_session_succeeds,
        a_dropped_creation_is_whole_or_not_at_all,
        a_dropped_update_is_whole_or_not_at_all,
        a_dropped_acquisition_locks_no_longer_than_its_lease,
        rejections_of_the_old_key_come_before_already_exists,
        writes_of_successive_holders_are_kept,
        a_holder_may_write_late_if_nobody_took_over,
        an_unfenced_update_passes_a_lapsed_lock_only,
        an_update_that_passes_a_lapsed_lock_removes_it,
        a_takeover_that_races_a_write_loses_nothing,
        a_live_lock_stops_no_reader,
        the_holder_writes_and_keeps_its_lock,
        an_update_releases_in_the_same_step,
        a_lapsed_lock_is_renewed_while_it_is_held,
        a_renewal_keeps_the_token,
        a_sweep_deletes_expired_records,
        a_sweep_leaves_live_records,
        a_sweep_goes_by_the_latest_expiry,
        a_collection_backs_off_and_goes_on,
        a_collection_keeps_its_rate_limit,
        a_collection_that_stopped_is_resumed,
        a_collection_walks_the_whole_store,
        a_handle_that_is_dropped_releases_its_lock,
        a_hung_holder_does_not_stop_the_queue,
        a_lock_is_renewed_while_it_is_held,
        a_lost_lock_is_reported_at_the_commit,
        a_new_session_rotates_without_the_store,
        a_renewal_whose_reply_is_lost_loses_no_lock,
        a_second_handle_waits_for_the_first,
        a_waiter_gets_the_lock_when_the_lease_has_lapsed,
        a_write_that_is_rejected_releases_the_lock,
        an_optimistic_rotation_that_lost_the_race_is_a_conflict,
        an_unchanged_session_is_not_written,
        changed_data_is_written_with_a_new_expiry,
        destroying_a_rotated_away_id_finds_nothing,
        local_waiters_go_first_in_first_out,
        readers_do_not_wait,
        renewal_stops_after_the_longest_hold,
        waiting_in_the_queue_ends_at_the_deadline,
        of_equal_updates_expecting_one_version_exactly_one_wins,
        a_write_past_the_lock_is_reported_to_its_holder,
        a_clock_that_jumped_ahead_gives_no_lock_back,
        a_record_is_not_replaced_before_its_expiry,
        a_rotation_carries_data_of_either_kind,
        a_rotation_to_the_limit_is_kept,
        a_session_can_be_rotated_up_to_its_expiry,
        an_empty_session_is_as_live_as_any,
        an_expiry_in_the_far_future_comes_back,
        an_update_to_the_limit_is_kept,
        long_keys_that_differ_at_their_end_are_isolated,
        a_dropped_update_undoes_no_other_write,
        a_commit_with_a_new_id_dropped_at_any_await_leaves_one_session,
        a_dropped_rotation_leaves_one_record,
        a_rotated_handle_keeps_its_lock_until_the_commit,
        a_rotation_ends_the_lock,
        a_rotation_of_changed_data_overwrites_the_write_of_another,
        a_rotation_of_unchanged_data_keeps_the_write_of_another,
        a_rotation_that_passes_a_lapsed_lock_ends_it,
        a_rotation_under_a_lock_is_one_write,
        changed_data_and_a_new_id_are_one_write,
        a_reader_finds_a_rotating_record_at_one_key,
        an_upgrade_after_a_touch_reports_no_change,
        an_upgrade_waits_for_the_lock_and_reads_again,
        a_held_session_outlives_its_expiry,
        a_lock_leaves_a_later_expiry,
        a_lock_moves_an_expiry_that_comes_before_its_end,
        a_session_does_not_expire_while_it_is_held,
        an_idle_timeout_comes_back,
        the_idle_timeout_of_an_expired_record_is_not_inherited,
        updates_and_touches_keep_the_lifetime,
        an_update_sets_the_lifetime,
        a_rotation_writes_the_lifetime_of_its_record,
        a_lifetime_acts_with_the_commit,
        a_lifetime_and_a_new_id_are_one_write,
        a_lifetime_for_unchanged_data_keeps_the_write_of_another,
        a_commit_with_a_lifetime_dropped_at_any_await_is_whole_or_not_at_all,
        a_lifetime_under_a_lock_is_one_write,
    ];
    forgets_the_kind_of_empty_data = ruled(Stores(as_binary_if_empty))
    => [
        empty_text_is_data,
        an_empty_session_is_as_live_as_any,
        an_update_may_expect_the_version_read,
        a_rotation_writes_the_lifetime_of_its_record,
    ];
    takes_bytes_for_text = ruled(Stores(as_text_where_possible))
    => [
        text_and_binary_of_equal_bytes_keep_their_kind,
        empty_binary_is_data,
    ];
    squeezes_bytes_into_text = ruled(Stores(as_text_with_losses))
    => [
        binary_comes_back_byte_for_byte,
        an_update_may_change_the_kind,
        a_rotation_carries_data_of_either_kind,
    ];
    trims_text = ruled(Stores(trimmed))
    => [
        text_comes_back_character_for_character,
        a_rotation_carries_data_of_either_kind,
    ];
    ignores_its_limits = ruled_and_twisted(HasNoLimits, DeclaresLimits)
    => [
        a_key_beyond_the_limit_is_rejected,
        a_record_at_the_limit_is_kept,
        a_record_beyond_the_limit_is_too_large,
        an_update_beyond_the_limit_changes_nothing,
        a_rotation_beyond_the_limit_changes_nothing,
        a_record_at_the_limit_has_room_for_a_lock,
        after_an_update_beyond_the_limit_the_lock_is_released,
        a_write_that_is_rejected_releases_the_lock,
        data_over_the_limit_is_rejected_and_the_session_stays,
        a_rotation_to_the_limit_is_kept,
        an_update_to_the_limit_is_kept,
        text_beyond_ascii_is_measured_in_bytes,
        a_rejected_rotation_leaves_the_old_id_and_creates_no_other,
    ];
    takes_one_byte_less = ruled_and_twisted(TakesOneByteLess, DeclaresLimits)
    => [
        a_record_at_the_limit_is_kept,
        an_update_beyond_the_limit_changes_nothing,
        a_record_at_the_limit_has_room_for_a_lock,
        a_rotation_to_the_limit_is_kept,
        an_update_to_the_limit_is_kept,
    ];
    counts_characters_of_keys = ruled_and_twisted(TakesAnyKey, CountsCharacters)
    => [
        a_key_beyond_the_limit_is_rejected,
    ];
    takes_shorter_keys = ruled_and_twisted(TakesShorterKeys, DeclaresLimits)
    => [
        a_key_at_the_limit_is_kept,
        long_keys_that_differ_at_their_end_are_isolated,
    ];
    keeps_no_room_for_a_lock = twisted(KeepsNoRoomForALock)
    => [
        a_record_at_the_limit_has_room_for_a_lock,
    ];
}
