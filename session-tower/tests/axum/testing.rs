use crate::support::{Answer, Counter};
use session_core::ErrorKind;
use session_tower::{ReadSection, Session, WriteSection, test};

#[expect(clippy::unused_async, reason = "handlers are asynchronous")]
async fn increment(mut counter: WriteSection<Counter>) -> u64 {
    counter.count += 1;
    counter.count
}

async fn sign_out(session: Session) -> Answer {
    session.destroy().await?;
    Ok(String::new())
}

#[tokio::test]
async fn a_handler_is_tested_without_a_server() {
    let session = test::session().with(&Counter { count: 1 }).unwrap();
    assert_eq!(increment(session.extract().await.unwrap()).await, 2);
    assert_eq!(increment(session.extract().await.unwrap()).await, 3);
    let counter: ReadSection<Counter> = session.extract().await.unwrap();
    assert_eq!(counter.count, 3);
    assert_eq!(session.committed().await.unwrap(), Some(Counter { count: 3 }));
}

#[tokio::test]
async fn a_new_session_is_stored_as_well() {
    let session = test::session();
    assert_eq!(increment(session.extract().await.unwrap()).await, 1);
    assert_eq!(session.committed().await.unwrap(), Some(Counter { count: 1 }));
    assert_eq!(test::session().committed::<Counter>().await.unwrap(), None);
}

#[tokio::test]
async fn a_sign_out_leaves_nothing() {
    let session = test::session().with(&Counter { count: 1 }).unwrap();
    sign_out(session.extract().await.unwrap()).await.unwrap();
    assert_eq!(session.committed::<Counter>().await.unwrap(), None);
}

#[tokio::test]
async fn a_section_that_is_held_twice_is_refused() {
    let session = test::session();
    let held: WriteSection<Counter> = session.extract().await.unwrap();
    let twice = session.extract::<WriteSection<Counter>>().await.expect_err("it is held");
    assert_eq!(twice.error().map(session_core::Error::kind), Some(ErrorKind::InvalidArgument));
    assert_eq!(held.count, 0);
}
