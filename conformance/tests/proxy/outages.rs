//! A proxy whose server is down.

use crate::client::Client;
use crate::tcp_server::LineServer;
use session_conformance::proxy::FaultProxy;
use std::io;
use tokio::net::TcpStream;

#[tokio::test]
async fn connections_can_be_refused_and_accepted_again_on_the_same_port() {
    let server = LineServer::start().await;
    let proxy = FaultProxy::start(server.address).unwrap();
    for _ in 0..3 {
        let mut client = Client::connect(proxy.address()).await;
        client.expect("hello\n").await;
        proxy.refuse_connections().await;
        client.expect_close().await;
        let refused = TcpStream::connect(proxy.address()).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        proxy.refuse_connections().await;
        proxy.accept_connections().unwrap();
        proxy.accept_connections().unwrap();
    }
    assert_eq!(proxy.connections(), 3);
}

#[tokio::test]
async fn a_server_that_is_down_closes_the_connection() {
    let server = TcpStream::connect(LineServer::start().await.address).await.unwrap();
    let nobody = server.local_addr().unwrap();
    let proxy = FaultProxy::start(nobody).unwrap();
    Client::connect(proxy.address()).await.expect_close().await;
    let proxy = FaultProxy::start_http(nobody).unwrap();
    let mut client = Client::connect(proxy.address()).await;
    client.send("GET / HTTP/1.1\r\n\r\n").await;
    client.expect_close().await;
}

#[tokio::test]
async fn a_proxy_that_is_dropped_ends_its_connections() {
    let server = LineServer::start().await;
    let proxy = FaultProxy::start(server.address).unwrap();
    let mut client = Client::connect(proxy.address()).await;
    client.expect("hello\n").await;
    drop(proxy);
    client.expect_close().await;
}
