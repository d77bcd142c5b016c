use super::client::Phase;
use super::message::Call;
use super::observer::Violation;
use super::properties::properties;
use super::state::State;
use super::{Protocol, WAIT};
use crate::layout::Attribute;
use crate::request::TouchStep;
use stateright::{Model, Property};

/// A step of the model. Clients and copies are given by their index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Tick,
    /// A client requests the lock, for the first time in its turn or again.
    Begin(usize),
    AskAgain(usize),
    Renew(usize),
    Write(usize),
    /// A client that changed nothing releases.
    Leave(usize),
    Crash(usize),
    /// A request arrives, and its client gets the reply.
    Deliver(usize),
    /// A request gets no reply in time. It may arrive at any later time, or never.
    Silence(usize),
    /// A late request arrives that no client waits for any more.
    Arrive(usize),
    PhpLock,
    PhpWrite,
    /// A reader reads by the clock of a client.
    Read(usize),
    /// The removal of the lapsed lock that a reader saw arrives.
    RemoveLapsed,
}

impl Protocol {
    /// Lists all possible steps. There are none after the end of a run.
    pub(super) fn steps(&self, state: &State, steps: &mut Vec<Action>) {
        if state.time < self.horizon {
            steps.push(Action::Tick);
        }
        for client in 0..state.clients.len() {
            self.steps_of(state, client, steps);
        }
        steps.extend((0..state.late.len()).map(Action::Arrive));
        if state.lapsed.is_some() {
            steps.push(Action::RemoveLapsed);
        } else if state.left.readers > 0 && state.holder().is_some() {
            steps.extend((0..state.clients.len()).map(Action::Read));
        }
        if state.left.php > 0 {
            steps.push(Action::PhpWrite);
            if state.item.get(Attribute::Lock).is_none() {
                steps.push(Action::PhpLock);
            }
        }
    }

    fn steps_of(&self, state: &State, client: usize, steps: &mut Vec<Action>) {
        let own = &state.clients[client];
        match &own.phase {
            Phase::Idle if own.turn < self.turns && state.time + WAIT <= self.horizon => {
                steps.push(Action::Begin(client));
            }
            Phase::Waiting { asked, .. } if state.clock(client) > *asked => {
                steps.push(Action::AskAgain(client));
            }
            Phase::Holding { renewals, .. } => {
                steps.extend([Action::Write(client), Action::Leave(client)]);
                if *renewals > 0 {
                    steps.push(Action::Renew(client));
                }
            }
            Phase::Calling(_) => steps.push(Action::Deliver(client)),
            Phase::Idle | Phase::Waiting { .. } | Phase::Crashed => {}
        }
        let may_hold = matches!(own.phase, Phase::Holding { .. } | Phase::Calling(_));
        if may_hold && state.left.mishaps > 0 {
            steps.push(Action::Crash(client));
            if own.pending().is_some() {
                steps.push(Action::Silence(client));
            }
        }
    }

    fn act(&self, state: &mut State, client: usize, action: Action) {
        let phase = state.clients[client].phase.clone();
        match (action, phase) {
            (Action::Begin(_), _) => self.begin(state, client),
            (Action::AskAgain(_), Phase::Waiting { until, .. }) => {
                self.call(state, client, Call::Acquire { until });
            }
            (Action::Renew(_), Phase::Holding { seen, renewals }) => {
                self.renew(state, client, seen, renewals);
            }
            (Action::Write(_), Phase::Holding { seen, .. }) => {
                self.call(state, client, Call::Update { seen });
            }
            (Action::Leave(_), Phase::Holding { .. }) => {
                self.call(state, client, Call::Touch { step: TouchStep::Move });
            }
            (Action::Crash(_), _) => {
                Self::abandon_request(state, client);
                state.clients[client].phase = Phase::Crashed;
            }
            (Action::Deliver(_), _) => self.deliver(state, client),
            (Action::Silence(_), _) => {
                Self::abandon_request(state, client);
                self.hear_nothing(state, client);
            }
            (action, _) => unreachable!("{action:?} is not possible here"),
        }
    }
}

impl Model for Protocol {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        self.clocks.iter().map(|clocks| State::new(self, clocks)).collect()
    }

    /// Lists the steps, or none after a violation, so the checker reports the first.
    ///
    /// A lease that was cut short does not end the run, because it must not harm a write (L11).
    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.violations.iter().all(|violation| *violation == Violation::CutLease) {
            self.steps(state, actions);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Tick => state.time += 1,
            Action::Arrive(place) => return self.arrive(state, place),
            Action::PhpLock => {
                state.left.php -= 1;
                Self::by_php(&mut state, &self.php_lock());
            }
            Action::PhpWrite => {
                state.left.php -= 1;
                let request = self.php_write(state.left.php);
                Self::by_php(&mut state, &request);
            }
            Action::Read(client) => self.read(&mut state, client),
            Action::RemoveLapsed => self.remove_lapsed(&mut state),
            Action::Begin(client)
            | Action::AskAgain(client)
            | Action::Renew(client)
            | Action::Write(client)
            | Action::Leave(client)
            | Action::Crash(client)
            | Action::Deliver(client)
            | Action::Silence(client) => self.act(&mut state, client, action),
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties()
    }
}
