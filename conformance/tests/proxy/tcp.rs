//! Tests of faults below every protocol.

use crate::client::Client;
use crate::tcp_server::LineServer;
use crate::{A_WHILE, FOREVER};
use session_conformance::proxy::{CutPoint, Fault, FaultProxy};
use session_core::time::Timer;
use session_core::time::TokioTimer;
use std::time::Duration;

/// A server, a proxy in front of it, and a client that has read the greeting.
async fn connected() -> (LineServer, FaultProxy, Client) {
    let server = LineServer::start().await;
    let proxy = FaultProxy::start(server.address).unwrap();
    let client = greeted(&proxy).await;
    (server, proxy, client)
}

async fn greeted(proxy: &FaultProxy) -> Client {
    let mut client = Client::connect(proxy.address()).await;
    client.expect("hello\n").await;
    client
}

#[tokio::test]
async fn what_has_no_fault_passes_both_ways() {
    let (server, proxy, mut client) = connected().await;
    client.ask("one\n", "4 one\n").await;
    let long = format!("{}\n", "x".repeat(100_000));
    client.ask(&long, &format!("100001 {long}")).await;
    client.finish().await;
    client.expect("bye\n").await;
    client.expect_close().await;
    assert_eq!((server.answered(), proxy.connections(), proxy.requests()), (2, 1, 2));
}

#[tokio::test]
async fn a_connection_can_be_cut_at_each_point() {
    for (at, arriving, answered) in [
        (CutPoint::BeforeRequest, "", 0),
        (CutPoint::AfterRequest, "", 1),
        (CutPoint::InReply { after: 3 }, "4 o", 1),
    ] {
        let (server, proxy, mut client) = connected().await;
        proxy.plan([Fault::close(at)]);
        client.ask("one\n", arriving).await;
        client.expect_close().await;
        assert_eq!(server.answered(), answered, "{at:?}");

        let (server, proxy, mut client) = connected().await;
        proxy.plan([Fault::reset(at)]);
        client.ask("one\n", arriving).await;
        client.expect_reset().await;
        assert_eq!(server.answered(), answered, "{at:?}");
    }
}

#[tokio::test]
async fn silence_answers_nothing_and_asks_nobody() {
    let (server, proxy, mut client) = connected().await;
    proxy.plan([Fault::Silence]);
    client.send("one\n").await;
    proxy.wait_for_requests(1).await;
    client.expect_silence().await;
    client.send("two\n").await;
    client.expect_silence().await;
    assert_eq!((server.answered(), proxy.requests()), (0, 1));
}

#[tokio::test]
async fn a_request_can_arrive_later_even_after_its_client() {
    let (server, proxy, mut client) = connected().await;
    proxy.plan([Fault::DelayRequest(A_WHILE), Fault::DelayRequest(FOREVER)]);
    let timer = TokioTimer::new();
    client.ask("one\n", "4 one\n").await;
    assert!(timer.elapsed() >= A_WHILE);
    client.send("two\n").await;
    proxy.wait_for_requests(2).await;
    client.expect_silence().await;
    assert_eq!(server.answered(), 1);

    proxy.plan([Fault::DelayRequest(A_WHILE)]);
    let mut client = greeted(&proxy).await;
    client.send("three\n").await;
    proxy.wait_for_requests(3).await;
    drop(client);
    while server.answered() < 2 {
        timer.sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn a_reply_can_arrive_later() {
    let (server, proxy, mut client) = connected().await;
    proxy.plan([Fault::DelayReply(A_WHILE), Fault::DelayReply(FOREVER)]);
    let timer = TokioTimer::new();
    client.ask("one\n", "4 one\n").await;
    assert!(timer.elapsed() >= A_WHILE);
    client.send("two\n").await;
    while server.answered() < 2 {
        timer.sleep(Duration::from_millis(1)).await;
    }
    client.expect_silence().await;
}

#[tokio::test]
async fn a_reply_can_arrive_in_pieces() {
    let (_server, proxy, mut client) = connected().await;
    let pause = Duration::from_millis(10);
    proxy.plan([Fault::byte_by_byte(pause)]);
    let timer = TokioTimer::new();
    client.ask("one\n", "4 one\n").await;
    assert!(timer.elapsed() >= pause * 6);
    client.ask("two\n", "4 two\n").await;
}

#[tokio::test]
async fn faults_come_in_the_order_of_the_plan_and_then_always() {
    let (server, proxy, mut client) = connected().await;
    proxy.always(Fault::close(CutPoint::AfterRequest));
    proxy.plan([Fault::Pass, Fault::Pass]);
    proxy.plan([Fault::close(CutPoint::BeforeRequest)]);
    client.ask("one\n", "4 one\n").await;
    client.ask("two\n", "4 two\n").await;
    client.send("three\n").await;
    client.expect_close().await;
    assert_eq!(server.answered(), 2);
    for answered in 3..5 {
        let mut client = greeted(&proxy).await;
        client.send("four\n").await;
        client.expect_close().await;
        assert_eq!(server.answered(), answered);
    }
    proxy.plan([Fault::close(CutPoint::BeforeRequest)]);
    proxy.clear();
    greeted(&proxy).await.ask("five\n", "5 five\n").await;
    assert_eq!((proxy.connections(), proxy.requests()), (4, 6));
}
