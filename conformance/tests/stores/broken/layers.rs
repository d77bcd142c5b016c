//! Faults that show best in `Sessions` over the store.

use crate::broken::rejects;
use crate::calls::{LoadCall, TouchCall, UpdateCall};
use crate::changes::{Loads, Touches, now};
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::Model;
use session_core::error::Operation;
use session_core::store::{Expect, Freshness, Key, LockDisposition, SessionStore, Snapshot, Touch};
use session_core::time::{Clock, ManualClock};
use session_core::{Error, ErrorKind, Result};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

fn ignores_touches(model: &Model, call: TouchCall<'_>) -> Result<()> {
    let TouchCall { key, touch, .. } = call;
    let standing =
        now(model.load(key, Freshness::AsConfigured))?.map(|snapshot| snapshot.record.expires);
    let expires = standing.unwrap_or(touch.expires);
    now(TouchCall { touch: &Touch { expires, ..*touch }, ..call }.on(model))
}

fn slides_on_load(model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
    let loaded = now(call.on(model))?;
    if let Some(Snapshot { record, .. }) = &loaded {
        let expires = record.expires.saturating_add(Duration::from_secs(1));
        let touch = Touch { expires, lock: LockDisposition::Keep };
        now(model.touch(call.key, &touch, &Expect::PRESENT))?;
    }
    Ok(loaded)
}

/// Treats each load as a use that extends the expiry by this time.
#[derive(Debug)]
struct SlidesToAFullLife {
    clock: ManualClock,
    life: Duration,
}

#[async_trait]
impl Twist for SlidesToAFullLife {
    async fn load(&self, model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        let expires = self.clock.now().saturating_add(self.life).timestamp();
        let touch = Touch { expires, lock: LockDisposition::Keep };
        match model.touch(call.key, &touch, &Expect::PRESENT).await {
            Err(error) if error.kind() != ErrorKind::Gone => Err(error),
            _ => call.on(model).await,
        }
    }
}

/// Treats an update without an expectation as one that expects the created version.
#[derive(Debug, Default)]
struct FirstWriteWins(Mutex<HashSet<Key>>);

#[async_trait]
impl Twist for FirstWriteWins {
    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        let updated = self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(call.key);
        if updated
            && *call.expect == Expect::PRESENT
            && model.load(call.key, Freshness::AsConfigured).await?.is_some()
        {
            return Err(Error::new(Operation::Update, ErrorKind::Conflict));
        }
        call.on(model).await?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(call.key.clone());
        Ok(())
    }
}

rejects! {
    ignores_touches = twisted(Touches(ignores_touches))
        => [of_touches_at_once_the_latest_stays, a_touch_moves_the_expiry_alone];
    slides_the_expiry_on_load = twisted(Loads(slides_on_load))
        => [reading_changes_nothing_before_a_touch_is_due];
    slides_to_a_full_life_on_load = |clock: ManualClock| {
        let life = Duration::from_secs(1_000);
        twisted(SlidesToAFullLife { clock: clock.clone(), life })(clock)
    }
        => [reading_changes_nothing_before_a_touch_is_due];
    lets_the_first_write_win = twisted(FirstWriteWins::default())
        => [without_an_expectation_the_last_write_wins];
}
