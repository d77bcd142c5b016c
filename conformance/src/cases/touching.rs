//! A touch moves the expiry alone, and never backwards (R6).

use crate::context::{LIFE, all_at_once};
use crate::ensure::{ensure_eq, ensure_rejected};
use crate::{Context, Verdict};
use session_core::store::{Expect, LockDisposition, Record, Touch, Version};
use session_core::time::Timestamp;
use std::sync::Arc;

pub(crate) async fn a_touch_moves_the_expiry_alone(context: &Context) -> Verdict {
    let record = context.record("data");
    let key = context.given_record("a", &record).await?;
    let expires = context.in_seconds(2 * LIFE);
    context.touch(&key, expires, &Expect::PRESENT).await?;
    let expected = Record { expires, ..record };
    Ok(context.ensure_record(&key, &expected).await?)
}

pub(crate) async fn a_touched_session_lives_up_to_its_new_expiry(context: &Context) -> Verdict {
    let record = context.record_for(10, "data");
    let key = context.given_record("a", &record).await?;
    let expires = context.in_seconds(20);
    context.advance_to_just_before(record.expires);
    context.touch(&key, expires, &Expect::PRESENT).await?;
    context.advance_to_just_before(expires);
    context.ensure_data(&key, "data").await?;
    context.advance_to_second(expires);
    Ok(context.ensure_absent(&key).await?)
}

pub(crate) async fn a_touch_keeps_the_version(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let read = context.snapshot(&key).await?.version;
    let expires = context.in_seconds(2 * LIFE);
    let expect = Expect::version(read.clone());
    context.touch(&key, expires, &expect).await?;
    let version = context.snapshot(&key).await?.version;
    ensure_eq!(version, read, "the version after a touch");
    Ok(context.update(&key, "second", &expect).await?)
}

pub(crate) async fn a_touch_passes_a_live_lock_and_keeps_it(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let expires = context.in_seconds(2 * LIFE);
    context.touch(&key, expires, &Expect::PRESENT).await?;
    ensure_eq!(context.snapshot(&key).await?.record.expires, expires, "the expiry");
    context.ensure_busy(&key).await?;
    Ok(context.ensure_held(&key, &token).await?)
}

pub(crate) async fn a_touch_never_moves_the_expiry_backwards(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let before = context.snapshot(&key).await?;
    for earlier in [
        context.in_seconds(LIFE),
        context.in_seconds(LIFE - 1),
        context.in_seconds(0),
        Timestamp::from_epoch_seconds(0),
    ] {
        context.touch(&key, earlier, &Expect::PRESENT).await?;
        context.ensure_unchanged(&key, &before).await?;
    }
    Ok(())
}

pub(crate) async fn touch_of_a_deleted_session_is_gone(context: &Context) -> Verdict {
    for key in [context.given_deleted("a").await?, context.key("unknown")] {
        let touch = context.touch(&key, context.in_seconds(60), &Expect::PRESENT).await;
        ensure_rejected!(touch, Gone);
        context.ensure_absent(&key).await?;
    }
    Ok(())
}

pub(crate) async fn touch_of_an_expired_session_is_gone(context: &Context) -> Verdict {
    let key = context.given_expired("a").await?;
    let touch = context.touch(&key, context.in_seconds(60), &Expect::PRESENT).await;
    ensure_rejected!(touch, Gone);
    Ok(context.ensure_absent(&key).await?)
}

pub(crate) async fn a_touch_expecting_another_version_is_a_conflict(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let stale = context.snapshot(&key).await?.version;
    context.update(&key, "second", &Expect::PRESENT).await?;
    let before = context.snapshot(&key).await?;
    for expect in [stale, Version::NONE].map(Expect::version) {
        for expires in [context.in_seconds(3 * LIFE), context.in_seconds(1)] {
            let touch = context.touch(&key, expires, &expect).await;
            ensure_rejected!(touch, Conflict);
            context.ensure_unchanged(&key, &before).await?;
        }
    }
    Ok(())
}

pub(crate) async fn a_touch_of_the_version_read_may_move_nothing(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let before = context.snapshot(&key).await?;
    let expect = Expect::version(before.version.clone());
    for expires in [before.record.expires, context.in_seconds(1)] {
        context.touch(&key, expires, &expect).await?;
        context.ensure_unchanged(&key, &before).await?;
    }
    Ok(())
}

pub(crate) async fn of_touches_at_once_the_latest_stays(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let touches = [7, 3, 9, 1, 8, 2].map(|more| {
        let (store, key) = (Arc::clone(context.store()), key.clone());
        let touch = Touch { expires: context.in_seconds(LIFE + more), lock: LockDisposition::Keep };
        async move { store.touch(&key, &touch, &Expect::PRESENT).await }
    });
    for touch in all_at_once(touches).await? {
        touch?;
    }
    let expires = context.snapshot(&key).await?.record.expires;
    ensure_eq!(expires, context.in_seconds(LIFE + 9), "the expiry");
    Ok(())
}
