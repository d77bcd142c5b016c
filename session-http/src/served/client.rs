use super::Served;
use super::bench::Bench;
use super::handler::{Reply, Sent};

/// A client that remembers its cookie, as a browser does.
pub(crate) struct Client<'b, A> {
    bench: &'b Bench<A>,
    cookie: Option<String>,
}

impl<'b, A: Served> Client<'b, A> {
    pub(crate) const fn new(bench: &'b Bench<A>, cookie: Option<String>) -> Self {
        Self { bench, cookie }
    }

    /// The cookie, as `name=value`.
    pub(crate) fn cookie(&self) -> &str {
        self.cookie.as_deref().expect("the client has a cookie")
    }

    pub(crate) const fn has_cookie(&self) -> bool {
        self.cookie.is_some()
    }

    /// A request with the cookie.
    pub(crate) fn request(&self, method: &'static str, path: &'static str) -> Sent {
        let cookies = self.cookie.iter().map(|cookie| cookie.as_bytes().to_vec()).collect();
        Sent { method, path, cookies }
    }

    pub(crate) async fn get(&mut self, path: &'static str) -> Reply {
        self.send("GET", path).await
    }

    pub(crate) async fn post(&mut self, path: &'static str) -> Reply {
        self.send("POST", path).await
    }

    async fn send(&mut self, method: &'static str, path: &'static str) -> Reply {
        let reply = self.bench.adapter.call(self.request(method, path)).await;
        for cookie in reply.values("set-cookie") {
            let (pair, attributes) = cookie.split_once(';').expect("it has attributes");
            let is_removal = attributes.contains("Max-Age=0");
            self.cookie = (!is_removal).then(|| pair.to_owned());
        }
        reply
    }
}
