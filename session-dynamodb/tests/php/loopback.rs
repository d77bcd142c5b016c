//! A server on loopback that gives recorded replies and stores the requests.

use serde_json::Value;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// The action and body of one request.
#[derive(Debug, PartialEq)]
pub(crate) struct Request {
    pub(crate) action: String,
    pub(crate) body: Value,
}

/// A reply: status and body.
pub(crate) type Reply = (u16, String);

/// A server, which ends with the process of the test.
pub(crate) struct Loopback {
    address: SocketAddr,
    requests: Receiver<Request>,
}

impl Loopback {
    /// A server that gives these replies in order, and then none.
    pub(crate) fn answering(replies: impl IntoIterator<Item = Reply> + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a port");
        let address = listener.local_addr().expect("it is bound");
        let (sender, requests) = channel();
        thread::spawn(move || {
            for ((status, body), stream) in replies.into_iter().zip(listener.incoming()) {
                let stream = stream.expect("PHP connects");
                serve(&stream, &sender, status, &body).expect("PHP waits for its reply");
            }
        });
        Self { address, requests }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests until now.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.try_iter().collect()
    }
}

fn serve(
    stream: &TcpStream,
    requests: &Sender<Request>,
    status: u16,
    reply: &str,
) -> io::Result<()> {
    let request = read(stream)?;
    requests.send(request).expect("the test waits for PHP");
    write!(
        &mut &*stream,
        "HTTP/1.1 {status} OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{reply}",
        reply.len()
    )
}

fn read(stream: &TcpStream) -> io::Result<Request> {
    let mut lines = BufReader::new(stream);
    let (mut action, mut length) = (None, 0);
    loop {
        let mut line = String::new();
        lines.read_line(&mut line)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("x-amz-target") => {
                action = value.rsplit('.').next().map(ToOwned::to_owned);
            }
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().expect("it is a number");
            }
            None if line.trim_end().is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    lines.read_exact(&mut body)?;
    let action = action.expect("requests name their action");
    Ok(Request { action, body: serde_json::from_slice(&body).expect("bodies are JSON") })
}
