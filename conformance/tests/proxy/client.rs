//! A client that sends and reads text.

use crate::A_WHILE;
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

pub(crate) struct Client(TcpStream);

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// Reads this text, and panics at any other text.
    pub(crate) async fn expect(&mut self, text: &str) {
        let mut read = vec![0; text.len()];
        self.0.read_exact(&mut read).await.unwrap();
        assert_eq!(String::from_utf8(read).unwrap(), text);
    }

    /// Sends the first text, and reads the second.
    pub(crate) async fn ask(&mut self, text: &str, reply: &str) {
        self.send(text).await;
        self.expect(reply).await;
    }

    /// Checks that no byte arrives, and that the connection is open.
    pub(crate) async fn expect_silence(&mut self) {
        let read = timeout(A_WHILE, self.0.read(&mut [0; 8])).await;
        assert!(read.is_err(), "something came: {read:?}");
    }

    /// Checks that the connection ends in order, without another byte.
    pub(crate) async fn expect_close(&mut self) {
        assert_eq!(self.0.read(&mut [0; 8]).await.unwrap(), 0);
    }

    /// Checks that the connection is reset, without another byte.
    pub(crate) async fn expect_reset(&mut self) {
        let error = self.0.read(&mut [0; 8]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }

    /// Closes the sending half, and goes on reading.
    pub(crate) async fn finish(&mut self) {
        self.0.shutdown().await.unwrap();
    }
}
