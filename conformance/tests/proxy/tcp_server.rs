//! A server of lines that counts the answered lines.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone)]
pub(crate) struct LineServer {
    pub(crate) address: SocketAddr,
    answered: Arc<AtomicUsize>,
}

impl LineServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { address: listener.local_addr().unwrap(), answered: Arc::default() };
        let answered = Arc::clone(&server.answered);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&answered)));
            }
        });
        server
    }

    /// The number of answered lines.
    pub(crate) fn answered(&self) -> usize {
        self.answered.load(Ordering::SeqCst)
    }
}

/// Sends a greeting, and answers each line with the same line and its length.
async fn serve(stream: TcpStream, answered: Arc<AtomicUsize>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"hello\n").await?;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        answered.fetch_add(1, Ordering::SeqCst);
        stream.write_all(format!("{} {line}", line.len()).as_bytes()).await?;
        line.clear();
    }
    stream.write_all(b"bye\n").await
}
