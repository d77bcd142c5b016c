use super::step::{Answer, Step};
use crate::{Model, Row};
use futures_util::FutureExt;
use session_core::{Capabilities, Key, ManualClock};
use std::collections::BTreeMap;

type World = BTreeMap<Key, Row>;

/// The states that a store can be in, by what its answers and its errors said so far.
#[derive(Debug)]
pub(super) struct Worlds {
    model: Model,
    compares_versions: bool,
    possible: Vec<World>,
}

impl Worlds {
    /// The one state of an empty store.
    pub(super) fn of_an_empty_store(capabilities: Capabilities, clock: ManualClock) -> Self {
        let compares_versions = capabilities.compares_versions();
        Self { model: Model::new(clock), compares_versions, possible: vec![World::new()] }
    }

    /// The call was carried out: what remains are the states in which this is the answer. Tells
    /// whether there is one, and what the answer can be otherwise.
    pub(super) fn answered(&mut self, step: &Step, answer: Answer) -> Result<(), Vec<Answer>> {
        let answer = self.comparable(answer);
        let (mut remaining, mut others) = (Vec::new(), Vec::new());
        for (lawful, after) in self.outcomes(step) {
            if lawful == answer {
                remaining.push(after);
            } else {
                others.push(lawful);
            }
        }
        if remaining.is_empty() {
            return Err(others);
        }
        self.become_one_of(remaining);
        Ok(())
    }

    /// The call was carried out, and its answer says nothing.
    pub(super) fn applied(&mut self, step: &Step) {
        let after = self.outcomes(step).into_iter().map(|(_, after)| after).collect();
        self.become_one_of(after);
    }

    /// The call was carried out or it was not.
    pub(super) fn doubted(&mut self, step: &Step) {
        let after = self.outcomes(step).into_iter().map(|(_, after)| after);
        let either = self.possible.iter().cloned().chain(after).collect();
        self.become_one_of(either);
    }

    fn outcomes(&self, step: &Step) -> Vec<(Answer, World)> {
        self.possible.iter().map(|world| self.outcome(world.clone(), step)).collect()
    }

    fn outcome(&self, world: World, step: &Step) -> (Answer, World) {
        self.model.with_rows(|rows| *rows = world);
        let ran = step.run(&self.model).now_or_never().expect("the model never waits");
        let answer = ran.unwrap_or_else(|error| Answer::from(&error));
        (self.comparable(answer), self.model.with_rows(std::mem::take))
    }

    fn comparable(&self, answer: Answer) -> Answer {
        if self.compares_versions { answer } else { answer.without_version() }
    }

    fn become_one_of(&mut self, worlds: Vec<World>) {
        self.possible.clear();
        for world in worlds {
            if !self.possible.contains(&world) {
                self.possible.push(world);
            }
        }
    }
}
