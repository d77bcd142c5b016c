//! The one table of cases: name, laws, needs.

/// Passes the table to the macro that is named, after the tokens that are given.
///
/// A group is a module of cases, and a case is a function in it. To add a case, write the function
/// and its line here. To add a group, write the module and import it in `all_cases.rs`.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_case {
    ([$($callback:tt)+] $($arguments:tt)*) => {
        $($callback)+! {
            ($($arguments)*)
            loading {
                an_unknown_key_loads_as_none: [R1 R2], [];
                a_created_record_is_loaded: [R1], [];
                an_updated_record_is_loaded: [R1], [];
                a_record_is_live_up_to_its_expiry: [R1], [];
                a_record_is_expired_from_its_expiry_on: [R1], [];
                a_sweep_changes_no_answer_of_load: [R1], [Collecting];
                a_clock_that_jumps_back_makes_no_error: [R1 R2], [];
                an_expiry_in_the_far_future_comes_back: [R1], [];
                a_read_that_may_be_stale_misses_no_record: [R2], [];
                more_than_a_thousand_live_records_are_kept: [R1], [];
            }
            payloads {
                text_comes_back_character_for_character: [R8], [Text];
                binary_comes_back_byte_for_byte: [R8], [Binary];
                text_and_binary_of_equal_bytes_keep_their_kind: [R8], [Text Binary];
                an_update_may_change_the_kind: [R8], [Text Binary];
                empty_text_is_data: [R8 R2], [Text];
                empty_binary_is_data: [R8 R2], [Binary];
                an_empty_session_is_as_live_as_any: [R8 R2], [];
                a_rotation_carries_data_of_either_kind: [R8], [Text Binary Rotation];
            }
            creating {
                a_live_record_is_not_created_again: [R3], [];
                a_record_is_not_replaced_before_its_expiry: [R3], [];
                an_expired_record_is_replaced: [R3], [];
                a_deleted_record_is_created_anew: [R3], [];
                a_deadline_comes_back: [R1], [Lifetimes];
                the_deadline_of_an_expired_record_is_not_inherited: [R3], [Lifetimes];
                the_lock_of_an_expired_record_is_not_inherited: [R3], [Locking];
                the_version_of_an_expired_record_is_not_inherited: [R3], [Versions];
                a_record_that_is_expired_already_is_not_created: [R3], [];
                of_many_creators_exactly_one_wins: [R3 R10], [];
            }
            updating {
                update_of_an_unknown_session_is_gone: [R4], [];
                update_of_a_deleted_session_is_gone: [R4], [];
                update_of_an_expired_session_is_gone: [R4], [];
                a_session_can_be_updated_up_to_its_expiry: [R4], [];
                an_update_keeps_the_deadline: [R1], [Lifetimes];
                an_update_to_an_expiry_that_is_over_is_rejected: [R3], [];
                without_an_expectation_the_last_write_wins: [R1 R10], [];
                an_update_may_expect_the_version_read: [R5], [Versions];
                an_update_expecting_another_version_is_a_conflict: [R5], [Versions];
                of_many_updates_expecting_one_version_exactly_one_wins: [R5 R10], [Versions];
                of_equal_updates_expecting_one_version_exactly_one_wins: [R5 R10], [Versions];
                data_that_is_written_back_has_another_version: [R5], [Versions Tags];
                updates_at_once_leave_one_of_them_whole: [R10], [];
                an_update_that_changes_nothing_is_a_write: [R4 R5], [];
            }
            touching {
                a_touch_moves_the_expiry_alone: [R6], [];
                a_touched_session_lives_up_to_its_new_expiry: [R6 R1], [];
                a_touch_keeps_the_version: [R6], [Versions];
                a_touch_passes_a_live_lock_and_keeps_it: [R6 L3], [Locking];
                a_touch_never_moves_the_expiry_backwards: [R6], [];
                touch_of_a_deleted_session_is_gone: [R4 R6], [];
                touch_of_an_expired_session_is_gone: [R4 R6], [];
                a_touch_expecting_another_version_is_a_conflict: [R5], [Versions];
                a_touch_of_the_version_read_may_move_nothing: [R6 R5], [Versions];
                of_touches_at_once_the_latest_stays: [R6 R10], [];
            }
            rotating {
                a_rotation_moves_the_record: [R1], [Rotation];
                a_rotated_away_key_is_gone: [R4], [Rotation];
                rotation_of_a_deleted_session_is_gone: [R4], [Rotation];
                rotation_of_an_expired_session_is_gone: [R4], [Rotation];
                a_session_can_be_rotated_up_to_its_expiry: [R4], [Rotation];
                a_rotation_onto_a_live_record_is_rejected: [R3], [Rotation];
                a_rotation_replaces_an_expired_record: [R3], [Rotation];
                a_rotation_does_not_inherit_the_lock_of_an_expired_record: [R3], [Rotation Locking];
                a_rotation_onto_itself_is_rejected: [R15], [Rotation];
                a_rotation_to_another_place_is_rejected: [S4], [Rotation];
                a_rotation_to_an_expiry_that_is_over_is_rejected: [R3], [Rotation];
                a_rotation_expecting_another_version_is_a_conflict: [R5], [Rotation Versions];
                of_many_rotations_of_one_key_exactly_one_wins: [R10], [Rotation];
                a_rotation_that_loses_against_a_deletion_is_gone: [R4 R10], [Rotation];
                a_reader_finds_a_rotating_record_at_one_key: [S4 R10], [Rotation];
            }
            lifetimes {
                an_idle_timeout_comes_back: [S10 R1], [Lifetimes];
                lifetimes_at_the_ends_of_their_range_come_back: [S10 R1 R6], [Lifetimes];
                the_idle_timeout_of_an_expired_record_is_not_inherited: [R3], [Lifetimes];
                updates_and_touches_keep_the_lifetime: [S10 R6], [Lifetimes];
                an_update_sets_the_lifetime: [S10], [Lifetimes];
                a_rotation_writes_the_lifetime_of_its_record: [S10], [Lifetimes Rotation];
                an_update_that_is_rejected_sets_no_lifetime: [S10 R5], [Lifetimes Versions];
                a_repeated_update_that_set_a_lifetime_succeeds: [R11], [Lifetimes Versions Tags];
            }
            deleting {
                a_deletion_reports_whether_there_was_a_session: [R7], [];
                a_deletion_finds_a_session_up_to_its_expiry: [R7], [];
                a_deletion_of_an_expired_session_finds_nothing: [R7 R15], [];
                a_deletion_expecting_another_version_is_a_conflict: [R7 R5], [Versions];
                of_many_deletions_exactly_one_finds_the_session: [R7 R10], [];
                an_update_that_races_a_deletion_revives_nothing: [R4 R10], [];
            }
            keys {
                keys_that_differ_in_case_are_isolated: [R12], [];
                keys_that_begin_alike_are_isolated: [R12], [];
                keys_with_control_characters_are_isolated: [R12], [];
                keys_beyond_ascii_are_isolated: [R12], [];
                keys_with_separators_are_isolated: [R12], [];
                keys_that_look_like_numbers_are_isolated: [R12], [];
                keys_that_look_like_patterns_are_isolated: [R12], [];
                long_keys_that_differ_at_their_end_are_isolated: [R12], [];
                locks_of_different_keys_are_independent: [R12 L1], [Locking];
                a_key_at_the_limit_is_kept: [R12], [KeyLimit];
                a_key_beyond_the_limit_is_rejected: [R12], [KeyLimit];
            }
            sizes {
                a_record_at_the_limit_is_kept: [R9], [RecordLimit];
                a_record_beyond_the_limit_is_too_large: [R9], [RecordLimit];
                text_beyond_ascii_is_measured_in_bytes: [R9], [RecordLimit Text];
                an_update_to_the_limit_is_kept: [R9], [RecordLimit];
                a_rotation_to_the_limit_is_kept: [R9], [RecordLimit Rotation];
                an_update_beyond_the_limit_changes_nothing: [R9], [RecordLimit];
                a_rotation_beyond_the_limit_changes_nothing: [R9], [RecordLimit Rotation];
                a_record_at_the_limit_has_room_for_a_lock: [R9], [RecordLimit Locking];
                after_an_update_beyond_the_limit_the_lock_is_released: [R9], [RecordLimit Locking];
            }
            repeating {
                a_repeated_creation_succeeds: [R11], [Versions Tags];
                a_repeated_creation_does_not_undo_a_later_write: [R11 R3], [Versions];
                a_repeated_update_succeeds: [R11], [Versions Tags];
                a_repeated_update_does_not_undo_a_later_write: [R11 R5], [Versions];
                a_repeated_update_that_released_its_lock_succeeds: [R11 L5], [Versions Tags Locking];
                a_repeated_touch_that_released_its_lock_succeeds: [R11 L5], [Locking];
                a_repeated_touch_does_not_release_the_next_holders_lock: [R11 L4], [Locking];
                a_repeated_touch_of_another_version_is_a_conflict: [R11 R5], [Locking Versions];
                a_repeated_rotation_succeeds: [R11], [Rotation Versions Tags];
                a_repeated_rotation_of_a_locked_session_succeeds: [R11], [Rotation Versions Tags Locking];
                a_repeated_rotation_succeeds_whatever_took_the_old_key: [R11], [Rotation Versions Tags];
                the_record_of_another_is_no_repeated_rotation: [R11 R4], [Rotation Versions];
                a_repeated_acquisition_succeeds: [R11 L2], [Locking];
                a_repeated_creation_is_judged_by_the_record: [R11 R3], [Versions Tags];
                a_repeated_update_is_judged_by_the_record: [R11 R4 R5], [Versions Tags];
            }
            pairs {
                two_calls_at_once_are_one_after_the_other: [R10 R3 R4 R5 R6 R7], [];
                two_calls_after_the_expiry_are_one_after_the_other: [R10 R1 R3], [];
                two_calls_under_a_lock_are_one_after_the_other: [R10 L3 L4 L5], [Locking];
                two_calls_after_a_lease_are_one_after_the_other: [R10 L6 L9], [Locking];
            }
            canceling {
                a_dropped_load_changes_nothing: [R13], [];
                a_dropped_creation_is_whole_or_not_at_all: [R13], [];
                a_dropped_update_is_whole_or_not_at_all: [R13], [];
                a_dropped_call_changes_nothing_later: [R13], [];
                a_dropped_update_undoes_no_other_write: [R13 R10], [];
                a_dropped_touch_is_whole_or_not_at_all: [R13 R6], [];
                a_dropped_rotation_leaves_one_record: [R13 S4], [Rotation];
                a_dropped_deletion_is_whole_or_not_at_all: [R13], [];
                a_dropped_acquisition_locks_no_longer_than_its_lease: [R13], [Locking];
                a_dropped_update_releases_only_with_its_write: [R13 L5], [Locking];
                a_dropped_touch_releases_only_with_its_expiry: [R13 L5], [Locking];
                a_dropped_sweep_has_deleted_expired_records_only: [R13 G1], [Collecting];
                dropped_calls_leak_no_resource: [R13], [];
            }
            rejecting {
                declared_capabilities_are_provided: [R14], [];
                undeclared_capabilities_are_rejected: [R14], [];
                gone_comes_before_conflict: [R15], [Versions];
                gone_comes_before_lock_lost_and_locked: [R15], [Locking];
                lock_lost_comes_before_conflict: [R15], [Versions Locking];
                locked_comes_before_conflict: [R15], [Versions Locking];
                a_held_lock_and_another_version_is_a_conflict: [R15 R5], [Versions Locking];
                rejections_of_the_old_key_come_before_already_exists: [R15], [Rotation Locking];
                a_meaningless_expiry_comes_before_gone: [R15], [];
                a_release_that_names_no_lock_is_rejected: [L5], [Locking];
                a_lease_of_nothing_is_rejected: [R15], [Locking];
            }
            acquiring {
                an_acquisition_reads_the_record: [L2], [Locking];
                acquire_of_a_held_lock_is_busy: [L1 L3], [Locking];
                a_lock_has_lapsed_after_the_time_that_remains: [L7], [Locking];
                acquire_of_an_unknown_session_is_absent: [L8], [Locking];
                acquire_of_an_expired_session_is_absent: [L8], [Locking];
                a_session_can_be_locked_up_to_its_expiry: [L8], [Locking];
                of_many_contenders_exactly_one_locks: [L1], [Locking];
                writes_of_successive_holders_are_kept: [L1 L2], [Locking];
            }
            lease_expiry {
                a_lock_is_not_taken_over_within_lease_and_skew: [L3 L7 L11], [Locking];
                a_lease_beyond_the_last_time_is_held: [L3], [Locking];
                a_lease_lasts_to_the_millisecond: [L3 L7 L9], [Locking];
                a_lapsed_lock_is_taken_over: [L7 L11], [Locking];
                of_many_takers_over_exactly_one_wins: [L7], [Locking];
                a_stale_holder_writes_nothing: [L4], [Locking];
                a_holder_may_write_late_if_nobody_took_over: [L4], [Locking];
                an_unfenced_update_passes_a_lapsed_lock_only: [L3 L11], [Locking];
                an_update_that_passes_a_lapsed_lock_removes_it: [L3], [Locking];
                a_clock_that_jumps_back_frees_no_lock: [L11], [Locking];
                a_clock_that_jumped_ahead_gives_no_lock_back: [L4 L11], [Locking];
                a_takeover_that_races_a_write_loses_nothing: [L7 L11], [Locking];
            }
            fencing {
                a_live_lock_stops_no_reader: [L3], [Locking];
                an_update_without_the_token_is_locked: [L3], [Locking];
                an_update_of_the_version_read_is_locked_too: [L3], [Locking Versions];
                a_deletion_passes_a_live_lock: [L3], [Locking];
                a_deletion_of_the_version_read_passes_a_live_lock: [L3 R7], [Locking Versions];
                an_update_with_the_token_of_another_is_lock_lost: [L4], [Locking];
                a_touch_with_the_token_of_another_is_lock_lost: [L4 R6], [Locking];
                a_deletion_with_the_token_of_another_is_lock_lost: [L4 R7], [Locking];
                the_holder_writes_and_keeps_its_lock: [L4 L5], [Locking];
                the_holder_deletes: [L4], [Locking];
                an_update_releases_in_the_same_step: [L5], [Locking];
                a_touch_releases_in_the_same_step: [L5], [Locking];
                a_touch_that_moves_nothing_still_releases: [L5 R6], [Locking];
                a_lock_ends_with_its_record: [L4 L8], [Locking];
            }
            rotating_locked {
                a_rotation_without_the_token_is_locked: [L3], [Rotation Locking];
                a_rotation_with_the_token_of_another_is_lock_lost: [L4], [Rotation Locking];
                a_rotation_ends_the_lock: [L5], [Rotation Locking];
                a_rotation_that_passes_a_lapsed_lock_ends_it: [L5 L3], [Rotation Locking];
            }
            releasing {
                a_released_lock_is_free: [L6], [Locking];
                a_release_by_another_changes_nothing: [L6], [Locking];
                releasing_twice_frees_no_later_lock: [L6], [Locking];
                a_release_of_a_deleted_session_creates_nothing: [L6 R4], [Locking];
            }
            renewing {
                a_renewed_lock_stands_longer: [L9], [Locking];
                a_renewal_never_shortens_the_lease: [L9], [Locking];
                a_repeated_acquisition_starts_the_lease_anew: [R11], [Locking];
                renew_of_the_lock_of_another_is_lock_lost: [L9], [Locking];
                renew_of_a_gone_session_is_gone: [L9], [Locking];
                a_lapsed_lock_is_renewed_while_it_is_held: [L9], [Locking];
                a_renewal_keeps_the_token: [L9], [Locking];
            }
            expiring {
                a_lock_moves_an_expiry_that_comes_before_its_end: [L14], [Locking];
                a_lock_leaves_a_later_expiry: [L14], [Locking];
                a_lock_moves_the_expiry_to_a_whole_second: [L14], [Locking];
                a_renewal_moves_the_expiry: [L14], [Locking];
                a_takeover_moves_the_expiry: [L14 L7], [Locking];
                a_held_session_outlives_its_expiry: [L14], [Locking];
                a_lock_moves_no_expiry_past_the_deadline: [L14 S7], [Locking Lifetimes];
                a_call_without_the_lock_moves_no_expiry: [L14], [Locking];
                of_many_contenders_for_an_expiring_session_one_locks: [L14 L1], [Locking];
                a_dropped_acquisition_moves_the_expiry_with_the_lock: [L14 R13], [Locking];
                a_dropped_renewal_moves_the_expiry_with_the_lock: [L14 R13], [Locking];
            }
            interrupting {
                a_dropped_renewal_loses_no_lock: [R13 L9], [Locking];
                a_dropped_release_frees_the_lock_or_leaves_it: [R13 L6], [Locking];
                a_dropped_rotation_ends_the_lock_or_leaves_it: [R13 L5], [Rotation Locking];
                a_dropped_call_over_a_lapsed_lock_is_whole_or_not_at_all: [R13 L4 L7], [Locking];
            }
            watching {
                a_dropped_wait_loses_no_report: [L13], [Locking WakeUps];
                a_watch_reports_a_release_before_the_wait: [L13], [Locking WakeUps];
                a_watch_reports_one_release_after_another: [L13], [Locking WakeUps];
                a_watch_reports_a_write_that_releases: [L13], [Locking WakeUps];
                a_watch_reports_a_deletion_and_a_rotation: [L13], [Locking WakeUps];
            }
            threads {
                of_creators_on_threads_one_wins: [R3 R10], [];
                of_updates_of_one_version_on_threads_one_wins: [R5 R10], [Versions];
                of_deletions_on_threads_one_finds_the_session: [R7 R10], [];
                an_update_on_a_thread_revives_nothing: [R4 R10], [];
                a_touch_on_a_thread_undoes_no_write: [R6 R10], [];
                of_rotations_on_threads_one_wins: [R10], [Rotation];
                a_reader_on_a_thread_finds_a_rotating_record_at_one_key: [S4 R10], [Rotation];
                of_contenders_on_threads_one_locks: [L1], [Locking];
                a_takeover_on_a_thread_reads_the_last_write: [L7 L11], [Locking];
            }
            collecting {
                a_sweep_deletes_expired_records: [G1], [Collecting];
                a_sweep_leaves_live_records: [G1], [Collecting];
                a_sweep_goes_by_the_latest_expiry: [G1], [Collecting];
                a_sweep_leaves_records_expired_within_the_grace: [G1], [Collecting];
                each_step_of_a_sweep_goes_by_its_own_time: [G1], [Collecting];
                a_session_renewed_during_a_sweep_is_never_deleted: [G1], [Collecting];
                a_live_lock_keeps_an_expired_record: [G2], [Collecting Locking];
                a_lapsed_lock_keeps_nothing: [G2], [Collecting Locking];
                a_sweep_keeps_to_its_budget_and_ends: [G3], [Collecting];
                a_sweep_gets_past_spared_records: [G2 G3], [Collecting];
                a_sweep_reports_the_outcome_of_expired_records: [G3], [Collecting Locking];
            }
            pacing {
                a_collection_walks_the_whole_store: [G3], [Collecting];
                a_collection_keeps_its_rate_limit: [G3], [Collecting];
                a_collection_backs_off_and_goes_on: [G3], [Collecting];
                a_collection_that_stopped_is_resumed: [G3], [Collecting];
            }
            opening {
                an_unknown_id_gets_a_fresh_one: [S1], [];
                an_id_that_is_none_gets_a_fresh_one: [S1], [];
                an_expired_id_gets_a_fresh_one: [S1], [];
                a_destroyed_id_gets_a_fresh_one: [S1 S5], [];
                data_comes_back_under_its_id: [R1], [];
                data_that_cannot_be_decoded_is_corrupt_and_stays: [R2], [];
                empty_data_of_a_stored_session_is_data: [R8], [];
            }
            reading {
                reading_changes_nothing_before_a_touch_is_due: [S2 S3], [];
                reading_touches_when_that_is_due: [S2 S3], [];
                a_session_that_is_only_read_lives_on: [S3], [];
                reading_an_unknown_id_stores_nothing: [S2], [];
                reading_is_not_stopped_by_a_lock: [S2 L3], [Locking];
                a_reader_restores_no_deleted_session: [R4 S5], [];
            }
            committing {
                a_new_session_without_data_stores_nothing: [S2], [];
                changed_data_is_written_with_a_new_expiry: [R1], [];
                an_unchanged_session_is_not_written: [S3], [];
                an_unchanged_session_is_touched_when_due: [S3], [];
                a_later_expiry_stays_until_the_next_write: [S3], [];
                of_two_commits_the_last_wins: [R10], [];
                an_optimistic_commit_that_lost_the_race_is_a_conflict: [R5], [Versions];
                an_optimistic_touch_has_no_race_to_lose: [S3], [Versions];
                data_over_the_limit_is_rejected_and_the_session_stays: [R9], [RecordLimit];
            }
            rotating_ids {
                a_rotated_session_keeps_its_data_under_a_new_id: [S4], [Rotation];
                a_rotation_changes_nothing_before_the_commit: [S4], [Rotation];
                changed_data_and_a_new_id_are_one_write: [S4], [Rotation];
                a_new_session_rotates_without_the_store: [S4 S2], [];
                a_rotation_that_races_a_destruction_is_gone: [S4 S5], [Rotation];
                a_rotation_after_the_expiry_is_gone: [S4 R4], [Rotation];
                a_rotation_is_a_use_that_moves_the_expiry: [S4], [Rotation];
                a_rotation_sets_an_earlier_expiry_too: [S4], [Rotation];
                a_rotation_of_unchanged_data_keeps_the_write_of_another: [S4 S3], [Rotation Versions];
                a_rotation_of_changed_data_overwrites_the_write_of_another: [S4], [Rotation];
                an_optimistic_rotation_that_lost_the_race_is_a_conflict: [S4 R5], [Rotation Versions];
                a_rejected_rotation_leaves_the_old_id_and_creates_no_other: [S4 R9], [Rotation RecordLimit];
                a_rotation_of_unknown_outcome_reports_its_new_id: [S4 S6], [Rotation];
            }
            merging {
                changes_of_different_pieces_are_merged: [S8], [Versions];
                changes_of_one_piece_are_a_conflict: [S8 R5], [Versions];
                a_rotation_that_lost_the_race_is_merged: [S8 S4], [Rotation Versions];
                concurrent_changes_of_pieces_are_merged_or_conflict: [S8 R10], [Versions];
                a_lifetime_is_set_with_a_merge: [S8 S10], [Lifetimes Versions];
                a_lifetime_that_another_set_is_a_conflict: [S8 S10], [Lifetimes Versions Tags];
            }
            destroying {
                no_handle_restores_a_destroyed_session: [S5 R4], [];
                destroying_a_rotated_away_id_finds_nothing: [S5], [Rotation];
                destroying_a_new_session_finds_nothing: [S5], [];
                a_logout_passes_a_live_lock: [S5 L3], [Locking];
            }
            aborting {
                a_first_commit_dropped_at_any_await_is_whole_or_not_at_all: [R13], [];
                a_commit_dropped_at_any_await_is_whole_or_not_at_all: [R13], [];
                a_read_dropped_at_any_await_loses_nothing: [R13 S2], [];
                a_destruction_dropped_at_any_await_is_whole_or_not_at_all: [R13 S5], [];
                a_commit_with_a_new_id_dropped_at_any_await_leaves_one_session: [R13 S4], [Rotation];
            }
            deadlines {
                the_deadline_is_set_at_creation_and_kept: [S7], [Lifetimes];
                a_rotation_keeps_the_deadline: [S7 S4], [Lifetimes Rotation];
                no_expiry_passes_the_deadline: [S7], [Lifetimes];
                a_commit_after_the_deadline_is_gone: [S7], [Lifetimes];
            }
            own_lifetimes {
                a_new_session_can_have_a_lifetime_of_its_own: [S10], [Lifetimes];
                a_lifetime_alone_stores_no_new_session: [S10 S2], [Lifetimes];
                a_lifetime_acts_with_the_commit: [S10 S3], [Lifetimes];
                a_shorter_lifetime_moves_the_expiry_backwards: [S10], [Lifetimes];
                a_lifetime_and_a_new_id_are_one_write: [S10 S4], [Lifetimes Rotation];
                an_own_idle_timeout_is_kept_by_touch_update_and_rotation: [S10 S3], [Lifetimes];
                an_own_deadline_ends_the_session: [S10 S7], [Lifetimes];
                a_lifetime_for_unchanged_data_keeps_the_write_of_another: [S10], [Lifetimes Versions];
                a_rotation_of_unchanged_data_keeps_a_lifetime_that_another_set: [S10 S4], [Lifetimes Rotation Versions Tags];
                a_commit_that_is_rejected_sets_no_lifetime: [S10 R5], [Lifetimes Versions];
                a_commit_with_a_lifetime_dropped_at_any_await_is_whole_or_not_at_all: [S10 R13], [Lifetimes];
            }
            secrets {
                debug_output_shows_no_secret: [S6], [];
                errors_show_no_secret: [S6], [];
                lock_errors_show_no_secret: [S6], [Locking];
                debug_of_a_locked_store_shows_no_token: [S6], [Locking];
            }
            waiting {
                a_second_handle_waits_for_the_first: [L1 L2], [Locking];
                waiting_for_another_process_ends_at_the_deadline: [L10], [Locking];
                waiting_in_the_queue_ends_at_the_deadline: [L10], [Locking];
                a_wall_clock_that_jumps_moves_no_deadline: [L10], [Locking];
                delays_grow_between_the_minimum_and_the_maximum: [L10], [Locking];
                wake_ups_that_come_too_early_bring_few_attempts: [L10], [Locking];
                a_waiter_gets_the_lock_when_the_lease_has_lapsed: [L7 L11], [Locking];
                a_waiter_gets_in_soon_after_a_release: [L10], [Locking];
                a_release_just_before_the_watch_is_not_missed: [L13], [Locking];
                an_unknown_session_is_not_waited_for: [L8 S1], [Locking];
                readers_do_not_wait: [L3 S2], [Locking];
            }
            queueing {
                local_waiters_go_first_in_first_out: [L10], [Locking];
                only_the_head_of_the_queue_asks_the_store: [L10], [Locking];
                after_eight_local_hand_overs_the_queue_pauses: [L10], [Locking];
                pauses_take_a_sixth_of_the_time_at_most: [L10], [Locking];
                a_canceled_waiter_leaves_the_queue: [R13], [Locking];
                an_opening_dropped_at_any_await_leaves_no_lock: [R13], [Locking];
                a_waiter_dropped_at_any_await_leaves_the_queue: [R13 L10], [Locking];
            }
            holding {
                a_lock_is_renewed_while_it_is_held: [L9], [Locking];
                a_session_does_not_expire_while_it_is_held: [L14], [Locking];
                a_release_names_the_expiry_that_renewals_left: [L14 R11], [Locking];
                a_renewal_whose_reply_is_lost_loses_no_lock: [L9 R11], [Locking];
                renewal_stops_after_the_longest_hold: [L12], [Locking];
                a_hung_holder_does_not_stop_the_queue: [L12], [Locking];
                a_lost_lock_is_reported_at_the_commit: [L4], [Locking];
                a_write_past_the_lock_is_reported_to_its_holder: [L4 R5], [Locking Versions];
                a_deletion_under_a_lock_is_reported_at_the_commit: [R4 L3], [Locking];
                a_deletion_under_a_lock_lets_the_queue_move_on: [L8 L10], [Locking];
                locked_handles_and_their_errors_show_no_secret: [S6], [Locking];
            }
            upgrading {
                an_upgrade_waits_for_the_lock_and_reads_again: [S9 L2], [Locking];
                an_upgrade_after_a_touch_reports_no_change: [S9], [Locking];
                an_upgrade_of_a_session_that_is_gone_is_gone: [S9 R4], [Locking];
            }
            ending {
                every_commit_releases_the_lock: [L5], [Locking];
                a_handle_that_is_dropped_releases_its_lock: [R13], [Locking];
                a_commit_that_is_dropped_releases_its_lock: [R13], [Locking];
                a_write_that_is_rejected_releases_the_lock: [R9], [Locking RecordLimit];
                an_acquisition_whose_reply_is_lost_leaves_no_lock: [R13], [Locking];
                a_rotated_handle_keeps_its_lock_until_the_commit: [S4 L9], [Locking Rotation];
                a_rotation_under_a_lock_is_one_write: [S4 L5], [Locking Rotation];
                a_lifetime_under_a_lock_is_one_write: [S10 L5], [Locking Lifetimes];
                a_rotation_lets_the_queue_of_the_old_id_move_on: [S4], [Locking Rotation];
                a_commit_with_a_new_id_that_is_dropped_releases_its_lock: [R13], [Locking Rotation];
                a_destruction_lets_the_queue_move_on: [S5], [Locking];
            }
            time_limits {
                waiting_goes_on_while_the_store_is_unavailable: [L10], [Locking];
                waiting_for_an_unavailable_store_ends_as_unavailable: [L10], [Locking];
                a_lock_that_was_seen_held_ends_in_a_lock_timeout: [L10], [Locking];
                a_failure_for_good_ends_the_wait: [L10], [Locking];
                an_acquisition_is_repeated_with_its_token: [L10 R11], [Locking];
                an_attempt_without_an_answer_ends_soon_after_the_deadline: [L10], [Locking];
                a_renewal_without_an_answer_costs_no_lock: [L9], [Locking];
                a_lease_counts_from_the_start_of_its_attempt: [L9], [Locking];
                an_answer_after_the_lease_is_not_taken_for_a_lock: [L9], [Locking];
            }
            draining {
                an_acquisition_that_was_not_applied_is_not_released: [R13], [Locking];
                a_release_after_a_failed_write_is_waited_for_briefly: [R13], [Locking];
                a_drain_waits_for_the_releases: [R13], [Locking];
                a_drain_ends_at_its_timeout_and_reports_the_rest: [R13], [Locking];
            }
        }
    };
}
