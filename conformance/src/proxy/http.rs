use super::client::{Flow, end, send_slowly, stay_silent};
use super::message::{Kind, Message, Reader};
use super::plan::Plan;
use super::{CutPoint, Ending, Fault, HttpFault, HttpReply};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

/// Passes a connection of HTTP/1.1 on, message by message.
pub(super) async fn relay(
    client: TcpStream,
    upstream: SocketAddr,
    plan: Arc<Plan<HttpFault>>,
) -> io::Result<()> {
    client.set_nodelay(true)?;
    let upstream = Upstream { address: upstream, connection: None };
    let mut relay = Relay { client, upstream };
    let mut requests = Reader::default();
    while let Some(request) = requests.read(&mut relay.client, Kind::Request).await? {
        if let Flow::Ends(ending) = relay.exchange(&request, plan.next()).await? {
            return end(relay.client, ending);
        }
    }
    Ok(())
}

/// The server, with a connection that is kept from request to request.
struct Upstream {
    address: SocketAddr,
    connection: Option<(TcpStream, Reader)>,
}

impl Upstream {
    /// Has a request carried out, and gives its reply.
    async fn ask(&mut self, request: &Message) -> io::Result<Message> {
        let (mut stream, mut replies) = match self.connection.take() {
            Some(kept) if is_open(&kept.0) => kept,
            _ => (TcpStream::connect(self.address).await?, Reader::default()),
        };
        stream.set_nodelay(true)?;
        stream.write_all(&request.bytes).await?;
        let kind = Kind::Reply { is_to_head: request.is_head() };
        let reply = replies.read(&mut stream, kind).await?;
        let reply = reply.ok_or(io::ErrorKind::UnexpectedEof)?;
        if !reply.is_last {
            self.connection = Some((stream, replies));
        }
        Ok(reply)
    }
}

/// Whether the server has not closed a connection on which it owes nothing.
fn is_open(stream: &TcpStream) -> bool {
    let read = stream.try_read(&mut [0]);
    read.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
}

struct Relay {
    client: TcpStream,
    upstream: Upstream,
}

impl Relay {
    async fn exchange(&mut self, request: &Message, fault: HttpFault) -> io::Result<Flow> {
        match fault {
            HttpFault::Wire(fault) => self.pass(request, fault).await,
            HttpFault::SendTwice => {
                self.upstream.ask(request).await?;
                self.pass(request, Fault::Pass).await
            }
            HttpFault::Replace(reply) => {
                self.upstream.ask(request).await?;
                self.answer(&reply).await
            }
            HttpFault::Answer(reply) => self.answer(&reply).await,
        }
    }

    async fn pass(&mut self, request: &Message, fault: Fault) -> io::Result<Flow> {
        match fault {
            Fault::DelayRequest(delay) => sleep(delay).await,
            Fault::Silence => {
                stay_silent(&mut self.client).await?;
                return Ok(Flow::Ends(Ending::Close));
            }
            Fault::Cut { at: CutPoint::BeforeRequest, by } => return Ok(Flow::Ends(by)),
            _ => {}
        }
        let Message { bytes, is_last } = self.upstream.ask(request).await?;
        match fault {
            Fault::DelayReply(delay) => sleep(delay).await,
            Fault::SlowReply { piece, pause } => {
                send_slowly(&mut self.client, &bytes, piece, pause).await?;
                return Ok(ending_if(is_last));
            }
            Fault::Cut { at: CutPoint::AfterRequest, by } => return Ok(Flow::Ends(by)),
            Fault::Cut { at: CutPoint::InReply { after }, by } => {
                let arriving = after.min(bytes.len() - 1);
                self.client.write_all(&bytes[..arriving]).await?;
                return Ok(Flow::Ends(by));
            }
            _ => {}
        }
        self.client.write_all(&bytes).await?;
        Ok(ending_if(is_last))
    }

    async fn answer(&mut self, reply: &HttpReply) -> io::Result<Flow> {
        self.client.write_all(&reply.to_bytes()).await?;
        Ok(ending_if(reply.delimits_itself()))
    }
}

const fn ending_if(is_last: bool) -> Flow {
    if is_last { Flow::Ends(Ending::Close) } else { Flow::GoesOn }
}
