//! Nothing secret is printed (S6).

use super::{key_of, open, stored};
use crate::ensure::ensure;
use crate::{Context, Verdict};
use session_core::{Change, Error, Expect, Key, Payload, Result, Session, Timestamp};
use std::error::Error as StdError;

const DATA: &str = "hunter2";

pub(crate) async fn debug_output_shows_no_secret(context: &Context) -> Verdict {
    let sessions = context.sessions()?;
    let id = stored(&sessions, DATA).await?;
    let key = key_of(&id)?;
    let session: Session<String> = open(&sessions, &id).await?;
    let read = sessions.read(Some(id.secret())).await?;
    let snapshot = context.snapshot(&key).await?;
    let printed = [
        format!("{session:?} {:?} {read:?} {sessions:?}", session.id()),
        format!("{:?} {snapshot:?} {key:?}", context.store()),
        format!("{:?}", session.commit().await?),
    ];
    for text in printed {
        for secret in [DATA, id.secret(), key.as_str()] {
            ensure!(!text.contains(secret), "something secret is printed: {text}");
        }
    }
    Ok(())
}

pub(crate) async fn errors_show_no_secret(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let absent = context.key("absent");
    for error in refusals(context, &key, &absent).await {
        let mut source: Option<&dyn StdError> = Some(&error);
        while let Some(part) = source {
            let text = format!("{part} {part:?}");
            for secret in [DATA, key.as_str(), absent.as_str()] {
                ensure!(!text.contains(secret), "something secret is printed: {text}");
            }
            source = part.source();
        }
    }
    Ok(())
}

/// Errors of as many kinds as a store without a capability beyond the least can give.
async fn refusals(context: &Context, key: &Key, absent: &Key) -> Vec<Error> {
    let store = context.store();
    let version = context.version();
    let present = &Expect::PRESENT;
    let change = Change { payload: context.payload(DATA), ..context.change("") };
    let past = Change { expires: Timestamp::from_epoch_seconds(1), ..change.clone() };
    let mut large = context.record("");
    let limit = context.capabilities().max_record_bytes().unwrap_or_default();
    large.payload = match context.payload("") {
        Payload::Text(_) => Payload::text(DATA.repeat(limit)),
        Payload::Binary(_) => Payload::binary(DATA.repeat(limit).into_bytes()),
    };
    let refused: [Result<()>; 5] = [
        store.create(key, &context.record(DATA), &version).await,
        store.update(absent, &change, present, &version).await,
        store.update(key, &past, present, &version).await,
        context.touch(absent, context.in_seconds(60), present).await,
        store.create(absent, &large, &version).await,
    ];
    refused.into_iter().filter_map(Result::err).collect()
}
