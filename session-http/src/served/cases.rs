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
    a_reader_asks_once, a_sign_in_is_one_write, a_sign_out_asks_once, a_writer_asks_twice,
    a_writer_that_changes_nothing_stores_nothing, an_untouched_request_leaves_no_trace,
};
pub use caching::{a_removal_is_not_cached, caches_are_told_of_the_session, caches_are_told_once};
pub use cookies::{
    a_made_up_cookie_is_never_adopted, a_persistent_cookie_follows_the_expiry,
    a_removal_has_the_attributes_of_the_cookie, a_sign_out_deletes_the_known_one_of_several,
    hostile_cookie_headers_are_read, made_up_ids_create_no_row, the_cookie_is_set_once,
    the_cookie_of_a_remembered_session_is_persistent, the_known_one_of_several_cookies_counts,
};
pub use early::{
    a_deletion_ends_what_is_held, a_farewell_begins_a_new_session,
    a_reader_beside_a_sign_out_sees_no_session, a_response_waits_for_a_begun_commit,
    after_a_commit_the_session_is_read_only, an_early_commit_stands, an_early_deletion_stands,
};
pub use failing::{
    a_404_stores_the_session, a_500_changes_nothing, a_caught_panic_writes_no_section_back,
    a_held_section_that_cannot_be_encoded_is_a_failure, a_lost_race_is_an_error_without_a_cookie,
    a_panic_changes_nothing, a_slow_request_revives_nothing,
    the_statuses_that_commit_are_a_setting,
};
pub use late::{
    a_kept_handle_is_over_with_the_response, a_stream_varies_by_cookie,
    a_switch_of_protocols_ends_the_request, a_task_that_opens_too_late_leaves_no_lock,
    later_sees_what_others_write,
};
pub use leaving::{
    a_begun_commit_is_finished, a_begun_deletion_is_finished, a_client_may_leave_at_any_point,
    a_client_that_leaves_releases_the_lock, a_client_that_leaves_while_opening_leaves_no_lock,
    each_success_counts_once,
};
pub use locking::{
    a_failed_request_releases_its_lock, a_reader_takes_no_lock,
    a_release_is_awaited_where_that_is_set, one_route_can_use_another_strategy,
    ten_at_once_lose_nothing,
};
pub use opening::{
    a_closure_that_uses_its_session_gets_an_error, a_message_is_shown_once,
    a_part_that_waits_is_ended_by_a_sign_out, a_route_without_access_uses_no_session,
    a_section_is_held_once, an_upgrade_of_a_deleted_session_creates_nothing,
    an_upgrade_with_a_change_between_is_a_conflict, parts_of_a_request_open_once,
};
pub use random::random_requests_do_what_the_model_says;
pub use troubled::{
    a_commit_that_fails_replaces_the_response, a_failed_reader_moves_no_expiry,
    a_failed_sign_out_can_be_repeated, a_store_that_answers_late_is_waited_for,
    a_store_that_fails_is_a_503, a_store_that_hangs_holds_nobody_who_leaves,
    a_touch_that_fails_is_no_failure,
};
