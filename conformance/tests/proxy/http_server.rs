//! A server of HTTP/1.1 that delimits its replies in every way, and counts them.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone)]
pub(crate) struct HttpServer {
    pub(crate) address: SocketAddr,
    answered: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
}

impl HttpServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = Self { address, answered: Arc::default(), connections: Arc::default() };
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                accepting.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(accepting.clone().serve(stream));
            }
        });
        server
    }

    /// The number of answered requests.
    pub(crate) fn answered(&self) -> usize {
        self.answered.load(Ordering::SeqCst)
    }

    /// The number of accepted connections.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    async fn serve(self, stream: TcpStream) -> io::Result<()> {
        let mut stream = BufReader::new(stream);
        while let Some((path, body)) = request(&mut stream).await? {
            let number = self.answered.fetch_add(1, Ordering::SeqCst) + 1;
            let reply = reply(&path, number, &body);
            // Sent in two parts, so that no reader gets it whole by chance.
            let (first, second) = reply.split_at(reply.len() - 3);
            stream.write_all(first.as_bytes()).await?;
            stream.flush().await?;
            tokio::task::yield_now().await;
            stream.write_all(second.as_bytes()).await?;
            if matches!(path.as_str(), "/until-the-end" | "/last") {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// The reply to the request of this number, byte for byte.
pub(crate) fn reply(path: &str, number: usize, body: &str) -> String {
    let text = format!("{number}: {body}");
    let length = text.len();
    match path {
        "/chunked" => format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n{length:x};a=b\r\n{text}\r\n\
             2\r\n\r\n\r\n0\r\nTrailer: 0\r\n\r\n"
        ),
        "/until-the-end" => format!("HTTP/1.1 200 OK\r\n\r\n{text}"),
        "/empty" => "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
        "/interim" => format!(
            "HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n\
             HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{text}"
        ),
        "/head" => format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"),
        _ => format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{text}"),
    }
}

/// The path of the next request, and its body with the framing of chunks.
async fn request(stream: &mut BufReader<TcpStream>) -> io::Result<Option<(String, String)>> {
    let (mut head, mut body) = (String::new(), String::new());
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await? == 0 {
            return Ok(None);
        }
    }
    let path = head.split(' ').nth(1).unwrap().to_owned();
    if head.contains("transfer-encoding: chunked") {
        while !body.ends_with("0\r\n\r\n") {
            stream.read_line(&mut body).await?;
        }
    } else if let Some(length) = head.split("content-length: ").nth(1) {
        let mut bytes = vec![0; length.lines().next().unwrap().parse().unwrap()];
        stream.read_exact(&mut bytes).await?;
        body = String::from_utf8(bytes).unwrap();
    }
    Ok(Some((path, body)))
}
