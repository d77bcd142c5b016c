//! Faults of HTTP.

use crate::client::Client;
use crate::http_messages::post;
use crate::http_server::{HttpServer, reply};
use crate::{A_WHILE, FOREVER};
use session_conformance::proxy::{CutPoint, Fault, FaultProxy, HttpFault, HttpReply};
use session_core::time::Timer;
use session_core::time::TokioTimer;
use std::time::Duration;

pub(crate) async fn connected(faults: &[HttpFault]) -> (HttpServer, FaultProxy<HttpFault>, Client) {
    let server = HttpServer::start().await;
    let proxy = FaultProxy::start_http(server.address).unwrap();
    proxy.plan(faults.iter().cloned());
    let client = Client::connect(proxy.address()).await;
    (server, proxy, client)
}

#[tokio::test]
async fn a_connection_can_be_cut_at_each_point() {
    let whole = reply("/", 1, "hello");
    let but_the_last = &whole[..whole.len() - 1];
    for (at, arriving, answered) in [
        (CutPoint::BeforeRequest, "", 0),
        (CutPoint::AfterRequest, "", 1),
        (CutPoint::InReply { after: 0 }, "", 1),
        (CutPoint::InReply { after: 12 }, "HTTP/1.1 200", 1),
        (CutPoint::InReply { after: 10_000 }, but_the_last, 1),
    ] {
        let (server, _proxy, mut client) = connected(&[Fault::close(at).into()]).await;
        client.ask(&post("/", "hello"), arriving).await;
        client.expect_close().await;
        assert_eq!(server.answered(), answered, "{at:?}");

        let (server, _proxy, mut client) = connected(&[Fault::reset(at).into()]).await;
        client.ask(&post("/", "hello"), arriving).await;
        client.expect_reset().await;
        assert_eq!(server.answered(), answered, "{at:?}");
    }
}

#[tokio::test]
async fn a_fault_comes_to_the_request_of_its_place_on_a_connection_that_is_kept() {
    let faults = [Fault::Pass, Fault::close(CutPoint::BeforeRequest)].map(HttpFault::from);
    let (server, _proxy, mut client) = connected(&faults).await;
    client.ask(&post("/", "a"), &reply("/", 1, "a")).await;
    client.send(&post("/", "b")).await;
    client.expect_close().await;
    assert_eq!(server.answered(), 1);
}

#[tokio::test]
async fn silence_answers_nothing_and_asks_nobody() {
    let (server, proxy, mut client) = connected(&[Fault::Silence.into()]).await;
    client.send(&post("/", "a")).await;
    proxy.wait_for_requests(1).await;
    client.expect_silence().await;
    assert_eq!((server.answered(), server.connections()), (0, 0));
}

#[tokio::test]
async fn requests_and_replies_can_arrive_later() {
    let faults = [
        Fault::DelayRequest(A_WHILE),
        Fault::DelayReply(A_WHILE),
        Fault::byte_by_byte(Duration::from_millis(1)),
        Fault::DelayReply(FOREVER),
    ];
    let (server, proxy, mut client) = connected(&faults.map(HttpFault::from)).await;
    for number in 1..=3 {
        let timer = TokioTimer::new();
        client.ask(&post("/", "a"), &reply("/", number, "a")).await;
        assert!(timer.elapsed() >= Duration::from_millis(40), "{number}");
    }
    client.send(&post("/", "a")).await;
    let timer = TokioTimer::new();
    while server.answered() < 4 {
        timer.sleep(Duration::from_millis(1)).await;
    }
    client.expect_silence().await;

    proxy.plan([Fault::DelayRequest(FOREVER)]);
    let mut client = Client::connect(proxy.address()).await;
    client.send(&post("/", "a")).await;
    proxy.wait_for_requests(5).await;
    client.expect_silence().await;
    assert_eq!(server.answered(), 4);
}

#[tokio::test]
async fn a_request_can_be_carried_out_twice() {
    let (server, proxy, mut client) = connected(&[HttpFault::SendTwice]).await;
    client.ask(&post("/", "a"), &reply("/", 2, "a")).await;
    client.ask(&post("/", "b"), &reply("/", 3, "b")).await;
    assert_eq!((server.answered(), proxy.requests()), (3, 2));
}

#[tokio::test]
async fn a_reply_can_be_replaced_with_the_request_carried_out_or_not() {
    let busy = HttpReply::new(503).with_header("retry-after", "1").with_body("later");
    let raw = "HTTP/1.1 503 \r\nretry-after: 1\r\ncontent-length: 5\r\n\r\nlater";
    let faults = [HttpFault::Replace(busy.clone()), HttpFault::Answer(busy)];
    let (server, _proxy, mut client) = connected(&faults).await;
    client.ask(&post("/", "a"), raw).await;
    assert_eq!(server.answered(), 1);
    client.ask(&post("/", "a"), raw).await;
    assert_eq!(server.answered(), 1);
    client.ask(&post("/", "a"), &reply("/", 2, "a")).await;
}

#[tokio::test]
async fn a_reply_may_lie_about_its_length() {
    let cut = HttpReply::new(200).with_header("Content-Length", "10").with_body("half");
    let (_server, _proxy, mut client) = connected(&[HttpFault::Answer(cut)]).await;
    client.ask(&post("/", "a"), "HTTP/1.1 200 \r\nContent-Length: 10\r\n\r\nhalf").await;
    client.expect_close().await;
}

#[tokio::test]
async fn a_reply_without_a_body_has_no_length() {
    let (_server, _proxy, mut client) = connected(&[HttpFault::Answer(HttpReply::new(204))]).await;
    client.ask(&post("/", "a"), "HTTP/1.1 204 \r\n\r\n").await;
    client.ask(&post("/", "a"), &reply("/", 1, "a")).await;
}
