//! Calls and answers for people, with the numbers behind their tags and tokens.

use super::act::{Act, Answer};
use super::history::{Event, Who};
use super::tags::{token_name, version_name};
use crate::Context;
use crate::call::{Call, Reply};
use session_core::ErrorKind;
use session_core::store::{
    Acquired, Deletion, Expect, Key, LockDisposition, Snapshot, Tag, Version,
};
use session_core::time::Timestamp;
use std::fmt::{self, Display, Formatter};

impl Display for Event {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { who, act, answer, .. } = self;
        match answer {
            Some(answer) => write!(formatter, "{who}: {act} -> {answer}"),
            None => write!(formatter, "{who}: {act} -> dropped"),
        }
    }
}

impl Display for Who {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Founder => formatter.write_str("to begin with"),
            Self::Client(number) => write!(formatter, "client {number}"),
            Self::Auditor => formatter.write_str("in the end"),
        }
    }
}

impl Display for Act {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(call) => call.fmt(formatter),
            Self::Advance { by } => write!(formatter, "advance the clock by {by:?}"),
        }
    }
}

impl Display for Call {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Load { key } => write!(formatter, "load {}", key.as_str()),
            Self::Create { key, record, version } => {
                write_write(formatter, "create", key, version, record.expires)
            }
            Self::Update { key, change, expect, version } => {
                write_write(formatter, "update", key, version, change.expires)?;
                formatter.write_str(if change.lifetime.is_some() {
                    " with a lifetime"
                } else {
                    ""
                })?;
                write!(formatter, "{}", Expecting(expect, change.lock))
            }
            Self::Touch { key, touch, expect } => {
                let expires = since_start(touch.expires);
                let expecting = Expecting(expect, touch.lock);
                write!(formatter, "touch {} until {expires} s{expecting}", key.as_str())
            }
            Self::Rotate { old, new, rotation, expect, version } => {
                write!(formatter, "rotate {}, ", old.as_str())?;
                write_write(formatter, "to", new, version, rotation.record.expires)?;
                write!(formatter, "{}", Expecting(expect, LockDisposition::Keep))
            }
            Self::Delete { key, expect } => {
                let expecting = Expecting(expect, LockDisposition::Keep);
                write!(formatter, "delete {}{expecting}", key.as_str())
            }
            Self::Acquire { key, token, lease } => {
                write!(formatter, "acquire {} as {}, {lease:?}", key.as_str(), token_name(token))
            }
            Self::Renew { key, token, lease } => {
                write!(formatter, "renew {} as {}, {lease:?}", key.as_str(), token_name(token))
            }
            Self::Release { key, token } => {
                write!(formatter, "release {} as {}", key.as_str(), token_name(token))
            }
            Self::Collect => formatter.write_str("collect"),
        }
    }
}

fn write_write(
    formatter: &mut Formatter<'_>,
    verb: &str,
    key: &Key,
    version: &Tag,
    expires: Timestamp,
) -> fmt::Result {
    let (version, expires) = (version_name(&Version::tagged(*version)), since_start(expires));
    write!(formatter, "{verb} {} as {version} until {expires} s", key.as_str())
}

/// Seconds since the second in which every history begins.
fn since_start(time: Timestamp) -> u64 {
    let start = Context::start().timestamp().as_epoch_seconds();
    time.as_epoch_seconds().saturating_sub(start)
}

/// The expectation of a write, and its effect on the lock.
struct Expecting<'a>(&'a Expect, LockDisposition);

impl Display for Expecting<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self(expect, after) = self;
        if let Some(version) = expect.as_version() {
            write!(formatter, ", expecting {}", version_name(version))?;
        }
        if let Some(token) = expect.as_lock() {
            write!(formatter, ", holding {}", token_name(token))?;
        }
        match after {
            LockDisposition::Keep => Ok(()),
            LockDisposition::Release => formatter.write_str(" and releasing it"),
        }
    }
}

impl Display for Answer {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replied(reply) => write!(formatter, "{reply}"),
            Self::Refused(ErrorKind::Locked { remaining: Some(remaining) }) => {
                write!(formatter, "Locked for {remaining:?}")
            }
            Self::Refused(kind) => formatter.write_str(kind.name()),
            Self::Unknown(kind) => write!(formatter, "{}, outcome unknown", kind.name()),
            Self::Panicked => formatter.write_str("a panic"),
        }
    }
}

impl Display for Reply {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => formatter.write_str("done"),
            Self::Loaded(Some(snapshot)) => write_snapshot(formatter, snapshot),
            Self::Loaded(None) => formatter.write_str("nothing"),
            Self::Deletion(Deletion::Deleted) => formatter.write_str("deleted"),
            Self::Deletion(Deletion::WasAbsent) => formatter.write_str("was absent"),
            Self::Acquired(Acquired::Locked(snapshot)) => {
                formatter.write_str("locked, ")?;
                write_snapshot(formatter, snapshot)
            }
            Self::Acquired(Acquired::Busy { remaining: Some(remaining) }) => {
                write!(formatter, "busy for {remaining:?}")
            }
            Self::Acquired(Acquired::Busy { remaining: None }) => formatter.write_str("busy"),
            Self::Acquired(Acquired::Absent) => formatter.write_str("absent"),
            Self::Renewed(expires) => {
                write!(formatter, "renewed until {} s", since_start(*expires))
            }
        }
    }
}

fn write_snapshot(formatter: &mut Formatter<'_>, snapshot: &Snapshot) -> fmt::Result {
    let version = version_name(&snapshot.version);
    write!(formatter, "{version} until {} s", since_start(snapshot.record.expires))
}
