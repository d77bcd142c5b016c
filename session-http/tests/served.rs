//! The tests that every adapter runs, over an adapter without a framework.

use session_http::served::{Handler, Reply, Sent, Served};
use session_http::{Access, Ending, Failure, Head, Settings};
use std::sync::Arc;

/// The smallest possible adapter.
struct Bare {
    settings: Arc<Settings>,
    handler: Handler,
}

impl Served for Bare {
    fn new(settings: Settings, handler: Handler) -> Self {
        Self { settings: Arc::new(settings), handler }
    }

    async fn call(&self, sent: Sent) -> Reply {
        let cookies = sent.cookies.iter().map(Vec::as_slice);
        let (session, end) = self.settings.begin(Access::of_method(sent.method), cookies);
        // Declared after `end`, so that a drop drops the handler first.
        let answer = self.handler.run(session, sent.clone()).await;
        let reply = answer.unwrap_or_else(|failure| respond(&failure));
        let ended = match end.finish(reply.status) {
            Ending::Done(ended) => ended,
            Ending::Wait(finishing) => finishing.await,
        };
        add(&ended.head, ended.failure.map_or(reply, |failure| respond(&failure)))
    }
}

fn respond(failure: &Failure) -> Reply {
    let reply = Reply::of(failure.status()).with("cache-control", "no-store");
    match failure.retry_after() {
        Some(seconds) => reply.with("retry-after", &seconds.to_string()),
        None => reply,
    }
}

fn add(head: &Head, mut reply: Reply) -> Reply {
    let bytes = |name: &str| reply.values(name).into_iter().map(String::into_bytes);
    let vary: Vec<_> = bytes("vary").collect();
    let control: Vec<_> = bytes("cache-control").collect();
    if let Some(value) = head.cache_control(control.iter().map(Vec::as_slice)) {
        reply.headers.retain(|(name, _)| name != "cache-control");
        reply.headers.push(("cache-control".to_owned(), value.to_vec()));
    }
    if let Some(value) = head.vary(vary.iter().map(Vec::as_slice)) {
        reply.headers.push(("vary".to_owned(), value.to_vec()));
    }
    if let Some(cookie) = head.set_cookie() {
        reply.headers.push(("set-cookie".to_owned(), cookie.to_vec()));
    }
    reply
}

session_http::served!(Bare);
