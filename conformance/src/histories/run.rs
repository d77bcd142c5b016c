//! Runs a program once, on a fresh store, and records what happens.

use super::act::Act;
use super::client::Client;
use super::history::{Event, History, Ticks, Who};
use super::meeting::BarrierHandle;
use super::program::{Program, Step};
use super::tags::{self, FIRST_FOUNDED, NOBODY, Tags};
use super::target::Target;
use super::turns::Order;
use super::{Scheduling, interleave};
use crate::call::Call;
use crate::context::up_to;
use crate::threads;
use crate::{Context, Harness, SetupError};
use session_core::store::Version;
use session_core::time::ManualClock;
use std::future::{poll_fn, ready};
use std::sync::Arc;
use std::task::Poll;

/// Runs `program` on a store of `harness`.
///
/// The clients take turns in `order`, unless they run on threads.
///
/// # Errors
///
/// The harness's, if it makes no store.
pub(super) async fn run(
    harness: &dyn Harness,
    program: &Program,
    scheduling: Scheduling,
    order: &Order,
) -> Result<History, SetupError> {
    let clock = ManualClock::at(Context::start());
    let mut fixture = harness.fixture(clock.clone()).await?;
    let teardown = fixture.teardown.take();
    let scribe = Scribe { target: Target::new(&fixture, clock), ticks: Arc::default() };
    let mut events = scribe.found(program).await;
    let (recorded, turns) = match scheduling {
        Scheduling::Drawn => interleave::all(scribe.alternating(program), order).await,
        Scheduling::Threads => (threads::all(scribe.at_once(program, order)).await, Vec::new()),
    };
    events.extend(recorded.into_iter().flatten());
    events.extend(scribe.audit(program).await);
    if let Some(teardown) = teardown {
        teardown.await;
    }
    Ok(History { events, turns })
}

/// Makes calls of one store and writes them down.
#[derive(Clone, Debug)]
struct Scribe {
    target: Target,
    ticks: Arc<Ticks>,
}

impl Scribe {
    async fn record(&self, who: Who, act: Act, dropped_after: Option<usize>) -> Event {
        let invoked = self.ticks.next();
        let taken = act.take(&self.target);
        let answer = match dropped_after {
            Some(polls) => up_to(polls, taken).await,
            None => Some(taken.await),
        };
        Event { who, act, answer, invoked, ended: self.ticks.next() }
    }

    fn client(&self, program: &Program) -> Client {
        Client::new(&self.target, founded(program, self.target.tags))
    }

    /// Creates what is there to begin with.
    async fn found(&self, program: &Program) -> Vec<Event> {
        let client = self.client(program);
        let mut events = Vec::new();
        for (index, life) in program.founded.iter().enumerate() {
            let Some(life) = *life else {
                continue;
            };
            let number = FIRST_FOUNDED + index;
            let record = client.record(life, number);
            let version = self.target.tags.version(number);
            let call = Call::Create { key: tags::key(index), record, version };
            events.push(self.record(Who::Founder, Act::Call(call), None).await);
        }
        events
    }

    /// The clients, who let each other go first before each of their steps.
    fn alternating(&self, program: &Program) -> Vec<impl Future<Output = Vec<Event>> + use<>> {
        (0..program.clients()).map(|client| self.serve(program, client, stand_aside)).collect()
    }

    /// The clients, who meet before their first step, or every other run before each.
    fn at_once(
        &self,
        program: &Program,
        order: &Order,
    ) -> impl Iterator<Item = impl Future<Output = Vec<Event>> + Send + use<>> {
        let meets_always = matches!(order, Order::Drawn(run) if run.is_multiple_of(2));
        let meetings = if meets_always { program.steps.len() } else { 1 };
        let handles = BarrierHandle::group(program.clients(), meetings).into_iter().enumerate();
        handles.map(|(client, barrier)| {
            self.serve(program, client, move || {
                barrier.meet();
                ready(())
            })
        })
    }

    /// Takes the steps of one client, and awaits what is to come `before` each.
    fn serve<F, B>(
        &self,
        program: &Program,
        client: usize,
        before: F,
    ) -> impl Future<Output = Vec<Event>> + Send + use<F, B>
    where
        F: Fn() -> B + Send,
        B: Future<Output = ()> + Send,
    {
        let who = Who::Client(client);
        let steps = program.steps_of(client);
        let mut client = self.client(program);
        let scribe = self.clone();
        async move {
            let mut events = Vec::new();
            for (index, Step { action, dropped_after, .. }) in steps {
                before().await;
                let number = index + 1;
                let act = client.act(&action, number);
                let event = scribe.record(who, act, dropped_after).await;
                client.learn(&action, number, event.answer.as_ref());
                events.push(event);
            }
            events
        }
    }

    /// Reads every key that the program has to do with.
    async fn audit(&self, program: &Program) -> Vec<Event> {
        let mut events = Vec::new();
        for index in program.keys() {
            let call = Call::Load { key: tags::key(index) };
            events.push(self.record(Who::Auditor, Act::Call(call), None).await);
        }
        events
    }
}

/// The versions that everybody has seen before the clients begin.
fn founded(program: &Program, tags: Tags) -> Vec<Version> {
    let number = |(index, life): (usize, &Option<u64>)| {
        if life.is_some() { FIRST_FOUNDED + index } else { NOBODY }
    };
    program
        .founded
        .iter()
        .enumerate()
        .map(number)
        .map(|number| tags.version(number).into())
        .collect()
}

/// Lets another client go first, if the schedule has it so.
async fn stand_aside() {
    let mut has_stood = false;
    poll_fn(|context| {
        if has_stood {
            return Poll::Ready(());
        }
        has_stood = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
