use crate::served::Served;
use crate::served::bench::{Bench, Count, ok};
use crate::served::handler::Reply;

/// A response that depends on the session varies by cookie.
///
/// Caches must not store a response with a cookie.
pub async fn a_response_varies_by_cookie_and_is_not_stored_if_it_sets_one<A: Served>() {
    let bench = Bench::<A>::new(async |session, sent| {
        session.get::<Count>().await?;
        if sent.method == "POST" {
            session.rotate().await?;
        }
        Ok(Reply::of(200).with("cache-control", "public, max-age=60").with("vary", "accept"))
    });
    let mut client = bench.client_at(1).await;
    let read = client.get("/").await;
    assert_eq!(read.values("vary"), ["accept", "Cookie"]);
    assert_eq!(read.values("cache-control"), ["public, max-age=60"]);
    let written = client.post("/").await;
    assert_eq!(written.values("vary"), ["accept", "Cookie"]);
    assert_eq!(written.values("cache-control"), ["private, no-store"]);
}

/// A header that the response has already is not added again.
pub async fn existing_vary_and_cache_control_are_not_repeated<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        session.set(&Count(1)).await?;
        Ok(Reply::of(200).with("vary", "Cookie").with("cache-control", "no-store"))
    });
    let reply = bench.client().post("/").await;
    assert_eq!(reply.values("vary"), ["Cookie"]);
    assert_eq!(reply.values("cache-control"), ["no-store"]);
    assert_eq!(reply.values("set-cookie").len(), 1);
}

/// Caches must not store a removal of the cookie either.
pub async fn a_response_that_removes_the_cookie_is_not_stored<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        session.destroy().await?;
        ok()
    });
    let reply = bench.client_at(1).await.post("/").await;
    assert_eq!(reply.values("cache-control"), ["private, no-store"]);
    assert_eq!(reply.values("vary"), ["Cookie"]);
}
