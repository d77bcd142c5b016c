//! The actions of clients, and the effects of their requests.

use super::client::{Pending, Phase};
use super::fault::Fault;
use super::judge::Answer;
use super::message::{Call, Message, Seen};
use super::observer::{ReportedOutcome, Violation, version};
use super::state::State;
use super::{Protocol, WAIT};
use crate::condition::held;
use crate::item::Item;
use crate::send::ROUNDS;
use session_core::ErrorKind;

impl Protocol {
    /// Sends a new request, made now.
    pub(super) fn call(&self, state: &mut State, client: usize, call: Call) {
        // The time matters only for the start of a lease, because sessions do not expire here.
        let leases = matches!(call, Call::Acquire { .. } | Call::Renew { .. });
        let made = if leases { state.clock(client) } else { 0 };
        let message = Message { attempt: self.attempt(state, client), call, made };
        let (retries, rounds) = (self.retries, ROUNDS);
        state.clients[client].phase =
            Phase::Calling(Pending { message, retries, rounds, in_doubt: false });
    }

    /// Requests the lock for the first time in a turn.
    pub(super) fn begin(&self, state: &mut State, client: usize) {
        let until = state.clock(client) + WAIT;
        self.call(state, client, Call::Acquire { until });
    }

    /// Executes a client's request, and delivers the reply.
    pub(super) fn deliver(&self, state: &mut State, client: usize) {
        let Phase::Calling(pending) = state.clients[client].phase else {
            return;
        };
        let reply = self.carry_out(state, pending.message);
        let answer = self.answer(&pending, reply);
        Self::check_recognition(state, &pending, &answer);
        match answer {
            Answer::Again(call) if pending.rounds > 1 => {
                let message = Message { call, ..pending.message };
                let rounds = pending.rounds - 1;
                let next = Pending { message, rounds, retries: self.retries, ..pending };
                state.clients[client].phase = Phase::Calling(next);
            }
            answer => self.conclude(state, client, &pending, &answer),
        }
    }

    /// Handles a request without a reply: the client repeats it or gives up.
    pub(super) fn hear_nothing(&self, state: &mut State, client: usize) {
        let Phase::Calling(mut pending) = state.clients[client].phase else {
            return;
        };
        pending.in_doubt = true;
        if let Some(retries) = pending.retries.checked_sub(1) {
            let pending = Pending { retries, ..pending };
            state.clients[client].phase = Phase::Calling(pending);
        } else {
            let error = self.refusal(true, ErrorKind::Unavailable);
            self.conclude(state, client, &pending, &Answer::Failed(error));
        }
    }

    /// Notes a violation if the reply rejects a request whose effect is on the record.
    fn check_recognition(state: &mut State, pending: &Pending, answer: &Answer) {
        let Message { attempt, call, .. } = pending.message;
        let stands = match call {
            Call::Acquire { .. } | Call::Renew { .. } => held(&attempt.token()).holds(&state.item),
            Call::Update { .. } => version(&state.item) == attempt,
            Call::Touch { .. } | Call::Release => false,
        };
        if stands && matches!(answer, Answer::Busy | Answer::Failed(_)) {
            state.violations.insert(Violation::Unrecognized);
        }
    }

    /// The next action of a client after an operation has ended.
    fn conclude(&self, state: &mut State, client: usize, pending: &Pending, answer: &Answer) {
        match pending.message.call {
            Call::Acquire { until } => self.after_acquiring(state, client, pending, until, answer),
            Call::Renew { seen, renewals } => {
                state.clients[client].phase = Phase::Holding { seen, renewals };
            }
            Call::Update { .. } | Call::Touch { .. } => {
                Self::tell(state, pending, answer);
                self.after_writing(state, client, answer);
            }
            Call::Release => state.clients[client].end_turn(),
        }
    }

    fn after_acquiring(
        &self,
        state: &mut State,
        client: usize,
        pending: &Pending,
        until: u8,
        answer: &Answer,
    ) {
        let asked = pending.message.made;
        match answer {
            Answer::Locked(seen) => {
                let (seen, renewals) = (*seen, self.renewals);
                state.clients[client].phase = Phase::Holding { seen, renewals };
            }
            Answer::Busy if asked < until || self.fault == Some(Fault::WaitsWithoutDeadline) => {
                state.clients[client].phase = Phase::Waiting { asked, until };
            }
            Answer::Busy => {
                state.history_mut(pending.message.attempt).reported =
                    Some(ReportedOutcome::TimedOut);
                state.clients[client].end_turn();
            }
            // The lock may exist all the same.
            _ => self.call(state, client, Call::Release),
        }
    }

    /// Ends the turn, or releases after a write that failed while the lock was held.
    fn after_writing(&self, state: &mut State, client: usize, answer: &Answer) {
        match answer {
            Answer::Failed(error) if error.kind() != ErrorKind::LockLost => {
                self.call(state, client, Call::Release);
            }
            _ => state.clients[client].end_turn(),
        }
    }

    /// Renews, which leaves one renewal less.
    pub(super) fn renew(&self, state: &mut State, client: usize, seen: Seen, renewals: u8) {
        self.call(state, client, Call::Renew { seen, renewals: renewals - 1 });
    }

    /// Applies a mishap to a client: it stops waiting for its request, if there is one.
    pub(super) fn abandon_request(state: &mut State, client: usize) {
        state.left.mishaps -= 1;
        state.late.extend(state.clients[client].pending().map(|pending| pending.message));
    }

    /// Executes a late request that no client waits for.
    ///
    /// A rejected one has no effect on the state.
    pub(super) fn arrive(&self, mut state: State, place: usize) -> Option<State> {
        let message = state.late.remove(place);
        let reply: Result<Item, Item> = self.carry_out(&mut state, message);
        reply.is_ok().then_some(state)
    }
}
