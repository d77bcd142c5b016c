//! Faults in declarations: a store that does more or less than it declares.

use crate::broken::rejects;
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::{Fixture, Model};
use session_core::Result;
use session_core::store::{
    Capabilities, Key, LockingStore, PayloadKind, Record, SessionStore, Tag,
};
use session_core::time::ManualClock;
use std::sync::Arc;

/// Declares other capabilities than the model, and behaves like the model.
#[derive(Debug)]
struct Declares(Capabilities);

impl Twist for Declares {
    fn capabilities(&self, _model: &Model) -> Capabilities {
        self.0
    }
}

/// A store with the model's operations, without rotation and locking.
const MOST: Capabilities = Capabilities::NONE
    .with_payloads(PayloadKind::Text)
    .with_collecting()
    .with_max_key_bytes(1_024)
    .with_max_record_bytes(64 * 1_024);
const BOTH: Capabilities = MOST.with_payloads(PayloadKind::Binary);

fn without_versions() -> Declares {
    Declares(BOTH.with_lifetimes().with_rotation().with_locking())
}

fn without_lifetimes() -> Declares {
    Declares(BOTH.with_versions().with_rotation().with_locking())
}

fn without_binary() -> Declares {
    Declares(MOST.with_versions().with_lifetimes().with_rotation().with_locking())
}

fn without_rotation() -> Declares {
    Declares(BOTH.with_versions().with_lifetimes().with_locking())
}

fn without_locks() -> Declares {
    Declares(BOTH.with_versions().with_lifetimes().with_rotation())
}

/// Declares lifetimes, and drops one half of each.
#[derive(Debug)]
enum Forgets {
    Deadline,
    Idle,
}

#[async_trait]
impl Twist for Forgets {
    async fn create(&self, model: &Model, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        let mut record = record.clone();
        match self {
            Self::Deadline => record.deadline = None,
            Self::Idle => record.idle = None,
        }
        model.create(key, &record, version).await
    }
}

/// Declares locks and collecting, but implements neither.
fn bare(clock: ManualClock) -> Fixture {
    Fixture::new(Arc::new(Model::new(clock)))
}

/// Has locks that it does not declare.
fn secretive(clock: ManualClock) -> Fixture {
    let locking: Arc<dyn LockingStore> = Arc::new(Model::new(clock.clone()));
    twisted(without_locks())(clock).with_locking(locking)
}

rejects! {
    ignores_undeclared_versions = twisted(without_versions())
    => every case that needs [Versions] and [
        undeclared_capabilities_are_rejected,
    ];
    ignores_undeclared_lifetimes = twisted(without_lifetimes())
    => every case that needs [Lifetimes] and [
        undeclared_capabilities_are_rejected,
    ];
    ignores_an_undeclared_kind = twisted(without_binary())
    => every case that needs [Binary] and [
        undeclared_capabilities_are_rejected,
    ];
    ignores_undeclared_rotation = twisted(without_rotation())
    => every case that needs [Rotation] and [
        undeclared_capabilities_are_rejected,
    ];
    ignores_undeclared_locks = twisted(without_locks())
    => every case that needs [Locking] and [
        undeclared_capabilities_are_rejected,
    ];
    forgets_declared_idle_timeouts = twisted(Forgets::Idle)
    => [
        an_idle_timeout_comes_back,
        a_created_record_is_loaded,
        text_comes_back_character_for_character,
        binary_comes_back_byte_for_byte,
        text_and_binary_of_equal_bytes_keep_their_kind,
        empty_text_is_data,
        empty_binary_is_data,
        an_empty_session_is_as_live_as_any,
        an_expired_record_is_replaced,
        a_deleted_record_is_created_anew,
        of_many_creators_exactly_one_wins,
        a_touch_moves_the_expiry_alone,
        updates_and_touches_keep_the_lifetime,
        a_key_at_the_limit_is_kept,
        a_record_at_the_limit_is_kept,
        an_update_to_the_limit_is_kept,
        a_repeated_creation_succeeds,
        a_dropped_creation_is_whole_or_not_at_all,
        a_dropped_update_is_whole_or_not_at_all,
        a_live_lock_stops_no_reader,
        a_new_session_can_have_a_lifetime_of_its_own,
        an_own_idle_timeout_is_kept_by_touch_update_and_rotation,
        an_own_deadline_ends_the_session,
        a_lock_leaves_a_later_expiry,
    ];
    forgets_declared_deadlines = twisted(Forgets::Deadline)
    => [
        a_created_record_is_loaded,
        text_comes_back_character_for_character,
        binary_comes_back_byte_for_byte,
        text_and_binary_of_equal_bytes_keep_their_kind,
        empty_text_is_data,
        empty_binary_is_data,
        an_expired_record_is_replaced,
        a_deleted_record_is_created_anew,
        a_deadline_comes_back,
        of_many_creators_exactly_one_wins,
        an_update_keeps_the_deadline,
        a_touch_moves_the_expiry_alone,
        a_key_at_the_limit_is_kept,
        a_record_at_the_limit_is_kept,
        a_repeated_creation_succeeds,
        a_dropped_creation_is_whole_or_not_at_all,
        a_dropped_update_is_whole_or_not_at_all,
        a_live_lock_stops_no_reader,
        a_commit_after_the_deadline_is_gone,
        a_rotation_keeps_the_deadline,
        no_expiry_passes_the_deadline,
        the_deadline_is_set_at_creation_and_kept,
        an_empty_session_is_as_live_as_any,
        an_update_to_the_limit_is_kept,
        a_lock_leaves_a_later_expiry,
        a_lock_moves_no_expiry_past_the_deadline,
        updates_and_touches_keep_the_lifetime,
        a_new_session_can_have_a_lifetime_of_its_own,
        an_own_idle_timeout_is_kept_by_touch_update_and_rotation,
        an_own_deadline_ends_the_session,
    ];
    is_no_more_than_a_store = bare
    => every case that needs [Locking, Collecting] and [
        a_key_beyond_the_limit_is_rejected,
        declared_capabilities_are_provided,
        undeclared_capabilities_are_rejected,
        an_empty_session_is_as_live_as_any,
        a_repeated_creation_is_judged_by_the_record,
        a_repeated_update_is_judged_by_the_record,
        an_update_that_changes_nothing_is_a_write,
    ];
    locks_in_secret = secretive
    => every case that needs [Locking] and [
        declared_capabilities_are_provided,
        undeclared_capabilities_are_rejected,
    ];
}
