//! Cases: the responses that a client must get, and the requests to its store.
//!
//! [`served!`](crate::served!) makes a test of each case. A case panics when it fails.

mod asking;
mod caching;
mod cookies;
mod early;
mod failing;
mod late;
mod leaving;
mod locking;
mod opening;
mod random;
mod troubled;

pub use asking::{
    a_read_sends_one_store_request, a_sign_in_is_one_write, a_sign_out_adds_one_store_request,
    a_write_sends_two_store_requests, a_writer_that_changes_nothing_stores_nothing,
    an_unused_session_causes_no_store_request_and_no_header,
};
pub use caching::{
    a_response_that_removes_the_cookie_is_not_stored,
    a_response_varies_by_cookie_and_is_not_stored_if_it_sets_one,
    existing_vary_and_cache_control_are_not_repeated,
};
pub use cookies::{
    a_made_up_cookie_is_never_adopted, a_persistent_cookie_is_sent_again_when_the_expiry_moves,
    a_removal_has_the_attributes_of_the_cookie,
    a_sign_out_with_several_cookies_deletes_the_known_session,
    hostile_cookie_headers_cause_no_failure, made_up_ids_create_no_row,
    of_several_cookies_the_one_of_a_known_session_is_used, the_cookie_is_set_once,
    the_cookie_of_a_remembered_session_is_persistent,
};
pub use early::{
    a_read_during_a_sign_out_in_its_request_finds_no_session, a_response_waits_for_a_begun_commit,
    a_section_held_before_a_deletion_is_not_written, a_write_after_a_deletion_begins_a_new_session,
    after_a_commit_the_session_is_read_only, an_early_commit_stays_if_the_request_fails,
    an_early_deletion_stays_if_the_request_fails,
};
pub use failing::{
    a_404_stores_the_session, a_500_changes_nothing, a_caught_panic_writes_no_section_back,
    a_held_section_that_cannot_be_encoded_is_a_failure, a_lost_race_is_an_error_without_a_cookie,
    a_panic_changes_nothing, a_slow_request_restores_no_session_after_a_sign_out,
    the_statuses_that_commit_are_a_setting,
};
pub use late::{
    a_handle_kept_after_the_response_cannot_be_used, a_stream_varies_by_cookie,
    a_switch_of_protocols_stores_the_session_and_releases_its_lock,
    a_task_that_opens_after_the_response_leaves_no_lock,
    later_sees_the_writes_and_the_sign_out_of_other_requests,
};
pub use leaving::{
    a_client_that_leaves_at_any_point_stores_its_change_once_or_never,
    a_client_that_leaves_releases_the_lock, a_client_that_leaves_while_opening_leaves_no_lock,
    a_commit_goes_on_if_its_client_leaves, a_deletion_goes_on_if_its_client_leaves,
    each_successful_request_is_stored_exactly_once,
};
pub use locking::{
    a_failed_request_releases_its_lock, a_reader_takes_no_lock,
    a_setting_makes_the_response_wait_for_the_release, one_route_can_use_another_strategy,
    ten_concurrent_requests_with_locks_lose_no_update,
};
pub use opening::{
    a_closure_that_uses_its_session_gets_an_error, a_message_is_shown_once,
    a_route_without_access_uses_no_session, a_section_has_one_holder_at_a_time,
    a_waiting_part_of_a_request_creates_no_session_after_a_sign_out,
    an_upgrade_of_a_deleted_session_creates_nothing,
    an_upgrade_with_a_change_between_is_a_conflict,
    concurrent_parts_of_a_request_open_the_session_once,
};
pub use random::random_requests_match_the_model;
pub use troubled::{
    a_client_that_leaves_while_the_store_hangs_stores_nothing,
    a_commit_that_fails_replaces_the_response, a_failed_reader_moves_no_expiry,
    a_failed_sign_out_can_be_repeated, a_failing_store_makes_the_response_a_503,
    a_slow_store_only_delays_the_response, a_touch_that_fails_does_not_fail_the_request,
};
