use super::client::{Flow, end, send_slowly, stay_silent};
use super::plan::Plan;
use super::{CutPoint, Ending, Fault};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

/// Passes a connection of any protocol on.
pub(super) async fn relay(
    client: TcpStream,
    upstream: SocketAddr,
    plan: Arc<Plan<Fault>>,
) -> io::Result<()> {
    let upstream = TcpStream::connect(upstream).await?;
    for stream in [&client, &upstream] {
        stream.set_nodelay(true)?;
    }
    let mut relay = Relay { client, upstream, plan, turn: Turn::BEFORE_ANY };
    let ending = relay.run().await?;
    end(relay.client, ending)
}

struct Relay {
    client: TcpStream,
    upstream: TcpStream,
    plan: Arc<Plan<Fault>>,
    turn: Turn,
}

/// A request, from its first byte to the first byte of the next one.
struct Turn {
    fault: Fault,
    is_answered: bool,
    /// How many bytes of the reply were sent.
    sent: usize,
}

impl Turn {
    /// Bytes that the server sends before it was asked pass.
    const BEFORE_ANY: Self = Self { fault: Fault::Pass, is_answered: true, sent: 0 };
}

/// How much is read at once.
const BUFFER: usize = 16 * 1_024;

impl Relay {
    async fn run(&mut self) -> io::Result<Ending> {
        let (mut request, mut reply) = (vec![0; BUFFER], vec![0; BUFFER]);
        let mut client_is_done = false;
        loop {
            let flow = tokio::select! {
                read = self.client.read(&mut request), if !client_is_done => match read? {
                    0 => {
                        client_is_done = true;
                        self.upstream.shutdown().await?;
                        Flow::GoesOn
                    }
                    length => self.pass_request(&request[..length]).await?,
                },
                read = self.upstream.read(&mut reply) => match read? {
                    0 => Flow::Ends(Ending::Close),
                    length => self.pass_reply(&reply[..length]).await?,
                },
            };
            if let Flow::Ends(ending) = flow {
                return Ok(ending);
            }
        }
    }

    /// Passes bytes of the client on. The first ones after a reply begin a request.
    async fn pass_request(&mut self, bytes: &[u8]) -> io::Result<Flow> {
        if self.turn.is_answered {
            self.turn = Turn { fault: self.plan.next(), is_answered: false, sent: 0 };
            match self.turn.fault {
                Fault::DelayRequest(delay) => sleep(delay).await,
                Fault::Silence => {
                    stay_silent(&mut self.client).await?;
                    return Ok(Flow::Ends(Ending::Close));
                }
                Fault::Cut { at: CutPoint::BeforeRequest, by } => return Ok(Flow::Ends(by)),
                _ => {}
            }
        }
        self.upstream.write_all(bytes).await?;
        Ok(Flow::GoesOn)
    }

    /// Passes bytes of the server on.
    async fn pass_reply(&mut self, bytes: &[u8]) -> io::Result<Flow> {
        let is_first = !self.turn.is_answered;
        self.turn.is_answered = true;
        match self.turn.fault {
            Fault::DelayReply(delay) if is_first => sleep(delay).await,
            Fault::SlowReply { piece, pause } => {
                send_slowly(&mut self.client, bytes, piece, pause).await?;
                return Ok(Flow::GoesOn);
            }
            Fault::Cut { at: CutPoint::AfterRequest, by } => return Ok(Flow::Ends(by)),
            Fault::Cut { at: CutPoint::InReply { after }, by } => {
                let left = after - self.turn.sent;
                if bytes.len() >= left {
                    self.client.write_all(&bytes[..left]).await?;
                    return Ok(Flow::Ends(by));
                }
            }
            _ => {}
        }
        self.client.write_all(bytes).await?;
        self.turn.sent += bytes.len();
        Ok(Flow::GoesOn)
    }
}
