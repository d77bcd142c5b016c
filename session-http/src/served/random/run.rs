use super::handle::{Scripted, handle};
use super::model::{Cookie, Expected, Label, Model};
use super::program::{Asked, Outcome, Program};
use crate::served::bench::{Bench, Count, Opening};
use crate::served::handler::{Reply, Sent};
use crate::served::{Served, client};
use futures_util::FutureExt;
use session_core::ErrorKind;
use std::collections::BTreeMap;
use std::mem;
use std::panic::AssertUnwindSafe;

/// A run of a program: the server, the model, and the cookies of both.
struct Run<A> {
    bench: Bench<A>,
    script: Scripted,
    model: Model,
    /// The cookie of each session whose cookie was sent to a client.
    cookies: BTreeMap<Label, String>,
}

/// Runs the program, and panics if the server differs from the model.
pub(crate) async fn run<A: Served>(program: Program) {
    let script = Scripted::default();
    let scripted = Scripted::clone(&script);
    let opening = if program.locks { Opening::Pessimistic } else { Opening::Optimistic };
    let handler = move |session, _| handle(session, Scripted::clone(&scripted));
    let bench = Bench::<A>::of(opening, |settings| settings, handler);
    let mut run = Run { bench, script, model: Model::default(), cookies: BTreeMap::new() };
    let first = if program.has_cookie { Some(run.sign_in().await) } else { None };
    let mut current = first;
    for asked in program.requests {
        let id = if asked.is_stale { first } else { current };
        let cookie = run.serve(&asked, id).await;
        if !asked.is_stale {
            current = match cookie {
                Cookie::Same => current,
                Cookie::Removed => None,
                Cookie::Set(label) => Some(label),
            };
        }
    }
}

impl<A: Served> Run<A> {
    async fn sign_in(&mut self) -> Label {
        let client: client::Client<'_, A> = self.bench.client_at(1).await;
        let (label, cookie) = (self.model.store(Some(1)), client.cookie().to_owned());
        self.cookies.insert(label, cookie);
        label
    }

    async fn serve(&mut self, asked: &Asked, id: Option<Label>) -> Cookie {
        let expected = self.model.serve(asked, id);
        let cookies = id.map(|id| self.cookies[&id].clone().into_bytes()).into_iter().collect();
        let method = if asked.is_safe { "GET" } else { "POST" };
        self.script.lock().asked = Some(asked.clone());
        let reply = self.send(Sent { method, path: "/", cookies }, asked.outcome).await;
        if let (Some(reply), Outcome::Status(status)) = (&reply, asked.outcome) {
            assert_eq!(reply.status, status, "no act fails");
        }
        self.bench.settle().await;
        self.compare(reply.as_ref(), &expected);
        self.compare_store().await;
        self.compare_kept().await;
        expected.cookie
    }

    /// The response, or `None` if there is none.
    async fn send(&self, sent: Sent, outcome: Outcome) -> Option<Reply> {
        let call = AssertUnwindSafe(self.bench.adapter.call(sent)).catch_unwind();
        let waits = async {
            while !mem::take(&mut self.script.lock().waits) {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            reply = call => {
                assert_ne!(outcome, Outcome::Leave, "its handler waits for good");
                assert_eq!(reply.is_err(), outcome == Outcome::Panic);
                reply.ok()
            }
            () = waits => None,
        }
    }

    fn compare(&mut self, reply: Option<&Reply>, expected: &Expected) {
        let seen = mem::take(&mut self.script.lock().seen);
        let mut writes = self.bench.store.asked();
        writes.retain(|asked| ["create", "update", "rotate", "delete"].contains(asked));
        let set = reply.map(|reply| reply.values("set-cookie").concat()).unwrap_or_default();
        let (pair, attributes) = set.split_once(';').unwrap_or_default();
        let cookie = match expected.cookie {
            _ if pair.is_empty() => Cookie::Same,
            _ if attributes.contains("Max-Age=0") => Cookie::Removed,
            Cookie::Set(label) => {
                let is_fresh = self.cookies.values().all(|known| known != pair);
                assert!(is_fresh, "an id is given once");
                self.cookies.insert(label, pair.to_owned());
                Cookie::Set(label)
            }
            Cookie::Same | Cookie::Removed => panic!("a cookie was set"),
        };
        assert_eq!(&Expected { seen, writes, cookie }, expected);
    }

    async fn compare_store(&self) {
        for (label, cookie) in &self.cookies {
            let stored = self.model.stored.get(label).map(|count| count.unwrap_or_default());
            assert_eq!(self.bench.count(cookie).await, stored, "session {label}");
        }
        self.bench.store.asked();
    }

    /// Checks that kept handles can neither read nor write.
    async fn compare_kept(&self) {
        let kept = mem::take(&mut self.script.lock().kept);
        for session in kept {
            let read = session.get::<Count>().await.map_err(|error| error.kind());
            assert_eq!(read, Err(ErrorKind::Gone));
            assert!(session.set(&Count(99)).await.is_err());
        }
        assert_eq!(self.bench.store.asked(), [""; 0]);
    }
}
