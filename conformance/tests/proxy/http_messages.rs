//! Tests that find the end of HTTP requests and replies, for every kind of framing.

use crate::client::Client;
use crate::http::connected;
use crate::http_server::reply;
use session_conformance::proxy::Fault;

pub(crate) fn post(path: &str, body: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn post_in_chunks(path: &str, body: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n{body}")
}

#[tokio::test]
async fn messages_pass_byte_for_byte_on_connections_that_are_kept() {
    let (server, proxy, mut client) = connected(&[]).await;
    let long = "x".repeat(100_000);
    let mut number = 0;
    for body in ["", "short", &long] {
        for path in ["/", "/chunked", "/empty", "/interim"] {
            number += 1;
            client.ask(&post(path, body), &reply(path, number, body)).await;
        }
    }
    assert_eq!((server.answered(), server.connections()), (12, 1));
    assert_eq!((proxy.requests(), proxy.connections()), (12, 1));
}

#[tokio::test]
async fn a_request_ends_with_its_last_chunk() {
    let (server, proxy, mut client) = connected(&[]).await;
    let body = "5\r\nhello\r\n2;x=1\r\n\r\n\r\n0\r\n\r\n";
    client.ask(&post_in_chunks("/", body), &reply("/", 1, body)).await;
    client.ask(&post_in_chunks("/", body), &reply("/", 2, body)).await;
    assert_eq!((server.answered(), proxy.requests()), (2, 2));
}

#[tokio::test]
async fn a_request_that_arrives_byte_by_byte_is_one() {
    let (server, proxy, mut client) = connected(&[]).await;
    let request = post("/", "hello");
    for byte in request.split_inclusive(|_| true) {
        client.send(byte).await;
        tokio::task::yield_now().await;
    }
    client.expect(&reply("/", 1, "hello")).await;
    assert_eq!((server.answered(), proxy.requests()), (1, 1));
}

#[tokio::test]
async fn a_reply_without_a_length_lasts_until_the_end() {
    let (server, _proxy, mut client) = connected(&[]).await;
    let path = "/until-the-end";
    client.ask(&post(path, "hello"), &reply(path, 1, "hello")).await;
    client.expect_close().await;
    assert_eq!(server.answered(), 1);
}

#[tokio::test]
async fn a_server_that_closes_its_connection_is_connected_to_again() {
    let (server, _proxy, mut client) = connected(&[]).await;
    client.ask(&post("/last", "a"), &reply("/last", 1, "a")).await;
    while server.connections() < 2 {
        let number = server.answered() + 1;
        client.ask(&post("/", "b"), &reply("/", number, "b")).await;
    }
}

#[tokio::test]
async fn a_reply_to_head_has_no_body() {
    let (_server, _proxy, mut client) = connected(&[]).await;
    let request = "HEAD /head HTTP/1.1\r\nhost: a\r\n\r\n";
    client.ask(request, &reply("/head", 1, "")).await;
    client.ask(request, &reply("/head", 2, "")).await;
}

#[tokio::test]
async fn what_is_not_http_ends_the_connection() {
    for bytes in ["\u{0}\r\n\r\n", "POST / HTTP/1.1\r\ncontent-length: many\r\n\r\n"] {
        let (server, proxy, mut client) = connected(&[]).await;
        client.send(bytes).await;
        client.expect_close().await;
        assert_eq!((server.answered(), proxy.requests()), (0, 0));
    }
    let (_server, proxy, _client) = connected(&[]).await;
    proxy.always(Fault::Pass);
    let mut client = Client::connect(proxy.address()).await;
    client.send(&post_in_chunks("/", "size\r\n")).await;
    client.expect_close().await;
}
