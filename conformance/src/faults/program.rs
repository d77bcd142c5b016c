use crate::Context;
use crate::call::Call;
use crate::context::LEASE;
use session_core::random::Randomness;
use session_core::store::{
    Capabilities, Change, Expect, Key, LockDisposition, LockToken, OwnLifetime, Payload, Record,
    Rotation, Tag, Touch, Version,
};
use session_core::time::Timestamp;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The longest life of a record, in seconds, beyond the shortest one of 20.
const LONGEST_LIFE: u64 = 200;

/// Draws the calls of a program of which most do something.
#[derive(Debug)]
pub(super) struct Program<'a> {
    context: &'a Context,
    capabilities: Capabilities,
    chances: Chances,
    keys: Vec<Key>,
    versions: Vec<Version>,
    tokens: Vec<LockToken>,
    /// The key and the token of the last acquisition.
    locked: Option<(Key, LockToken)>,
    drawn: u32,
}

/// The chances of a program, also for the versions and tokens in it.
#[derive(Debug)]
struct Chances(Mutex<fastrand::Rng>);

impl Chances {
    fn draw<T>(&self, draw: impl FnOnce(&mut fastrand::Rng) -> T) -> T {
        draw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Randomness for Chances {
    fn fill(&self, bytes: &mut [u8]) {
        self.draw(|chances| chances.fill(bytes));
    }
}

impl<'a> Program<'a> {
    pub(super) fn seeded(context: &'a Context, seed: u64) -> Self {
        Self {
            context,
            capabilities: context.capabilities(),
            chances: Chances(Mutex::new(fastrand::Rng::with_seed(seed))),
            keys: ["a", "b", "c"].map(|name| context.key(name)).to_vec(),
            versions: Vec::new(),
            tokens: Vec::new(),
            locked: None,
            drawn: 0,
        }
    }

    /// The keys that it is about.
    pub(super) fn keys(&self) -> Vec<Key> {
        self.keys.clone()
    }

    /// Whether this happens, by a chance from 0 to 1.
    pub(super) fn chance(&self, chance: f64) -> bool {
        self.chances.draw(|chances| chances.f64() < chance)
    }

    /// How much time passes before the next call: mostly none, now and then a lease.
    pub(super) fn pause(&self) -> Duration {
        match self.below(20) {
            0 => LEASE,
            1..4 => Duration::from_millis(self.below(4_000)),
            _ => Duration::ZERO,
        }
    }

    /// The next call.
    pub(super) fn next(&mut self) -> Call {
        self.drawn += 1;
        let (key, capabilities) = (self.key(), self.capabilities);
        match self.below(20) {
            0..4 => {
                let record = self.record();
                let version = self.tag(&record.payload);
                Call::Create { key, record, version }
            }
            4..8 => self.update(key),
            8..10 => {
                let expect = self.expect();
                Call::Touch { key, touch: self.touch(&expect), expect }
            }
            10..12 if capabilities.rotates() => self.rotation(key),
            12 => Call::Delete { key, expect: self.expect() },
            13..16 if capabilities.locks() => self.acquisition(key),
            16 if capabilities.locks() => self.renewal(key),
            17 if capabilities.locks() => Call::Release { key, token: self.token() },
            18 if capabilities.collects() => Call::Collect,
            _ => Call::Load { key },
        }
    }

    fn acquisition(&mut self, key: Key) -> Call {
        let token = self.token();
        self.locked = Some((key.clone(), token.clone()));
        Call::Acquire { key, token, lease: LEASE }
    }

    /// Generates a renewal, mostly of the lock that was asked for last.
    fn renewal(&mut self, key: Key) -> Call {
        let locked = self.locked.clone().filter(|_| self.chance(0.8));
        let (key, token) = locked.unwrap_or_else(|| (key, self.token()));
        Call::Renew { key, token, lease: LEASE }
    }

    /// Generates a touch, which releases a lock only in the way that a holder does.
    ///
    /// It then sets the latest expiry that the holder may have written. A store recognizes the
    /// repetition of such a touch, and of no other (L14).
    fn touch(&self, expect: &Expect) -> Touch {
        let (expires, lock) = (self.expiry(), self.after(expect));
        match lock {
            LockDisposition::Keep => Touch { expires, lock },
            LockDisposition::Release => {
                Touch { expires: self.context.in_seconds(20 + LONGEST_LIFE), lock }
            }
        }
    }

    fn update(&mut self, key: Key) -> Call {
        let (Record { payload, expires, .. }, expect) = (self.record(), self.expect());
        let lifetime = self.lifetime();
        let change = Change { payload, expires, lifetime, lock: self.after(&expect) };
        let version = self.tag(&change.payload);
        Call::Update { key, change, expect, version }
    }

    fn rotation(&mut self, old: Key) -> Call {
        let others: Vec<_> = self.keys.iter().filter(|key| **key != old).collect();
        let new = self.chances.draw(|chances| chances.choice(&others).copied());
        let new = new.expect("there are two others").clone();
        let expect = self.expect();
        let rotation = Rotation { record: self.record() };
        let version = self.tag(&rotation.record.payload);
        Call::Rotate { old, new, rotation, expect, version }
    }

    fn key(&self) -> Key {
        let drawn = match self.below(10) {
            0..5 => 0,
            5..9 => 1,
            _ => 2,
        };
        self.keys[drawn].clone()
    }

    fn record(&self) -> Record {
        let payload = self.context.payload(&format!("secret data {}", self.drawn));
        Record { payload, expires: self.expiry(), deadline: None, idle: None }
    }

    /// Each second write that could have a lifetime has one, where those are kept.
    fn lifetime(&self) -> Option<OwnLifetime> {
        let is_set = self.drawn.is_multiple_of(2);
        is_set.then(|| self.context.lifetime(60 + u64::from(self.drawn))).flatten()
    }

    fn expiry(&self) -> Timestamp {
        self.context.in_seconds(20 + self.below(LONGEST_LIFE))
    }

    fn after(&self, expect: &Expect) -> LockDisposition {
        let releases = expect.as_lock().is_some() && self.chance(0.5);
        if releases { LockDisposition::Release } else { LockDisposition::Keep }
    }

    /// Mostly presence alone; otherwise one of the last versions or tokens, or both.
    fn expect(&mut self) -> Expect {
        let mut expect = Expect::PRESENT;
        if self.capabilities.locks() && self.chance(0.3) {
            expect = Expect::lock(self.token());
        }
        match self.latest(&self.versions) {
            Some(version) if self.capabilities.compares_versions() && self.chance(0.3) => {
                expect.and_version(version)
            }
            _ => expect,
        }
    }

    /// Generates the tag of a write of this payload.
    ///
    /// Later expectations may be of the payload itself.
    fn tag(&mut self, payload: &Payload) -> Tag {
        let tag = Tag::draw(&self.chances);
        let by_content = self.capabilities.tells_versions_by_content();
        let version = if by_content { Version::content(payload.clone()) } else { tag.into() };
        self.versions.push(version);
        tag
    }

    /// One of the last tokens, or one of its own.
    fn token(&mut self) -> LockToken {
        if let Some(token) = self.latest(&self.tokens).filter(|_| self.chance(0.8)) {
            return token;
        }
        let token = LockToken::draw(&self.chances);
        self.tokens.push(token.clone());
        token
    }

    fn latest<T: Clone>(&self, drawn: &[T]) -> Option<T> {
        let latest = &drawn[drawn.len().saturating_sub(3)..];
        self.chances.draw(|chances| chances.choice(latest)).cloned()
    }

    fn below(&self, end: u64) -> u64 {
        self.chances.draw(|chances| chances.u64(0..end))
    }
}
