//! A TCP proxy on loopback that injects faults between a client and a server.
//!
//! Put a [`FaultProxy`] before the server of any store, give the store the proxy's
//! [address](FaultProxy::address), and say what happens to the next requests with
//! [`plan`](FaultProxy::plan), or to all of them with [`always`](FaultProxy::always). Requests
//! without a fault pass.
//!
//! [`FaultProxy::start`] works with every protocol in which client and server take turns: a request
//! begins with the first bytes of the client after a reply of the server.
//! [`FaultProxy::start_http`] knows where requests and replies of HTTP/1.1 end, and has
//! [more faults](HttpFault). Neither speaks TLS.
//!
//! The proxy waits by tokio's time, and only as long as a fault says.
//!
//! # Examples
//!
//! A server that answers in capitals, behind a proxy that loses one of its replies:
//!
//! ```
//! use session_conformance::proxy::{CutPoint, Fault, FaultProxy};
//! use std::io;
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! use tokio::net::{TcpListener, TcpStream};
//!
//! async fn serve(listener: TcpListener) -> io::Result<()> {
//!     loop {
//!         let (mut client, _) = listener.accept().await?;
//!         let mut word = [0; 5];
//!         client.read_exact(&mut word).await?;
//!         client.write_all(&word.to_ascii_uppercase()).await?;
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> io::Result<()> {
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let proxy = FaultProxy::start(listener.local_addr()?)?;
//! tokio::spawn(serve(listener));
//! proxy.plan([Fault::close(CutPoint::AfterRequest)]);
//!
//! let mut reply = String::new();
//! let mut client = TcpStream::connect(proxy.address()).await?;
//! client.write_all(b"hello").await?;
//! client.read_to_string(&mut reply).await?;
//! assert_eq!(reply, ""); // the server has answered, and its reply is lost
//!
//! let mut client = TcpStream::connect(proxy.address()).await?;
//! client.write_all(b"again").await?;
//! client.read_to_string(&mut reply).await?;
//! assert_eq!(reply, "AGAIN"); // the plan is done, so this request passed
//! assert_eq!((proxy.connections(), proxy.requests()), (2, 2));
//! # Ok(())
//! # }
//! ```

mod client;
mod fault;
mod http;
mod http_fault;
mod message;
mod plan;
mod port;
mod tcp;

pub use fault::{CutPoint, Ending, Fault};
pub use http_fault::{HttpFault, HttpReply};

use plan::Plan;
use port::Port;
use std::fmt::{self, Debug, Formatter};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Passes one connection on, and makes the planned faults on the way.
type Relay<F> =
    fn(TcpStream, SocketAddr, Arc<Plan<F>>) -> Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

/// A proxy on a free port of loopback that fails as a test plans.
///
/// It stops, and closes its connections, when it is dropped.
pub struct FaultProxy<F = Fault> {
    port: Port,
    upstream: SocketAddr,
    plan: Arc<Plan<F>>,
    relay: Relay<F>,
    accepting: Mutex<Option<JoinHandle<()>>>,
}

impl FaultProxy<Fault> {
    /// Starts a proxy before `upstream`, for protocols in which both sides take turns.
    ///
    /// # Errors
    ///
    /// Failures to listen on loopback.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with I/O and time.
    pub fn start(upstream: SocketAddr) -> io::Result<Self> {
        Self::with(upstream, |client, upstream, plan| Box::pin(tcp::relay(client, upstream, plan)))
    }
}

impl FaultProxy<HttpFault> {
    /// Starts a proxy before `upstream` that knows the messages of HTTP/1.1.
    ///
    /// It knows where requests and replies end, and reads each message whole before it passes it
    /// on. It does not support `Expect: 100-continue`, upgrades or pipelining.
    ///
    /// # Errors
    ///
    /// Failures to listen on loopback.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with I/O and time.
    pub fn start_http(upstream: SocketAddr) -> io::Result<Self> {
        Self::with(upstream, |client, upstream, plan| Box::pin(http::relay(client, upstream, plan)))
    }
}

impl<F: Clone + Default + Send + 'static> FaultProxy<F> {
    fn with(upstream: SocketAddr, relay: Relay<F>) -> io::Result<Self> {
        let (port, plan) = (Port::reserve()?, Arc::default());
        let proxy = Self { port, upstream, plan, relay, accepting: Mutex::default() };
        proxy.accept_connections()?;
        Ok(proxy)
    }

    /// Where clients connect to.
    pub fn address(&self) -> SocketAddr {
        self.port.address()
    }

    /// Has these faults happen to the next requests, one each, in this order.
    ///
    /// They come after those of earlier plans, and before [`always`](Self::always) applies.
    pub fn plan(&self, faults: impl IntoIterator<Item = impl Into<F>>) {
        self.plan.add(faults.into_iter().map(Into::into));
    }

    /// Has this fault happen to every request for which nothing is planned.
    pub fn always(&self, fault: impl Into<F>) {
        self.plan.set_always(fault.into());
    }

    /// Lets all requests pass from now on; a fault that has begun is not undone.
    pub fn clear(&self) {
        self.plan.clear();
    }

    /// How many connections were accepted.
    pub fn connections(&self) -> usize {
        self.plan.seen().connections
    }

    /// How many requests arrived, whatever became of them.
    pub fn requests(&self) -> usize {
        self.plan.seen().requests
    }

    /// Waits until so many requests have arrived since the start.
    ///
    /// # Cancellation
    ///
    /// Dropping the future forgets the wait.
    pub async fn wait_for_requests(&self, number: usize) {
        self.plan.wait_for_requests(number).await;
    }

    /// Refuses connections and ends those that there are, as a server that is down.
    ///
    /// When this returns, nobody can connect before [`accept_connections`](Self::accept_connections).
    ///
    /// # Cancellation
    ///
    /// Connections are refused soon, even if the future is dropped after its first poll.
    pub async fn refuse_connections(&self) {
        let accepting = self.accepting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = accepting {
            task.abort();
            let _ = task.await;
        }
    }

    /// Accepts connections again, on the same port.
    ///
    /// # Errors
    ///
    /// Failures to listen.
    pub fn accept_connections(&self) -> io::Result<()> {
        let mut accepting = self.accepting.lock().unwrap_or_else(PoisonError::into_inner);
        if accepting.is_none() {
            let (upstream, plan) = (self.upstream, Arc::clone(&self.plan));
            let task = accept(self.port.listen()?, upstream, plan, self.relay);
            *accepting = Some(tokio::spawn(task));
        }
        Ok(())
    }
}

/// Relays each connection in a task of its own; they all end with this one.
async fn accept<F: Send + 'static>(
    listener: TcpListener,
    upstream: SocketAddr,
    plan: Arc<Plan<F>>,
    relay: Relay<F>,
) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        plan.count_connection();
        // A connection that breaks is what this proxy is for: the client sees it.
        connections.spawn(relay(client, upstream, Arc::clone(&plan)));
        while connections.try_join_next().is_some() {}
    }
}

impl<F> Drop for FaultProxy<F> {
    fn drop(&mut self) {
        if let Some(task) = &*self.accepting.lock().unwrap_or_else(PoisonError::into_inner) {
            task.abort();
        }
    }
}

impl<F> Debug for FaultProxy<F> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FaultProxy")
            .field("address", &self.port.address())
            .field("upstream", &self.upstream)
            .finish_non_exhaustive()
    }
}
