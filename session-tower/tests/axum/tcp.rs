use crate::support::{Answer, Counter, counted};
use axum::Router;
use axum::body::Body;
use axum::routing::{get as on_get, post as on_post};
use futures_util::stream;
use session_memory::MemoryStore;
use session_tower::{ReadSection, Session, SessionLayer, WriteSection};
use std::convert::Infallible;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

struct Server {
    address: SocketAddr,
    cookie: String,
    reached: Arc<Notify>,
}

async fn increment(mut counter: WriteSection<Counter>) -> String {
    counter.count += 1;
    counter.count.to_string()
}

impl Server {
    async fn start() -> Self {
        let layer = SessionLayer::pessimistic(MemoryStore::new()).unwrap();
        let cookie = counted(&layer).await;
        let reached = Arc::new(Notify::new());
        let notified = Arc::clone(&reached);
        let hang = move |counter, session| hang(counter, session, Arc::clone(&notified));
        let panics = async |mut counter: WriteSection<Counter>| -> String {
            counter.count += 100;
            panic!("as planned");
        };
        let app = Router::new()
            .route("/", on_get(async |counter: ReadSection<Counter>| counter.count.to_string()))
            .route("/increment", on_post(increment))
            .route("/hang", on_post(hang))
            .route("/panic", on_post(panics))
            .route("/stream", on_post(endless))
            .layer(layer);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, cookie, reached }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn send(&self, connection: &mut TcpStream, method: &str, path: &str) {
        let cookie = &self.cookie;
        let request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n");
        connection.write_all(request.as_bytes()).await.unwrap();
    }

    /// Sends a request, and reads a body with a length.
    ///
    /// The connection stays open.
    async fn ask(&self, connection: &mut TcpStream, method: &str, path: &str) -> String {
        self.send(connection, method, path).await;
        let head = read_head(connection).await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let (_, length) = head.split_once("content-length: ").unwrap();
        let length: usize = length.lines().next().unwrap().parse().unwrap();
        let mut body = vec![0; length];
        connection.read_exact(&mut body).await.unwrap();
        String::from_utf8(body).unwrap()
    }
}

async fn hang(
    mut counter: WriteSection<Counter>,
    session: Session,
    reached: Arc<Notify>,
) -> Answer {
    counter.count += 100;
    session.rotate().await?;
    reached.notify_one();
    pending().await
}

/// A response that never ends, to a request that wrote.
async fn endless(session: Session) -> Result<Body, session_tower::Failure> {
    session.update(|counter: &mut Counter| counter.count += 1).await?;
    let first = stream::iter(["first"].map(Ok::<_, Infallible>));
    Ok(Body::from_stream(stream::StreamExt::chain(first, stream::pending())))
}

async fn read_head(connection: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(connection.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap().to_lowercase().replace("http/1.1", "HTTP/1.1")
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_of_one_connection_follow_each_other() {
    let server = Server::start().await;
    let mut connection = server.connect().await;
    for count in 2..10 {
        let counted = server.ask(&mut connection, "POST", "/increment").await;
        assert_eq!(counted, count.to_string());
        assert_eq!(server.ask(&mut connection, "GET", "/").await, counted);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_disconnects_releases_its_lock() {
    let server = Server::start().await;
    let mut leaving = server.connect().await;
    server.send(&mut leaving, "POST", "/hang").await;
    server.reached.notified().await;
    let mut other = server.connect().await;
    assert_eq!(server.ask(&mut other, "GET", "/").await, "1", "a reader waits for no lock");
    drop(leaving);
    assert_eq!(server.ask(&mut other, "POST", "/increment").await, "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_that_nobody_catches_releases_the_lock() {
    let server = Server::start().await;
    let mut failing = server.connect().await;
    server.send(&mut failing, "POST", "/panic").await;
    assert_eq!(failing.read(&mut [0]).await.unwrap_or(0), 0, "the connection is closed");
    let mut other = server.connect().await;
    assert_eq!(server.ask(&mut other, "POST", "/increment").await, "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_stored_and_unlocked_before_its_first_byte() {
    let server = Server::start().await;
    let mut streaming = server.connect().await;
    server.send(&mut streaming, "POST", "/stream").await;
    assert!(read_head(&mut streaming).await.starts_with("HTTP/1.1 200"));
    let mut other = server.connect().await;
    assert_eq!(server.ask(&mut other, "GET", "/").await, "2", "it reads its own write");
    assert_eq!(server.ask(&mut other, "POST", "/increment").await, "3");
    drop(streaming);
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_at_once_lose_nothing_though_others_leave() {
    let server = Arc::new(Server::start().await);
    let clients = (0..20).map(|index| {
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            let mut connection = server.connect().await;
            for _ in 0..5 {
                server.ask(&mut connection, "POST", "/increment").await;
                // The drop happens during a request, at a random point.
                let mut leaving = server.connect().await;
                server.send(&mut leaving, "POST", "/increment").await;
                for _ in 0..index {
                    tokio::task::yield_now().await;
                }
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
    let mut connection = server.connect().await;
    let count: u64 = server.ask(&mut connection, "POST", "/increment").await.parse().unwrap();
    assert!(
        (102..=202).contains(&count),
        "1, 101 that were answered, and up to 100 others: {count}"
    );
}
