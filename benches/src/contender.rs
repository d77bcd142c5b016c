use crate::load::{Dice, Load};
use session_core::time::Timer;
use session_core::time::TokioTimer;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// A thing that answers requests for sessions, to be compared with others.
pub(crate) trait Subject: Send + Sync + 'static {
    /// Opens a session and reads from it.
    fn read(&self, session: usize) -> impl Future<Output = ()> + Send;

    /// Opens a session, changes it and stores it. `stamp` makes the change one.
    fn write(&self, session: usize, stamp: u64) -> impl Future<Output = ()> + Send;
}

/// A subject with its name, whatever its type.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    slice: Box<Slice>,
}

/// Answers the requests of a load, and says how long that took.
type Slice = dyn Fn(&Runtime, Load) -> Duration;

impl Contender {
    pub(crate) fn new(name: &'static str, subject: impl Subject) -> Self {
        let subject = Arc::new(subject);
        let slice = move |runtime: &Runtime, load| runtime.block_on(run(&subject, load));
        Self { name, slice: Box::new(slice) }
    }

    /// Answers the requests of `load`, and says how long that took.
    pub(crate) fn slice(&self, runtime: &Runtime, load: Load) -> Duration {
        (self.slice)(runtime, load)
    }
}

impl Debug for Contender {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

async fn run<S: Subject>(subject: &Arc<S>, load: Load) -> Duration {
    let timer = TokioTimer::new();
    let mut tasks = JoinSet::new();
    for task in 0..load.tasks.get() {
        tasks.spawn(work(Arc::clone(subject), load, task as u64));
    }
    tasks.join_all().await;
    timer.elapsed()
}

async fn work<S: Subject>(subject: Arc<S>, load: Load, task: u64) {
    let tasks = load.tasks.get() as u64;
    let mut dice = Dice::new(load.seed * tasks + task);
    for _ in 0..load.requests / load.tasks.get() {
        let session = dice.below(load.sessions);
        if dice.happens(load.writes) {
            subject.write(session, dice.stamp()).await;
        } else {
            subject.read(session).await;
        }
    }
}
