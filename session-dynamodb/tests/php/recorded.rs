//! The script sends exactly the recorded requests of the handlers.

use crate::loopback::{Loopback, Reply, Request};
use crate::script::run;
use serde_json::{Value, json};

const REQUESTS: &str = include_str!("../data/requests.jsonl");

/// The recorded handlers, each with the options of the script for it.
fn writers() -> [(&'static str, Value); 6] {
    [
        ("aws-sdk-php", json!({})),
        ("aws-sdk-php-locking", json!({"locking": true})),
        ("aws-sdk-php-binary", json!({"data_attribute_type": "binary"})),
        ("idealstack", json!({"base64": true})),
        ("idealstack-plain", json!({})),
        ("async-aws", json!({"handler": "async_aws"})),
    ]
}

fn recorded(writer: &str) -> Vec<Value> {
    let lines = REQUESTS.lines().map(|line| serde_json::from_str(line).expect("it is JSON"));
    lines.filter(|line: &Value| line["writer"] == writer).collect()
}

/// The time of the handler's write, derived from the expiry that it set.
fn written_at(request: &Value) -> u64 {
    let expires = &request["request"]["AttributeUpdates"]["expires"]["Value"]["N"];
    expires.as_str().and_then(|text| text.parse::<u64>().ok()).expect("it is a time") - 3_600
}

#[test]
#[ignore = "needs php with ext-curl"]
fn the_script_sends_what_the_handlers_were_recorded_to_send() {
    let user = json!({"name": "Jeremy", "roles": ["admin", "ops"]});
    let mut sent = 0;
    for (writer, options) in writers() {
        let recorded = recorded(writer);
        let replies: Vec<_> =
            recorded.iter().map(|line| (200, line["response"].to_string())).collect();
        let server = Loopback::answering(replies);
        let key = recorded[0]["request"]["Key"]["id"]["S"].as_str().expect("keys are text");
        let id = key.strip_prefix("PHPSESSID_").expect("keys begin with the name");
        let held = [json!({}), json!({"n": 1, "user": user})];
        for (count, requests) in recorded.chunks(2).enumerate() {
            let mut options = options.clone();
            options["now"] = written_at(&requests[1]).into();
            options["session_lifetime"] = 3_600.into();
            let number = format!("n={}", count + 1);
            let steps =
                if count == 0 { vec![number, format!("user={user}")] } else { vec![number] };
            let steps: Vec<_> = steps.iter().map(String::as_str).collect();
            assert_eq!(run(&server.url(), id, &options, &steps), [held[count].clone()], "{writer}");
        }
        let expected = recorded.iter().map(|line| Request {
            action: line["op"].as_str().expect("it is text").to_owned(),
            body: line["request"].clone(),
        });
        let expected: Vec<_> = expected.collect();
        assert_eq!(server.requests(), expected, "{writer}");
        sent += expected.len();
    }
    assert_eq!(sent, REQUESTS.lines().count(), "every recorded request was compared");
}

/// The server's rejection if the lock is held.
fn locked() -> Reply {
    let code = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
    (400, json!({"__type": code}).to_string())
}

fn done() -> Reply {
    (200, "{}".to_owned())
}

#[test]
#[ignore = "needs php with ext-curl"]
fn php_asks_for_the_lock_until_it_gets_it() {
    let data = json!({"Attributes": {"expires": {"N": "9"}, "data": {"S": "n|i:1;"}}});
    let server = Loopback::answering([locked(), locked(), (200, data.to_string()), done()]);
    let options = json!({"locking": true, "now": 1});
    assert_eq!(run(&server.url(), "lk1", &options, &[]), [json!({"n": 1})]);
    let [first, second, third, written] = server.requests().try_into().expect("there are four");
    assert!(first == second && second == third, "it asks the same again");
    assert_eq!(written.body["AttributeUpdates"]["lock"], json!({"Action": "DELETE"}));
}

#[test]
#[ignore = "needs php with ext-curl"]
fn after_its_wait_php_has_an_empty_session_and_takes_the_lock_away() {
    let server = Loopback::answering([locked(), done()]);
    let options = json!({"locking": true, "max_lock_wait_time": 0, "now": 1_000});
    assert_eq!(run(&server.url(), "lk1", &options, &[]), [json!({})]);
    let [asked, written] = server.requests().try_into().expect("there are two");
    assert_eq!(asked.body["Expected"], json!({"lock": {"Exists": false}}));
    let updates = json!({"expires": {"Value": {"N": "2440"}}, "lock": {"Action": "DELETE"}});
    assert_eq!(written.body["AttributeUpdates"], updates);
}
