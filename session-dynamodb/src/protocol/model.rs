use super::client::Phase;
use super::message::Call;
use super::properties::properties;
use super::witness::Breach;
use super::world::World;
use super::{Protocol, WAIT};
use crate::request::TouchStep;
use stateright::{Model, Property};

/// A step of the model. Clients and copies go by their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Tick,
    /// A client asks for the lock for the first time in its turn, or again.
    Begin(usize),
    AskAgain(usize),
    Renew(usize),
    Write(usize),
    /// A client that changed nothing releases.
    Leave(usize),
    Crash(usize),
    /// A request arrives and its reply is heard.
    Deliver(usize),
    /// Nothing is heard in time of a request, which may arrive at any time from now on, or never.
    Silence(usize),
    /// A request arrives that nobody waits for any more.
    Arrive(usize),
    PhpLock,
    PhpWrite,
    /// A reader reads by the clock of a client.
    Read(usize),
    /// The removal of the lapsed lock that a reader saw arrives.
    RemoveLapsed,
}

impl Protocol {
    /// Every step that is possible. There are none once a run has ended.
    pub(super) fn steps(&self, world: &World, steps: &mut Vec<Action>) {
        if world.time < self.horizon {
            steps.push(Action::Tick);
        }
        for client in 0..world.clients.len() {
            self.steps_of(world, client, steps);
        }
        steps.extend((0..world.late.len()).map(Action::Arrive));
        if world.lapsed.is_some() {
            steps.push(Action::RemoveLapsed);
        } else if world.left.readers > 0 && world.holder().is_some() {
            steps.extend((0..world.clients.len()).map(Action::Read));
        }
        if world.left.php > 0 {
            steps.push(Action::PhpWrite);
            if !world.item.has_lock() {
                steps.push(Action::PhpLock);
            }
        }
    }

    fn steps_of(&self, world: &World, client: usize, steps: &mut Vec<Action>) {
        let own = &world.clients[client];
        match &own.phase {
            Phase::Idle if own.turn < self.turns && world.time + WAIT <= self.horizon => {
                steps.push(Action::Begin(client));
            }
            Phase::Waiting { asked, .. } if world.clock(client) > *asked => {
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
        if may_hold && world.left.mishaps > 0 {
            steps.push(Action::Crash(client));
            if own.pending().is_some() {
                steps.push(Action::Silence(client));
            }
        }
    }

    fn act(&self, world: &mut World, client: usize, action: Action) {
        let phase = world.clients[client].phase.clone();
        match (action, phase) {
            (Action::Begin(_), _) => self.begin(world, client),
            (Action::AskAgain(_), Phase::Waiting { until, .. }) => {
                self.call(world, client, Call::Acquire { until });
            }
            (Action::Renew(_), Phase::Holding { seen, renewals }) => {
                self.renew(world, client, seen, renewals);
            }
            (Action::Write(_), Phase::Holding { seen, .. }) => {
                self.call(world, client, Call::Update { seen });
            }
            (Action::Leave(_), Phase::Holding { .. }) => {
                self.call(world, client, Call::Touch { step: TouchStep::Move });
            }
            (Action::Crash(_), _) => {
                Self::set_adrift(world, client);
                world.clients[client].phase = Phase::Crashed;
            }
            (Action::Deliver(_), _) => self.deliver(world, client),
            (Action::Silence(_), _) => {
                Self::set_adrift(world, client);
                self.hear_nothing(world, client);
            }
            (action, _) => unreachable!("{action:?} is not possible here"),
        }
    }
}

impl Model for Protocol {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        self.clocks.iter().map(|clocks| World::new(self, clocks)).collect()
    }

    /// Nothing follows a breach, so that what is found is what broke first. A lease that was cut
    /// short is none of these: it must do no harm to what is written (L11).
    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        if world.breaches.iter().all(|breach| *breach == Breach::CutLease) {
            self.steps(world, actions);
        }
    }

    fn next_state(&self, last: &World, action: Action) -> Option<World> {
        let mut world = last.clone();
        match action {
            Action::Tick => world.time += 1,
            Action::Arrive(place) => return self.arrive(world, place),
            Action::PhpLock => {
                world.left.php -= 1;
                Self::by_php(&mut world, &self.php_lock());
            }
            Action::PhpWrite => {
                world.left.php -= 1;
                let request = self.php_write(world.left.php);
                Self::by_php(&mut world, &request);
            }
            Action::Read(client) => self.read(&mut world, client),
            Action::RemoveLapsed => self.remove_lapsed(&mut world),
            Action::Begin(client)
            | Action::AskAgain(client)
            | Action::Renew(client)
            | Action::Write(client)
            | Action::Leave(client)
            | Action::Crash(client)
            | Action::Deliver(client)
            | Action::Silence(client) => self.act(&mut world, client, action),
        }
        Some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties()
    }
}
