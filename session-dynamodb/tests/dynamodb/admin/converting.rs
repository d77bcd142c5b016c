//! Tests of one conditional rewrite while others write, lock and fail.

use super::{bench, examined, given, given_data, to_bytes};
use crate::support::{Bench, START, TABLE, key, number, text};
use crate::wire::Fate;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use session_core::error::{Operation, Outcome};
use session_core::store::Payload;
use session_core::{ErrorKind, Result};
use session_dynamodb::admin::{
    ConversionOutcome, Decision, ExaminedItem, ItemState, LockState, Rewrite, TableAdmin,
};

const THROTTLED: Fate = Fate::Answer(400, r#"{"__type":"x#ThrottlingException"}"#);

fn bytes(bytes: &[u8]) -> AttributeValue {
    AttributeValue::B(Blob::new(bytes))
}

/// Decides like the conversion from strings to bytes.
fn decide(item: &ExaminedItem) -> Decision<LockState> {
    match (item.lock(), to_bytes(item)) {
        (_, None) => Decision::Fits,
        (LockState::None | LockState::Lapsed, Some(rewrite)) => Decision::Rewrite(rewrite),
        (lock, Some(_)) => Decision::Leave(lock),
    }
}

/// Converts the only session.
async fn convert_as_seen(admin: &TableAdmin, item: &ExaminedItem) -> Result<()> {
    let rewrite = to_bytes(item).unwrap_or_default();
    let again = |_: &_| -> Decision<()> { panic!("nothing was sent") };
    admin.convert(item, rewrite, again).await.result.map(|outcome| {
        assert_eq!(outcome, ConversionOutcome::Converted);
    })
}

/// The outcome for a session that another program changes before the request.
async fn with_another<F>(
    another: impl FnOnce(Client) -> F,
) -> (ConversionOutcome<LockState>, f64, Bench)
where
    F: Future<Output = ()> + Send + 'static,
{
    let (admin, bench) = bench().await;
    given_data(&bench, "a", "old").await;
    let item = examined(&admin).await.remove(0);
    bench.wire.plan([THROTTLED]);
    bench.pause.meanwhile(another(bench.server.client()));
    let rewrite = to_bytes(&item).expect("it is a string");
    let converted = admin.convert(&item, rewrite, decide).await;
    (converted.result.expect("it is answered"), converted.units, bench)
}

async fn update(client: Client, attribute: &str, value: AttributeValue) {
    let call = client.update_item().table_name(TABLE).key("id", text("SID_a"));
    let call = call.update_expression("SET #a = :v").expression_attribute_names("#a", attribute);
    call.expression_attribute_values(":v", value).send().await.expect("it is written");
}

#[tokio::test]
async fn what_is_not_rewritten_stays_to_the_byte() {
    let (admin, bench) = bench().await;
    let lapsed = text(&format!("{:013};AAAAAAAAAAAAAAAAAAAAAA", 1));
    let lifetime = [("deadline", number(START + 60)), ("idle", number(60))];
    let tags = [&[("version", bytes(&[7; 16]))], &lifetime[..]].concat();
    let rest = [("data", text("data")), ("lock", lapsed), ("note", text("another's"))];
    let key = given(&bench, "a", &[&tags[..], &rest].concat()).await;
    let mut expected = bench.item(&key).await.expect("it is there");

    let item = examined(&admin).await.remove(0);
    convert_as_seen(&admin, &item).await.expect("it is as seen");
    expected.insert("data".into(), bytes(b"data"));
    assert_eq!(bench.item(&key).await.as_ref(), Some(&expected));

    let item = examined(&admin).await.remove(0);
    let mut rewrite = Rewrite::default();
    (rewrite.remove_tags, rewrite.remove_lapsed_lock) = (true, true);
    assert!(rewrite.changes(&item) && !Rewrite::default().changes(&item));
    let converted = admin.convert(&item, rewrite.clone(), decide).await;
    assert_eq!(converted.result.expect("it is as seen"), ConversionOutcome::Converted);
    assert!(converted.units > 0.0);
    for name in ["version", "deadline", "idle", "lock"] {
        expected.remove(name);
    }
    assert_eq!(bench.item(&key).await, Some(expected));
    assert!(!rewrite.changes(&examined(&admin).await[0]));
}

#[tokio::test]
async fn a_touch_in_between_does_not_matter() {
    let (outcome, _, bench) =
        with_another(|client| async move { update(client, "expires", number(START + 9)).await })
            .await;
    assert_eq!(outcome, ConversionOutcome::Converted);
    let item = bench.item(&key("SID_a")).await.expect("it is there");
    assert_eq!((&item["data"], &item["expires"]), (&bytes(b"old"), &number(START + 9)));
}

#[tokio::test]
async fn a_session_that_another_wrote_is_decided_about_again() {
    let (outcome, units, bench) =
        with_another(|client| async move { update(client, "data", text("new")).await }).await;
    assert_eq!(outcome, ConversionOutcome::Converted);
    assert_eq!(bench.item(&key("SID_a")).await.expect("it is there")["data"], bytes(b"new"));
    // One unit for the rejection, which the server does not report, and one for the conversion.
    assert!((1.5..2.5).contains(&units), "{units}");
}

#[tokio::test]
async fn a_session_that_another_made_fit_is_not_counted_as_converted() {
    let (outcome, _, bench) =
        with_another(|client| async move { update(client, "data", bytes(b"new")).await }).await;
    assert_eq!(outcome, ConversionOutcome::Fits);
    assert_eq!(bench.item(&key("SID_a")).await.expect("it is there")["data"], bytes(b"new"));
}

#[tokio::test]
async fn a_session_that_another_locked_is_left_for_the_reason_of_the_caller() {
    let (outcome, _, bench) =
        with_another(|client| async move { update(client, "lock", number(1)).await }).await;
    assert_eq!(outcome, ConversionOutcome::Left(LockState::Php));
    assert_eq!(bench.item(&key("SID_a")).await.expect("it is there")["data"], text("old"));
}

#[tokio::test]
async fn an_item_that_is_no_longer_a_live_session_is_gone() {
    let (outcome, _, _) = with_another(|client| async move {
        let call = client.delete_item().table_name(TABLE).key("id", text("SID_a"));
        call.send().await.expect("it is deleted");
    })
    .await;
    assert_eq!(outcome, ConversionOutcome::Gone);
    let (outcome, _, bench) =
        with_another(|client| async move { update(client, "expires", number(START)).await }).await;
    assert_eq!(outcome, ConversionOutcome::Gone);
    assert_eq!(bench.item(&key("SID_a")).await.expect("it is there")["data"], text("old"));
}

#[tokio::test]
async fn an_attempt_whose_reply_was_lost_counts_as_converted() {
    let (admin, bench) = bench().await;
    given_data(&bench, "a", "data").await;
    let item = examined(&admin).await.remove(0);
    bench.wire.plan([Fate::LoseReply, Fate::LoseReply]);
    let rewrite = to_bytes(&item).expect("it is a string");
    let converted = admin.convert(&item, rewrite, decide).await.result;
    assert_eq!(converted.expect("it is answered"), ConversionOutcome::Converted);
}

#[tokio::test]
async fn a_session_that_changes_under_every_attempt_is_contended() {
    const CHANGED: Fate = Fate::Answer(
        400,
        r#"{"__type":"x#ConditionalCheckFailedException",
            "Item":{"id":{"S":"SID_a"},"expires":{"N":"1700003600"},"data":{"S":"other"}}}"#,
    );
    let (admin, bench) = bench().await;
    given_data(&bench, "a", "old").await;
    let item = examined(&admin).await.remove(0);
    bench.wire.take_log();
    bench.wire.plan(vec![CHANGED; 8]);
    let rewrite = to_bytes(&item).expect("it is a string");
    let converted = admin.convert(&item, rewrite, decide).await;
    assert_eq!(converted.result.expect("it is answered"), ConversionOutcome::Contended);
    assert_eq!(bench.wire.take_log().len(), 4);
}

#[tokio::test]
async fn what_may_not_be_converted_is_rejected_and_nothing_is_sent() {
    let (admin, bench) = bench().await;
    let lease = text(&format!("{:013};AAAAAAAAAAAAAAAAAAAAAA", (START + 30) * 1_000));
    let data = ("data", text("data"));
    given(&bench, "locked", &[data.clone(), ("lock", lease)]).await;
    given(&bench, "php", &[data.clone(), ("lock", number(1))]).await;
    given(&bench, "empty", &[]).await;
    bench.put(&key("SID_expired"), &[("expires", number(START)), data.clone()]).await;
    bench.put(&key("SID_orphan"), &[("lock", number(1))]).await;
    bench.put(&key("USER#1"), &[("expires", number(START + 60)), data]).await;
    let found = examined(&admin).await;
    assert_eq!(found.len(), 6);
    bench.wire.take_log();
    for item in found {
        let error = convert_as_seen(&admin, &item).await.expect_err("it may not be converted");
        assert_eq!(
            (error.kind(), error.operation()),
            (ErrorKind::InvalidArgument, Operation::Migrate)
        );
        assert_eq!(error.outcome(), Outcome::NotApplied);
        assert!(!format!("{error} {error:?}").contains(item.key().as_str()));
    }
    assert!(bench.wire.take_log().is_empty());
}

#[tokio::test]
async fn a_decision_to_rewrite_what_is_locked_now_is_rejected() {
    let (admin, bench) = bench().await;
    given_data(&bench, "a", "old").await;
    let item = examined(&admin).await.remove(0);
    update(bench.server.client(), "lock", number(1)).await;
    let rewrite = to_bytes(&item).expect("it is a string");
    let again = |item: &ExaminedItem| -> Decision<()> {
        assert_eq!((item.state(), item.lock()), (ItemState::Live, LockState::Php));
        Decision::Rewrite(to_bytes(item).expect("it is a string"))
    };
    let error = admin.convert(&item, rewrite, again).await.result.expect_err("it is locked");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert_eq!(bench.item(&key("SID_a")).await.expect("it is there")["data"], text("old"));
}

#[tokio::test]
async fn data_that_the_server_has_no_room_for_is_too_large() {
    let (admin, bench) = bench().await;
    let note = "x".repeat(300 * 1024);
    given(&bench, "a", &[("data", text("data")), ("note", text(&note))]).await;
    let item = examined(&admin).await.remove(0);
    let mut rewrite = Rewrite::default();
    rewrite.data = Some(Payload::text("x".repeat(200 * 1024)));
    let error = admin.convert(&item, rewrite, decide).await.result.expect_err("it is too large");
    assert!(matches!(error.kind(), ErrorKind::TooLarge { .. }), "{error}");
}
