//! Faults of `sweep`.

use crate::broken::boundaries::ends_a_second_early;
use crate::broken::rejects;
use crate::calls::SweepCall;
use crate::changes::{Sweeps, now};
use crate::in_steps;
use crate::rules;
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{Fixture, Model, Row};
use session_core::error::Operation;
use session_core::store::{Cursor, Freshness, Key, SessionStore, Sweep, SweepBudget};
use session_core::time::{ManualClock, Timer};
use session_core::{Error, ErrorKind, Result};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::time::Duration;
use tokio::task::yield_now;

#[expect(clippy::unnecessary_wraps, reason = "it has the type of its operation")]
fn never_collects(_: &Model, _: SweepCall<'_>) -> Result<Sweep> {
    Ok(Sweep::default())
}

/// Lists expired records, and deletes the listed ones later.
async fn collects_by_a_snapshot(model: &Model, call: SweepCall<'_>) -> Result<Sweep> {
    let rows = |model: &Model| model.with_rows(|rows| rows.clone());
    let before = rows(model);
    let sweep = call.on(model).await?;
    let after = rows(model);
    let listed: Vec<Key> = before.keys().filter(|key| !after.contains_key(key)).cloned().collect();
    model.with_rows(|rows| *rows = before);
    for key in listed {
        yield_now().await;
        model.with_rows(|rows| rows.remove(&key));
    }
    Ok(sweep)
}

fn stops_after_one_step(model: &Model, call: SweepCall<'_>) -> Result<Sweep> {
    let sweep = now(call.on(model))?;
    Ok(Sweep { next: None, ..sweep })
}

/// Starts from the beginning again, forever.
fn never_ends(model: &Model, call: SweepCall<'_>) -> Result<Sweep> {
    let sweep = now(call.on(model))?;
    let next = sweep.next.clone().or_else(|| Some(Cursor::new(" ")));
    Ok(Sweep { next, ..sweep })
}

fn ignores_its_budget(model: &Model, call: SweepCall<'_>) -> Result<Sweep> {
    let SweepCall { budget, .. } = call;
    let budget = &SweepBudget { max_records: NonZeroUsize::MAX, ..*budget };
    now(SweepCall { budget, ..call }.on(model))
}

fn ignores_the_grace(model: &Model, call: SweepCall<'_>) -> Result<Sweep> {
    now(SweepCall { budget: &call.budget.with_grace(Duration::ZERO), ..call }.on(model))
}

fn reports_what_it_did_not_delete(model: &Model, call: SweepCall<'_>) -> Result<Sweep> {
    let before = model.with_rows(|rows| rows.clone());
    let sweep = now(call.on(model))?;
    model.with_rows(|rows| *rows = before);
    Ok(sweep)
}

fn miscounts_the_spared(model: &Model, call: SweepCall<'_>) -> Result<Sweep> {
    let sweep = now(call.on(model))?;
    Ok(Sweep { spared: 0, ..sweep })
}

/// Starts each step with the first record, and ends when it deletes none.
fn starts_each_step_anew(model: &Model, call: SweepCall<'_>) -> Result<Sweep> {
    let mut page = Vec::new();
    for key in model.with_rows(|rows| rows.keys().cloned().collect::<Vec<_>>()) {
        if now(model.load(&key, Freshness::Latest))?.is_none() {
            page.push(key);
        }
    }
    page.truncate(call.budget.max_records.get());
    let take_others = |rows: &mut BTreeMap<Key, Row>| {
        let kept = rows.clone();
        rows.retain(|key, _| page.contains(key));
        kept.into_iter().filter(|(key, _)| !page.contains(key)).collect::<Vec<_>>()
    };
    let others = model.with_rows(take_others);
    let mut sweep = now(SweepCall { from: None, ..call }.on(model))?;
    model.with_rows(|rows| rows.extend(others));
    sweep.next = (sweep.deleted > 0).then(|| Cursor::new("again"));
    Ok(sweep)
}

/// Accepts a cursor only for this long.
#[derive(Debug)]
struct ForgetsItsCursors {
    clock: ManualClock,
    memory: Duration,
    given: Mutex<BTreeMap<String, Duration>>,
}

impl ForgetsItsCursors {
    fn after(memory: Duration) -> impl FnOnce(ManualClock) -> Fixture {
        move |clock| {
            let given = Mutex::default();
            twisted(Self { clock: clock.clone(), memory, given })(clock)
        }
    }
}

#[async_trait]
impl Twist for ForgetsItsCursors {
    async fn sweep(&self, model: &Model, call: SweepCall<'_>) -> Result<Sweep> {
        let SweepCall { from, .. } = call;
        let now = self.clock.elapsed();
        let given = |from: &Cursor| {
            let given = self.given.lock().expect("no test panics under this lock");
            given.get(from.expose()).copied()
        };
        if from.and_then(given).is_some_and(|given| now.saturating_sub(given) > self.memory) {
            return Err(Error::new(Operation::Collect, ErrorKind::InvalidArgument));
        }
        let sweep = call.on(model).await?;
        if let Some(next) = &sweep.next {
            let mut given = self.given.lock().expect("no test panics under this lock");
            given.insert(next.expose().to_owned(), now);
        }
        Ok(sweep)
    }
}

rejects! {
    starts_each_step_anew = twisted(Sweeps(starts_each_step_anew)) => [a_sweep_gets_past_spared_records];
    forgets_its_cursors_at_once = ForgetsItsCursors::after(Duration::ZERO)
        => [a_collection_keeps_its_rate_limit, a_collection_that_stopped_is_resumed];
    forgets_its_cursors_in_two_seconds = ForgetsItsCursors::after(Duration::from_secs(2))
        => [a_collection_that_stopped_is_resumed];
    collects_the_locked = ruled(rules::has_lapsed(Operation::Collect, |_, _| true))
        => [
            a_live_lock_keeps_an_expired_record,
            a_sweep_reports_the_outcome_of_expired_records,
            a_sweep_gets_past_spared_records,
        ];
    spares_any_lock = ruled(rules::has_lapsed(Operation::Collect, |_, _| false))
        => [a_lapsed_lock_keeps_nothing, a_sweep_gets_past_spared_records];
    collects_a_second_early = ruled(ends_a_second_early(Operation::Collect))
        => [
            a_sweep_leaves_live_records,
            a_sweep_leaves_records_expired_within_the_grace,
            a_sweep_goes_by_the_latest_expiry,
        ];
    never_collects = twisted(Sweeps(never_collects)) => [a_sweep_deletes_expired_records];
    collects_by_a_snapshot = twisted(in_steps::sweep(collects_by_a_snapshot))
        => [a_session_renewed_during_a_sweep_is_never_deleted];
    stops_after_one_step = twisted(Sweeps(stops_after_one_step)) => [a_collection_walks_the_whole_store];
    never_ends = twisted(Sweeps(never_ends)) => [a_sweep_keeps_to_its_budget_and_ends];
    ignores_its_budget = twisted(Sweeps(ignores_its_budget)) => [a_sweep_keeps_to_its_budget_and_ends];
    ignores_the_grace = twisted(Sweeps(ignores_the_grace))
        => [a_sweep_leaves_records_expired_within_the_grace, a_sweep_gets_past_spared_records];
    reports_what_it_did_not_delete = twisted(Sweeps(reports_what_it_did_not_delete))
        => [a_sweep_deletes_expired_records];
    miscounts_the_spared = twisted(Sweeps(miscounts_the_spared))
        => [a_sweep_reports_the_outcome_of_expired_records];
}
