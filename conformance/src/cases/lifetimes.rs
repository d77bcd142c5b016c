//! A record can have its own lifetime: an idle timeout, with a deadline (S10).

use crate::context::LIFE;
use crate::ensure::ensure_rejected;
use crate::{Context, Verdict};
use session_core::store::{Change, Expect, OwnLifetime, Record, Rotation};
use session_core::time::{IdleTimeout, Timestamp};

pub(crate) async fn an_idle_timeout_comes_back(context: &Context) -> Verdict {
    let each = [Some(IdleTimeout::from_seconds(1)), Some(IdleTimeout::MAX), None];
    for (name, idle) in ["shortest", "longest", "none"].into_iter().zip(each) {
        let record = Record { idle, ..context.record_for(10, "data") };
        let key = context.given_record(name, &record).await?;
        context.ensure_record(&key, &record).await?;
    }
    Ok(())
}

/// They come back from each operation that writes them.
///
/// So they do beside an expiry that a touch moves past the deadline.
pub(crate) async fn lifetimes_at_the_ends_of_their_range_come_back(context: &Context) -> Verdict {
    let (store, present) = (context.store(), Expect::PRESENT);
    let (soon, last) =
        (context.in_seconds(1).as_epoch_seconds(), Timestamp::MAX.as_epoch_seconds());
    let bounds = [(1, 0), (2, soon), (1 << 31, 1 << 31), (1 << 32, 1 << 32), (last, last)];
    let lifetimes = bounds.map(|(idle, deadline)| OwnLifetime {
        idle: IdleTimeout::from_seconds(idle),
        deadline: Some(Timestamp::from_epoch_seconds(deadline)),
    });
    for (number, &OwnLifetime { idle, deadline }) in lifetimes.iter().enumerate() {
        let record = Record { idle: Some(idle), deadline, ..context.record_for(LIFE, "data") };
        let created = context.given_record(&format!("created {number}"), &record).await?;
        context.ensure_record(&created, &record).await?;
        let expires = context.in_seconds(2 * LIFE);
        context.touch(&created, expires, &present).await?;
        context.ensure_record(&created, &Record { expires, ..record.clone() }).await?;

        let updated = context.given(&format!("updated {number}")).await?;
        let lifetime = Some(OwnLifetime { idle, deadline });
        let change = Change { lifetime, expires: record.expires, ..context.change("data") };
        store.update(&updated, &change, &present, &context.version()).await?;
        context.ensure_record(&updated, &record).await?;

        if context.capabilities().rotates() {
            let new = context.key(&format!("rotated {number}"));
            let rotation = Rotation { record: record.clone() };
            store.rotate(&updated, &new, &rotation, &present, &context.version()).await?;
            context.ensure_record(&new, &record).await?;
        }
    }
    Ok(())
}

pub(crate) async fn the_idle_timeout_of_an_expired_record_is_not_inherited(
    context: &Context,
) -> Verdict {
    let idle = Some(IdleTimeout::from_seconds(60));
    let expired = Record { idle, ..context.record_for(10, "expired") };
    let key = context.given_record("a", &expired).await?;
    context.advance_to_second(expired.expires);
    let new = context.record_for(10, "new");
    context.store().create(&key, &new, &context.version()).await?;
    Ok(context.ensure_record(&key, &new).await?)
}

pub(crate) async fn updates_and_touches_keep_the_lifetime(context: &Context) -> Verdict {
    let mut record = context.record("first");
    let key = context.given_record("a", &record).await?;
    record.payload = context.payload("second");
    record.expires = context.change("second").expires;
    context.update(&key, "second", &Expect::PRESENT).await?;
    context.ensure_record(&key, &record).await?;
    for expires in [context.in_seconds(3 * LIFE), context.in_seconds(1)] {
        context.touch(&key, expires, &Expect::PRESENT).await?;
        record.expires = record.expires.max(expires);
        context.ensure_record(&key, &record).await?;
    }
    Ok(())
}

/// An update sets the lifetime with new data and with the data that is there.
///
/// The new expiries and deadlines are later or earlier than the old ones.
pub(crate) async fn an_update_sets_the_lifetime(context: &Context) -> Verdict {
    let lifetime = |idle, deadline: Option<u64>| OwnLifetime {
        idle: IdleTimeout::from_seconds(idle),
        deadline: deadline.map(|seconds| context.in_seconds(seconds)),
    };
    let untouched = context.record_for(LIFE, "first");
    for (name, record) in [("a", context.record("first")), ("b", untouched)] {
        let key = context.given_record(name, &record).await?;
        for (data, expires, lifetime) in [
            ("first", 60, lifetime(60, Some(90))),
            ("second", 2 * LIFE, lifetime(2 * LIFE, Some(48 * LIFE))),
            ("second", LIFE, lifetime(LIFE, None)),
        ] {
            let OwnLifetime { idle, deadline } = lifetime;
            let expires = context.in_seconds(expires);
            let lifetime = Some(lifetime);
            let change = Change { expires, lifetime, ..context.change(data) };
            let (store, version) = (context.store(), context.version());
            store.update(&key, &change, &Expect::PRESENT, &version).await?;
            let expected = Record { payload: change.payload, expires, deadline, idle: Some(idle) };
            context.ensure_record(&key, &expected).await?;
        }
    }
    Ok(())
}

pub(crate) async fn a_rotation_writes_the_lifetime_of_its_record(context: &Context) -> Verdict {
    let record = context.record("data");
    let idle = Some(IdleTimeout::from_seconds(60));
    let deadline = Some(context.in_seconds(90));
    let others = [record.clone(), Record { idle, deadline, ..record }];
    for (number, record) in others.into_iter().enumerate() {
        let old = context.given(&format!("old {number}")).await?;
        let new = context.key(&format!("new {number}"));
        let (rotation, version) = (Rotation { record }, context.version());
        context.store().rotate(&old, &new, &rotation, &Expect::PRESENT, &version).await?;
        context.ensure_record(&new, &rotation.record).await?;

        let (newest, record) =
            (context.key(&format!("newest {number}")), context.record_for(60, ""));
        let (rotation, version) = (Rotation { record }, context.version());
        context.store().rotate(&new, &newest, &rotation, &Expect::PRESENT, &version).await?;
        context.ensure_record(&newest, &rotation.record).await?;
    }
    Ok(())
}

pub(crate) async fn an_update_that_is_rejected_sets_no_lifetime(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let before = context.snapshot(&key).await?;
    let change = Change { lifetime: context.lifetime(60), ..context.change("a") };
    let (store, version) = (context.store(), context.version());
    let expect = Expect::version(context.version());
    ensure_rejected!(store.update(&key, &change, &expect, &version).await, Conflict);
    Ok(context.ensure_unchanged(&key, &before).await?)
}

pub(crate) async fn a_repeated_update_that_set_a_lifetime_succeeds(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let expect = Expect::version(context.snapshot(&key).await?.version);
    let change = Change { lifetime: context.lifetime(60), ..context.change("a") };
    let version = context.version();
    context.store().update(&key, &change, &expect, &version).await?;
    let after = context.snapshot(&key).await?;
    context.store().update(&key, &change, &expect, &version).await?;
    Ok(context.ensure_unchanged(&key, &after).await?)
}
