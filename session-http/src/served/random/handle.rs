use super::model::Seen;
use super::program::{Act, Asked, Outcome};
use crate::served::bench::{Count, status};
use crate::served::handler::Answer;
use crate::{Failure, Session};
use parking_lot::Mutex;
use session_core::{ErrorKind, Result};
use std::future::pending;
use std::sync::Arc;

/// The acts for the handler, and their results.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) asked: Option<Asked>,
    pub(crate) seen: Vec<Seen>,
    pub(crate) kept: Vec<Session>,
    /// The handler waits for its client to leave.
    pub(crate) waits: bool,
}

pub(crate) type Scripted = Arc<Mutex<Script>>;

/// The handler of random requests.
pub(crate) async fn handle(session: Session, script: Scripted) -> Answer {
    let asked = script.lock().asked.clone().expect("the run has set it");
    for act in asked.acts {
        if act == Act::Keep {
            script.lock().kept.push(session.clone());
        }
        let seen = match perform(&session, act).await {
            Ok(seen) => seen,
            Err(error) if error.kind() == ErrorKind::InvalidArgument => Seen::Refused,
            Err(error) => return Err(error.into()),
        };
        script.lock().seen.push(seen);
    }
    match asked.outcome {
        Outcome::Status(code) => status(code),
        Outcome::Failure => Err(Failure::of_status(500)),
        Outcome::Panic => panic!("as planned"),
        Outcome::Leave => {
            script.lock().waits = true;
            pending().await
        }
    }
}

async fn perform(session: &Session, act: Act) -> Result<Seen> {
    match act {
        Act::Read => {
            let count = session.get::<Count>().await?;
            return Ok(Seen::Count(count.map(|count| count.0)));
        }
        Act::Add(more) => session.update(|count: &mut Count| count.0 += more).await?,
        Act::Hold => session.hold::<Count>().await?.0 += 10,
        Act::Rotate => session.rotate().await?,
        Act::Destroy => drop(session.destroy().await?),
        Act::Commit => session.commit().await?,
        Act::Keep => {}
    }
    Ok(Seen::Done)
}
