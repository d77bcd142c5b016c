//! The work of a process that is killed.

use super::acknowledged::{Report, Step};
use super::process::Role;
use crate::context::{CLOCK_SKEW, LEASE};
use crate::ensure::{ensure, ensure_rejected};
use crate::{Context, Verdict, Violation};
use futures_util::future::try_join_all;
use session_core::store::{Acquired, Change, Expect, Key, LockDisposition};
use session_core::{ErrorKind, Result};
use std::future::pending;

/// The number of concurrent tasks of a process.
const TASKS: usize = 4;

/// The keys of a task.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'a> {
    context: &'a Context,
    task: &'a str,
}

impl<'a> Names<'a> {
    pub(super) fn of(context: &'a Context, task: &'a str) -> Self {
        Self { context, task }
    }

    pub(super) fn session(&self, number: u64) -> Key {
        self.context.key(&format!("{}-session-{number}", self.task))
    }

    pub(super) fn counter(&self) -> Key {
        self.context.key(&format!("{}-counter", self.task))
    }

    pub(super) fn moving(&self, number: u64) -> Key {
        self.context.key(&format!("{}-moving-{number}", self.task))
    }
}

/// Works until the process is killed.
pub(super) async fn until_killed(context: &Context, role: &Role) -> Verdict {
    match role {
        Role::Writes { name } => {
            let tasks = (0..TASKS).map(|task| write(context, format!("{name}-{task}")));
            try_join_all(tasks).await.map(drop)
        }
        Role::Holds => hold(context).await,
    }
}

fn report(task: &str, step: Step, number: u64) {
    let report = Report { task: task.to_owned(), step, number };
    // A test program may have begun a line.
    println!("\n{report}");
}

/// Makes a call until it is applied: a store may be unavailable while others write.
async fn applied<T>(call: impl AsyncFn() -> Result<T>) -> Verdict<T> {
    const ATTEMPTS: usize = 1_000;
    for _ in 1..ATTEMPTS {
        match call().await {
            Err(error) if error.kind() == ErrorKind::Unavailable => {}
            answer => return Ok(answer?),
        }
    }
    Ok(call().await?)
}

async fn write(context: &Context, task: String) -> Verdict {
    let (names, store) = (Names::of(context, &task), context.store());
    let rotates = context.capabilities().rotates();
    create(context, &names.moving(0), "moving").await?;
    for number in 0.. {
        let session = names.session(number);
        create(context, &session, &number.to_string()).await?;
        report(&task, Step::Created, number);
        if number % 2 == 1 {
            applied(async || store.delete(&session, &Expect::PRESENT).await).await?;
            report(&task, Step::Deleted, number);
        }
        count(context, &names.counter(), number).await?;
        report(&task, Step::Counted, number);
        if rotates {
            let (old, new) = (names.moving(number), names.moving(number + 1));
            let (rotation, version) = (context.rotation("moving"), context.version());
            let rotate =
                async || store.rotate(&old, &new, &rotation, &Expect::PRESENT, &version).await;
            applied(rotate).await?;
            report(&task, Step::Rotated, number);
        }
    }
    Ok(())
}

async fn create(context: &Context, key: &Key, data: &str) -> Verdict {
    let (record, version) = (context.record(data), context.version());
    applied(async || context.store().create(key, &record, &version).await).await
}

/// Writes the number, under a lock if the store has locks.
async fn count(context: &Context, counter: &Key, number: u64) -> Verdict {
    if number == 0 {
        return create(context, counter, "0").await;
    }
    let (mut expect, mut lock) = (Expect::PRESENT, LockDisposition::Keep);
    if context.capabilities().locks() {
        let (locking, token) = (context.locking()?, context.token());
        let acquired = applied(async || locking.acquire(counter, &token, LEASE).await).await?;
        ensure!(matches!(acquired, Acquired::Locked(_)), "a lock that nobody holds: {acquired:?}");
        (expect, lock) = (Expect::lock(token), LockDisposition::Release);
    }
    let (version, change) = (context.version(), context.change(&number.to_string()));
    let change = Change { lock, ..change };
    applied(async || context.store().update(counter, &change, &expect, &version).await).await
}

const HELD: &str = "held";

async fn hold(context: &Context) -> Verdict {
    let key = context.given(HELD).await?;
    context.lock(&key, LEASE).await?;
    report(HELD, Step::Counted, 0);
    pending().await
}

/// Checks that a killed process's lock lasts until its lease ends, and no longer.
pub(super) async fn ensure_lock_expires(context: &Context) -> Verdict {
    let key = context.key(HELD);
    let (locking, next) = (context.locking()?, context.token());
    let busy = locking.acquire(&key, &next, LEASE).await?;
    ensure!(matches!(busy, Acquired::Busy { .. }), "the lock ended with its holder: {busy:?}");
    let change = context.change("late");
    let written = context.store().update(&key, &change, &Expect::PRESENT, &context.version()).await;
    ensure_rejected!(written, Locked);
    context.advance(LEASE + CLOCK_SKEW);
    let acquired = locking.acquire(&key, &next, LEASE).await?;
    let Acquired::Locked(found) = acquired else {
        return Err(Violation::new(format!("the lease is over, and the lock stays: {acquired:?}")));
    };
    ensure!(found.record.payload == context.payload(HELD), "the locked session lost its data");
    Ok(())
}
