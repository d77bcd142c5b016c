//! What clients do, and what their requests meet with.

use super::client::{Pending, Phase};
use super::fault::Fault;
use super::judge::Answer;
use super::message::{Call, Message, Seen};
use super::witness::{Breach, Told};
use super::world::World;
use super::{Protocol, WAIT};
use crate::item::Item;
use crate::send::ROUNDS;
use session_core::ErrorKind;

impl Protocol {
    /// Sends a new request, made now.
    pub(super) fn call(&self, world: &mut World, client: usize, call: Call) {
        // Only where a lease begins does it matter when: the session does not end here.
        let leases = matches!(call, Call::Acquire { .. } | Call::Renew { .. });
        let made = if leases { world.clock(client) } else { 0 };
        let message = Message { ticket: self.ticket(world, client), call, made };
        let (retries, rounds) = (self.retries, ROUNDS);
        world.clients[client].phase =
            Phase::Calling(Pending { message, retries, rounds, in_doubt: false });
    }

    /// Asks for the lock for the first time in a turn.
    pub(super) fn begin(&self, world: &mut World, client: usize) {
        let until = world.clock(client) + WAIT;
        self.call(world, client, Call::Acquire { until });
    }

    /// The request of a client arrives, and the reply is heard.
    pub(super) fn deliver(&self, world: &mut World, client: usize) {
        let Phase::Calling(pending) = world.clients[client].phase else {
            return;
        };
        let reply = self.carry_out(world, pending.message);
        let answer = self.answer(&pending, reply);
        Self::check_recognition(world, &pending, &answer);
        match answer {
            Answer::Again(call) if pending.rounds > 1 => {
                let message = Message { call, ..pending.message };
                let rounds = pending.rounds - 1;
                let next = Pending { message, rounds, retries: self.retries, ..pending };
                world.clients[client].phase = Phase::Calling(next);
            }
            answer => self.conclude(world, client, &pending, &answer),
        }
    }

    /// Nothing is heard of a request. It is sent again, or given up.
    pub(super) fn hear_nothing(&self, world: &mut World, client: usize) {
        let Phase::Calling(mut pending) = world.clients[client].phase else {
            return;
        };
        pending.in_doubt = true;
        if let Some(retries) = pending.retries.checked_sub(1) {
            let pending = Pending { retries, ..pending };
            world.clients[client].phase = Phase::Calling(pending);
        } else {
            let error = self.refusal(true, ErrorKind::Unavailable);
            self.conclude(world, client, &pending, &Answer::Failed(error));
        }
    }

    /// A reply that refuses what the record shows to be done is a breach.
    fn check_recognition(world: &mut World, pending: &Pending, answer: &Answer) {
        let Message { ticket, call, .. } = pending.message;
        let stands = match call {
            Call::Acquire { .. } | Call::Renew { .. } => world.item.is_held_by(&ticket.token()),
            Call::Update { .. } => world.item.is_written_by(&ticket.version()),
            Call::Touch { .. } | Call::Release => false,
        };
        if stands && matches!(answer, Answer::Busy | Answer::Failed(_)) {
            world.breaches.insert(Breach::Unrecognised);
        }
    }

    /// What a client does after an operation has ended.
    fn conclude(&self, world: &mut World, client: usize, pending: &Pending, answer: &Answer) {
        match pending.message.call {
            Call::Acquire { until } => self.after_acquiring(world, client, pending, until, answer),
            Call::Renew { seen, renewals } => {
                world.clients[client].phase = Phase::Holding { seen, renewals };
            }
            Call::Update { .. } | Call::Touch { .. } => {
                Self::tell(world, pending, answer);
                self.after_writing(world, client, answer);
            }
            Call::Release => world.clients[client].end_turn(),
        }
    }

    fn after_acquiring(
        &self,
        world: &mut World,
        client: usize,
        pending: &Pending,
        until: u8,
        answer: &Answer,
    ) {
        let asked = pending.message.made;
        match answer {
            Answer::Locked(seen) => {
                let (seen, renewals) = (*seen, self.renewals);
                world.clients[client].phase = Phase::Holding { seen, renewals };
            }
            Answer::Busy if asked < until || self.fault == Some(Fault::WaitsWithoutDeadline) => {
                world.clients[client].phase = Phase::Waiting { asked, until };
            }
            Answer::Busy => {
                world.fate_mut(pending.message.ticket).told = Some(Told::TimedOut);
                world.clients[client].end_turn();
            }
            // The lock may stand all the same.
            _ => self.call(world, client, Call::Release),
        }
    }

    /// A write that failed for another reason than the loss of the lock has released nothing.
    fn after_writing(&self, world: &mut World, client: usize, answer: &Answer) {
        match answer {
            Answer::Failed(error) if error.kind() != ErrorKind::LockLost => {
                self.call(world, client, Call::Release);
            }
            _ => world.clients[client].end_turn(),
        }
    }

    /// Renews, once less from then on.
    pub(super) fn renew(&self, world: &mut World, client: usize, seen: Seen, renewals: u8) {
        self.call(world, client, Call::Renew { seen, renewals: renewals - 1 });
    }

    /// A mishap befalls a client: nobody waits for its request any more, if there is one.
    pub(super) fn set_adrift(world: &mut World, client: usize) {
        world.left.mishaps -= 1;
        world.late.extend(world.clients[client].pending().map(|pending| pending.message));
    }

    /// A request arrives that nobody waits for. One that is refused might as well never arrive.
    pub(super) fn arrive(&self, mut world: World, place: usize) -> Option<World> {
        let message = world.late.remove(place);
        let reply: Result<Item, Item> = self.carry_out(&mut world, message);
        reply.is_ok().then_some(world)
    }
}
