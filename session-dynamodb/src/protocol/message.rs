use super::fault::Fault;
use super::{LEASE, Protocol, TICK, Versions, at};
use crate::request::{self, PhpLockHandling, TouchStep, Update};
use data_encoding::BASE64URL_NOPAD;
use session_core::store::{
    Change, Expect, LockDisposition, LockToken, Payload, Tag, Touch, Version,
};
use session_core::time::{EpochMillis, Timestamp};
use std::time::Duration;

/// A turn of a client.
///
/// It determines the token of its lock, and the version and data of its write.
///
/// 0 belongs to no client. It is the data and the version of the record at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct AttemptId(pub(super) u8);

impl AttemptId {
    pub(super) const NONE: Self = Self(0);

    pub(super) fn token(self) -> LockToken {
        let text = BASE64URL_NOPAD.encode(self.tag().as_bytes());
        LockToken::decode(&text).expect("it is as long as a token")
    }

    pub(super) const fn tag(self) -> Tag {
        Tag::from_bytes([self.0; Tag::BYTES])
    }

    pub(super) const fn version(self) -> Version {
        Version::tagged(self.tag())
    }

    pub(super) fn payload(self) -> Payload {
        Payload::text(self.0.to_string())
    }
}

/// The data that a client read when it got the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Seen {
    pub(super) data: AttemptId,
    pub(super) version: AttemptId,
}

/// A request to the store, with the client's knowledge of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Call {
    /// A request for the lock, by a client that waits until this tick of its clock.
    Acquire {
        until: u8,
    },
    /// A renewal, by a client that may renew this many times more.
    Renew {
        seen: Seen,
        renewals: u8,
    },
    Update {
        seen: Seen,
    },
    /// A touch that keeps the expiry and releases: the end of an unchanged session.
    Touch {
        step: TouchStep,
    },
    Release,
}

/// A request that a client made at a tick of its clock. All its copies are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Message {
    pub(super) attempt: AttemptId,
    pub(super) call: Call,
    pub(super) made: u8,
}

/// The expiry of the record before and after every write.
///
/// Sessions do not expire in the model.
pub(super) fn expires() -> Timestamp {
    at(200).timestamp()
}

pub(super) fn touch() -> Touch {
    Touch { expires: expires(), lock: LockDisposition::Release }
}

/// The write of an attempt, which also releases.
pub(super) fn change(attempt: AttemptId) -> Change {
    let lock = LockDisposition::Release;
    Change { payload: attempt.payload(), expires: expires(), lifetime: None, lock }
}

pub(super) fn lease() -> Duration {
    TICK * u32::from(LEASE)
}

impl Protocol {
    /// The expectation of a holder's write of data. A touch expects the token only.
    pub(super) fn expect(&self, attempt: AttemptId, seen: Seen) -> Expect {
        let expect = Expect::lock(attempt.token());
        match self.versions {
            _ if self.fault == Some(Fault::NamesNoVersion) => expect,
            Versions::Tag => expect.and_version(seen.version.version()),
            Versions::Content => expect.and_version(Version::content(seen.data.payload())),
        }
    }

    /// The store's request for a message.
    pub(super) fn request(&self, message: Message) -> Update {
        self.request_at(message, at(message.made))
    }

    /// The store's request for a message that is made at this time.
    pub(super) fn request_at(&self, message: Message, now: EpochMillis) -> Update {
        let attempt = message.attempt;
        let mut request = match message.call {
            Call::Acquire { .. } => self.acquisition(attempt, now),
            Call::Renew { .. } => {
                let context = self.context_at(now);
                request::renew(&self.key, &attempt.token(), lease(), &context)
            }
            Call::Update { seen } => {
                let change = change(attempt);
                let (expect, tag) = (self.expect(attempt, seen), attempt.tag());
                let (settings, php_lock) = (&self.settings, PhpLockHandling::Nothing);
                request::update(settings, &self.key, &change, &expect, &tag, now, php_lock)
            }
            Call::Touch { step } => {
                let expect = Expect::lock(attempt.token());
                request::touch(&self.key, &touch(), &expect, now, step)
            }
            Call::Release => request::release(&self.key, &attempt.token()),
        };
        if let Some(fault) = self.fault {
            fault.mutate(&mut request, message, now);
        }
        request
    }

    fn acquisition(&self, attempt: AttemptId, now: EpochMillis) -> Update {
        let context = self.context_at(now);
        request::acquire(&self.settings, &self.key, &attempt.token(), lease(), &context)
    }
}
