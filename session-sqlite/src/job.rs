//! A call on its way to the thread that uses the file.

use rusqlite::Connection;
use session_core::transactional::Access;
use session_core::{Error, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::oneshot::{self, Receiver, Sender};

/// A call, to the thread.
pub(crate) trait Job: Send {
    /// Whether it changes rows.
    fn access(&self) -> Access;

    /// Whether the caller has given up before the call began.
    fn is_abandoned(&self) -> bool;

    /// Begins the call, unless the caller has given up.
    fn begin(&self) -> bool;

    /// Does the work within a transaction, and keeps the answer.
    ///
    /// It may be called again if that transaction is rolled back.
    fn run(&mut self, connection: &Connection) -> Result<()>;

    /// Reports the answer, once the transaction is committed.
    fn answer(self: Box<Self>);

    /// Reports a failure.
    fn fail(self: Box<Self>, error: Error);
}

/// The winner of a race: the thread that begins a call, or its abandoning caller.
#[derive(Debug, Default)]
struct OnceFlag(AtomicBool);

impl OnceFlag {
    /// Sets the flag, and returns whether this call was the first.
    fn take(&self) -> bool {
        !self.0.swap(true, Ordering::SeqCst)
    }

    fn is_taken(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// The caller's side of a call, which never begins if this is dropped before.
#[derive(Debug)]
pub(crate) struct Call<A> {
    flag: Arc<OnceFlag>,
    pub(crate) answer: Receiver<Result<A>>,
}

impl<A> Call<A> {
    /// Gives the call up. Whether it had not begun, so that nothing is changed.
    pub(crate) fn abandon(&self) -> bool {
        self.flag.take()
    }
}

impl<A> Drop for Call<A> {
    fn drop(&mut self) {
        self.flag.take();
    }
}

/// A call of this work, and the job that does it.
pub(crate) fn call<A, W>(access: Access, work: W) -> (Call<A>, Box<dyn Job>)
where
    A: Send + 'static,
    W: FnMut(&Connection) -> Result<A> + Send + 'static,
{
    let flag = Arc::new(OnceFlag::default());
    let (reply, answer) = oneshot::channel();
    let job = Queued { access, work, done: None, flag: Arc::clone(&flag), reply };
    (Call { flag, answer }, Box::new(job))
}

struct Queued<A, W> {
    access: Access,
    work: W,
    done: Option<A>,
    flag: Arc<OnceFlag>,
    reply: Sender<Result<A>>,
}

impl<A, W> Job for Queued<A, W>
where
    A: Send,
    W: FnMut(&Connection) -> Result<A> + Send,
{
    fn access(&self) -> Access {
        self.access
    }

    fn is_abandoned(&self) -> bool {
        self.flag.is_taken()
    }

    fn begin(&self) -> bool {
        self.flag.take()
    }

    fn run(&mut self, connection: &Connection) -> Result<()> {
        self.done = Some((self.work)(connection)?);
        Ok(())
    }

    /// A caller that has gone does not hear it.
    fn answer(self: Box<Self>) {
        if let Some(answer) = self.done {
            let _ = self.reply.send(Ok(answer));
        }
    }

    fn fail(self: Box<Self>, error: Error) {
        let _ = self.reply.send(Err(error));
    }
}
