//! Servers on loopback that give the answers of a test, and remember the requests.

use parking_lot::Mutex;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

/// The parts of one request that the tests check.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) line: String,
    headers: Vec<(String, String)>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn read(stream: &TcpStream) -> io::Result<Self> {
        let mut lines = BufReader::new(stream);
        let mut line = String::new();
        lines.read_line(&mut line)?;
        let mut headers = Vec::new();
        loop {
            let mut header = String::new();
            lines.read_line(&mut header)?;
            let Some((name, value)) = header.trim().split_once(':') else { break };
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let request = Self { line: line.trim().to_owned(), headers };
        let length = request.header("content-length").and_then(|length| length.parse().ok());
        lines.read_exact(&mut vec![0; length.unwrap_or(0)])?;
        Ok(request)
    }
}

/// The answer of a server.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// A further header, with its line end.
    pub(crate) header: &'static str,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn ok(body: impl Into<String>) -> Self {
        Self { status: 200, header: "", body: body.into() }
    }

    pub(crate) fn missing() -> Self {
        Self { status: 404, header: "", body: String::new() }
    }
}

/// A server, which ends with the process of the test.
pub(crate) struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
    connections: Arc<Mutex<Vec<TcpStream>>>,
}

impl Server {
    /// A server that gives this answer to each request.
    pub(crate) fn answering(answer: impl Fn(&Request) -> Answer + Send + 'static) -> Self {
        Self::accepting(move |stream, seen| {
            let request = Request::read(stream)?;
            let Answer { status, header, body } = answer(&request);
            seen.lock().push(request);
            let length = body.len();
            write!(
                &mut &*stream,
                "HTTP/1.1 {status} OK\r\ncontent-length: {length}\r\nconnection: close\r\n{header}\r\n{body}"
            )
        })
    }

    /// A server that accepts connections and never sends anything.
    pub(crate) fn silent() -> Self {
        Self::accepting(|_, _| Ok(()))
    }

    fn accepting(
        serve: impl Fn(&TcpStream, &Mutex<Vec<Request>>) -> io::Result<()> + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a port");
        let address = listener.local_addr().expect("it is bound");
        let (seen, connections) = (Arc::default(), Arc::<Mutex<Vec<TcpStream>>>::default());
        let server = Self { address, seen: Arc::clone(&seen), connections: connections.clone() };
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                connections.lock().push(stream.try_clone().expect("it is open"));
                // The server ignores a client that leaves in the middle.
                let _ = serve(&stream, &seen);
            }
        });
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests that the server has answered.
    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().clone()
    }

    /// The number of connections until now.
    pub(crate) fn connections(&self) -> usize {
        self.connections.lock().len()
    }

    /// The first byte that the first client sent.
    pub(crate) fn first_byte(&self) -> Option<u8> {
        let mut byte = [0];
        self.connections.lock().first()?.read_exact(&mut byte).ok()?;
        Some(byte[0])
    }
}
