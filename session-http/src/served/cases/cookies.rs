use crate::served::Served;
use crate::served::bench::{Bench, Count, Opening, ok};
use crate::served::handler::{Answer, Sent};
use crate::{CookieKey, CookiePolicy, Session};
use session_core::random::SeededRandom;
use session_core::{Lifetime, SessionId};
use std::time::Duration;

const FORTNIGHT: Duration = Duration::from_hours(14 * 24);

async fn count(session: Session, _: Sent) -> Answer {
    session.update(|count: &mut Count| count.0 += 1).await?;
    ok()
}

async fn look(session: Session, _: Sent) -> Answer {
    session.get::<Count>().await?;
    ok()
}

/// An id that the store does not know is not used, and its cookie is not removed.
pub async fn a_made_up_cookie_is_never_adopted<A: Served>() {
    let bench = Bench::<A>::new(count);
    let made_up = "__Host-Http-id=0123456789abcdef0123456789abcdef";
    let mut client = crate::served::client::Client::new(&bench, Some(made_up.to_owned()));
    client.post("/").await;
    assert_ne!(client.cookie(), made_up);
    assert_eq!(bench.count(made_up).await, None);
    assert_eq!(bench.count(client.cookie()).await, Some(1));

    let bench = Bench::<A>::new(look);
    let mut client = crate::served::client::Client::new(&bench, Some(made_up.to_owned()));
    assert_eq!(client.get("/").await.values("set-cookie"), [""; 0]);
}

/// Ten thousand made-up ids create no record.
///
/// If cookies are signed, none reaches the store.
pub async fn made_up_ids_create_no_row<A: Served>() {
    let keys = [CookieKey::new(&[7; 32]).expect("it is long enough")];
    let signed = CookiePolicy::new().signed(keys);
    for policy in [CookiePolicy::new(), signed.clone()] {
        let with = |settings: crate::Settings| settings.with_cookie(policy).expect("it is valid");
        let bench = Bench::<A>::of(Opening::Optimistic, with, look);
        let random = SeededRandom::default();
        for _ in 0..10_000 {
            let id = SessionId::draw(&random);
            let cookie = format!("__Host-Http-id={}", id.secret()).into_bytes();
            let sent = Sent { method: "GET", path: "/", cookies: vec![cookie] };
            let reply = bench.adapter.call(sent).await;
            assert_eq!((reply.status, reply.values("set-cookie").len()), (200, 0));
        }
        let asked = bench.store.asked();
        assert!(asked.iter().all(|asked| *asked == "load"));
        let is_signed = bench.settings.cookie.set(&SessionId::draw(&random), None).contains('.');
        assert_eq!(asked.is_empty(), is_signed);
    }
}

/// The cookie is set with a new session, and not again while the id stays the same.
pub async fn the_cookie_is_set_once<A: Served>() {
    let bench = Bench::<A>::new(count);
    let mut client = bench.client();
    let first = client.post("/").await.values("set-cookie");
    assert!(first[0].ends_with("; Path=/; SameSite=Lax; Secure; HttpOnly"), "no Max-Age");
    for _ in 0..3 {
        bench.clock.advance(Duration::from_mins(10));
        assert_eq!(client.post("/").await.values("set-cookie"), [""; 0]);
    }
    assert_eq!(bench.count(client.cookie()).await, Some(4));
}

/// A persistent cookie is sent again when a write or a touch has moved the expiry.
pub async fn a_persistent_cookie_is_sent_again_when_the_expiry_moves<A: Served>() {
    let set = |settings: crate::Settings| {
        settings.with_cookie(CookiePolicy::new().persistent(true)).expect("it is valid")
    };
    let bench = Bench::<A>::of(Opening::Optimistic, set, async |session, sent| {
        if sent.method == "POST" { count(session, sent).await } else { look(session, sent).await }
    });
    let mut client = bench.client();
    let age = |set: Vec<String>| set.first().is_some_and(|set| set.contains("; Max-Age=1440;"));
    assert!(age(client.post("/").await.values("set-cookie")));
    assert!(!age(client.get("/").await.values("set-cookie")), "no touch is due");
    bench.clock.advance(Duration::from_mins(10));
    let cookie = client.cookie().to_owned();
    assert!(age(client.get("/").await.values("set-cookie")), "touched");
    assert_eq!(client.cookie(), cookie, "with the same id");
    assert!(age(client.post("/").await.values("set-cookie")), "written");
}

/// The cookie of a session with its own lifetime is persistent, unlike others.
pub async fn the_cookie_of_a_remembered_session_is_persistent<A: Served>() {
    let bench = Bench::<A>::new(async |session, sent| match sent.path {
        "/remember" => {
            session.rotate().await?;
            session.set_lifetime(Lifetime::idle(FORTNIGHT)?).await?;
            ok()
        }
        _ if sent.method == "POST" => count(session, sent).await,
        _ => look(session, sent).await,
    });
    let mut client = bench.client();
    let age = |set: Vec<String>| set.first().is_some_and(|set| set.contains("; Max-Age=1209600;"));
    assert!(!age(client.post("/").await.values("set-cookie")));
    assert!(age(client.post("/remember").await.values("set-cookie")));
    assert!(age(client.post("/").await.values("set-cookie")), "written");
    bench.clock.advance(FORTNIGHT / 2);
    assert!(age(client.get("/").await.values("set-cookie")), "touched");
    assert_eq!(bench.count(client.cookie()).await, Some(2));
}

/// Sign-out removes the cookie with all its attributes.
pub async fn a_removal_has_the_attributes_of_the_cookie<A: Served>() {
    let policy = CookiePolicy::new().name("__Secure-id").domain("example.com").path("/app");
    let policy = policy.partitioned(true);
    let set = |settings: crate::Settings| settings.with_cookie(policy).expect("it is valid");
    let bench = Bench::<A>::of(Opening::Optimistic, set, async |session, sent| {
        if sent.path == "/sign-out" {
            session.destroy().await?;
            return ok();
        }
        count(session, sent).await
    });
    let mut client = bench.client();
    let set = client.post("/").await.values("set-cookie").concat();
    let value = client.cookie().to_owned();
    let removal = client.post("/sign-out").await.values("set-cookie").concat();
    let expected =
        set.replace(&value, "__Secure-id=").replace("; SameSite", "; Max-Age=0; SameSite");
    assert_eq!(removal, expected);
}

/// Among several cookies of the name, in one or more headers, the known one counts.
pub async fn of_several_cookies_the_one_of_a_known_session_is_used<A: Served>() {
    let bench = Bench::<A>::new(count);
    let client = bench.client_at(1).await;
    let known = client.cookie().as_bytes();
    let stale = b"__Host-Http-id=0123456789abcdef; other=\xff".to_vec();
    let sent = |cookies| Sent { method: "POST", path: "/", cookies };
    let joined = [&stale[..], b"; ", known].concat();
    for cookies in [vec![stale.clone(), known.to_vec()], vec![joined], vec![known.to_vec(), stale]]
    {
        assert_eq!(bench.adapter.call(sent(cookies)).await.values("set-cookie"), [""; 0]);
    }
    assert_eq!(bench.count(client.cookie()).await, Some(4));
}

/// Large, empty and binary headers cause no failure.
pub async fn hostile_cookie_headers_cause_no_failure<A: Served>() {
    let bench = Bench::<A>::new(look);
    let large = [b"a=".to_vec(), vec![b'x'; 64 << 10]].concat();
    let long_id = [b"__Host-Http-id=".to_vec(), vec![b'a'; 64 << 10]].concat();
    let many = b"__Host-Http-id=1;".repeat(3_000);
    let binary = b"\x80=\xff; __Host-Http-id=\xfe".to_vec();
    for header in [large, long_id, many, binary, Vec::new(), b";;=;".to_vec()] {
        let sent = Sent { method: "GET", path: "/", cookies: vec![header.clone(), header] };
        assert_eq!(bench.adapter.call(sent).await.status, 200);
    }
}

/// Sign-out deletes the session that other requests use, in any order of cookies.
pub async fn a_sign_out_with_several_cookies_deletes_the_known_session<A: Served>() {
    let bench = Bench::<A>::new(async |session, _| {
        session.destroy().await?;
        ok()
    });
    for known_is_first in [true, false] {
        let client = bench.client_at(1).await;
        let (known, stale) = (client.cookie().as_bytes().to_vec(), b"__Host-Http-id=0af3".to_vec());
        let cookies = if known_is_first { vec![known, stale] } else { vec![stale, known] };
        let sent = Sent { method: "POST", path: "/", cookies };
        assert_eq!(bench.adapter.call(sent).await.status, 200);
        assert_eq!(bench.count(client.cookie()).await, None);
    }
}
