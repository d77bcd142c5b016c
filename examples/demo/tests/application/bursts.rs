use crate::client::Client;
use serde_json::Value;
use session_demo::Locking;

fn statuses(report: &Value, status: u16) -> u64 {
    let requests = report["requests"].as_array().expect("there are requests");
    requests.iter().map(|request| u64::from(request["status"] == status)).sum()
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("it is a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_strategy_increments_are_lost() {
    let mut client = Client::new(Locking::None);
    for round in 1..=3 {
        let report = client.post("/burst?count=10&hold_ms=0").await.json();
        assert_eq!(report["accepted"], 10);
        assert_eq!(report["expected"]["less_than"], round - 1 + 10);
        assert_eq!((&report["after"], &report["as_expected"]), (&round.into(), &true.into()));
    }
}

/// Without a gate, each request would end before the next begins.
///
/// There is only one thread.
#[tokio::test]
async fn without_a_strategy_all_read_before_one_writes() {
    let mut client = Client::new(Locking::None);
    let report = client.post("/burst?count=50&hold_ms=0").await.json();
    assert_eq!((&report["accepted"], &report["after"]), (&50.into(), &1.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn under_optimistic_each_200_is_counted() {
    let mut client = Client::new(Locking::Optimistic);
    for hold_ms in [0, 5] {
        let before = client.session().await["count"].as_u64().unwrap_or_default();
        let report = client.post(&format!("/burst?count=10&hold_ms={hold_ms}")).await.json();
        let accepted = statuses(&report, 200);
        assert_eq!(accepted + statuses(&report, 409), 10);
        assert!(accepted >= 1 && report["accepted"] == accepted, "{report}");
        assert_eq!(report["expected"]["exactly"], before + accepted);
        assert_eq!(report["after"], before + accepted);
        assert_eq!(client.session().await["count"], before + accepted);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn under_optimistic_rejected_requests_are_counted_when_sent_again() {
    let mut client = Client::new(Locking::Optimistic);
    let report = client.post("/burst?count=10&hold_ms=1&retries=50").await.json();
    assert_eq!((&report["accepted"], &report["after"]), (&10.into(), &10.into()));
    for request in report["requests"].as_array().expect("there are requests") {
        let attempts = request["attempts"].as_array().expect("there are attempts");
        assert_eq!(request["retries"], attempts.len() - 1);
        assert!(attempts.iter().rev().skip(1).all(|attempt| attempt["status"] == 409));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn under_pessimistic_all_are_counted_one_after_the_other() {
    let mut client = Client::new(Locking::Pessimistic);
    let report = client.post("/burst?count=10&hold_ms=5").await.json();
    assert_eq!(report["expected"]["exactly"], 10);
    assert_eq!((&report["after"], &report["as_expected"]), (&10.into(), &true.into()));
    let attempt = |request: &Value| request["attempts"][0].clone();
    let mut attempts: Vec<_> =
        report["requests"].as_array().expect("there are requests").iter().map(attempt).collect();
    attempts.sort_by(|one, two| number(&one["opened_ms"]).total_cmp(&number(&two["opened_ms"])));
    for pair in attempts.windows(2) {
        // The hold and a rounded tenth.
        assert!(number(&pair[1]["opened_ms"]) - number(&pair[0]["opened_ms"]) >= 4.8, "{pair:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_can_choose_its_strategy() {
    let mut client = Client::new(Locking::Optimistic);
    let report = client.post("/burst?count=5&hold_ms=1&locking=pessimistic").await.json();
    assert_eq!((&report["locking"], &report["after"]), (&"pessimistic".into(), &5.into()));
    let report = client.post("/burst?count=5&hold_ms=1&locking=none").await.json();
    assert_eq!((&report["locking"], &report["after"]), (&"none".into(), &6.into()));
    assert_eq!(client.get("/api/session").await.json()["locking"], "optimistic");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_requests_of_a_client_without_a_session_share_a_new_one() {
    for locking in Locking::ALL {
        let mut client = Client::new(locking);
        client.cookie = Some("__Host-Http-id=unknown".into());
        let answer = client.post("/burst?count=3&hold_ms=1").await;
        assert!(answer.set_cookie().expect("the session is new").contains("; HttpOnly"));
        assert_eq!(answer.json()["before"], 0);
        assert_eq!(client.session().await["count"], answer.json()["after"]);
        assert_eq!(client.post("/burst?count=1&hold_ms=0").await.set_cookie(), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_of_a_signed_in_user_is_measured() {
    let mut client = Client::new(Locking::Pessimistic);
    client.post_form("/login", "user=Ada").await;
    client.post("/increment").await;
    let report = client.post("/burst?count=2&hold_ms=1").await.json();
    assert_eq!((&report["before"], &report["after"]), (&1.into(), &3.into()));
    assert_eq!(client.session().await["user"], "Ada");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_alone_loses_nothing_under_any_strategy() {
    for locking in Locking::ALL {
        let report = Client::new(locking).post("/burst?count=1&hold_ms=0").await.json();
        assert_eq!((&report["expected"]["exactly"], &report["after"]), (&1.into(), &1.into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_has_its_time_line() {
    for locking in Locking::ALL {
        let report = Client::new(locking).post("/burst?count=4&hold_ms=2").await.json();
        for (index, request) in report["requests"].as_array().expect("there are").iter().enumerate()
        {
            assert_eq!(request["number"], index + 1);
            let attempt = &request["attempts"][0];
            let [arrived, opened, ended] =
                ["arrived_ms", "opened_ms", "ended_ms"].map(|name| number(&attempt[name]));
            assert!(0.0 <= arrived && arrived <= opened && opened < ended, "{attempt}");
            assert_eq!(attempt["committed_ms"].is_null(), attempt["status"] != 200);
        }
    }
}
