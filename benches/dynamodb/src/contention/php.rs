use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use session_benches::{HOUR, key};
use session_core::random::{OsRandom, Randomness};
use session_core::time::TokioTimer;
use session_core::time::{Clock, SystemClock, Timer};
use std::time::Duration;

const LONGEST_WAIT: Duration = Duration::from_secs(10);
const SHORTEST_DELAY: Duration = Duration::from_millis(10);
const LONGEST_DELAY: Duration = Duration::from_millis(50);

/// A handle that waits as PHP's handler does.
///
/// A rejected handle asks again after 10 to 50 ms, evenly drawn, and nobody queues. Its lock is an
/// attribute that is there or not.
#[derive(Clone)]
pub(super) struct Php {
    client: Client,
    table: &'static str,
}

impl Php {
    pub(super) fn new(client: Client, table: &'static str) -> Self {
        Self { client, table }
    }

    /// Locks the session, works, writes and unlocks.
    ///
    /// It returns when it had the lock, if it got it.
    pub(super) async fn turn(
        &self,
        session: usize,
        timer: TokioTimer,
        work: Duration,
    ) -> Option<Duration> {
        let give_up = timer.elapsed() + LONGEST_WAIT;
        while !self.lock(session).await {
            if timer.elapsed() >= give_up {
                return None;
            }
            timer.sleep(delay()).await;
        }
        let end = timer.elapsed();
        timer.sleep(work).await;
        self.write(session).await;
        Some(end)
    }

    async fn lock(&self, session: usize) -> bool {
        let call = self.update(session).update_expression("SET #lock = :lock");
        let call = call.expression_attribute_values(":lock", AttributeValue::N("1".into()));
        let call = call.condition_expression("attribute_not_exists(#lock)");
        match call.return_values(ReturnValue::AllNew).send().await {
            Ok(_) => true,
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(_)) => false,
                _ => panic!("{error}"),
            },
        }
    }

    async fn write(&self, session: usize) {
        let expires = SystemClock.now().timestamp().saturating_add(HOUR).as_epoch_seconds();
        let data = session_benches::json(session);
        let call = self.update(session);
        call.update_expression("SET #expires = :expires, #data = :data REMOVE #lock")
            .expression_attribute_names("#expires", "expires")
            .expression_attribute_names("#data", "data")
            .expression_attribute_values(":expires", AttributeValue::N(expires.to_string()))
            .expression_attribute_values(":data", AttributeValue::S(data))
            .send()
            .await
            .expect("the server answers");
    }

    fn update(&self, session: usize) -> UpdateItemFluentBuilder {
        let key = AttributeValue::S(key(session).as_str().to_owned());
        let call = self.client.update_item().table_name(self.table).key("id", key);
        call.expression_attribute_names("#lock", "lock")
    }
}

fn delay() -> Duration {
    let mut bytes = [0; 4];
    OsRandom.fill(&mut bytes);
    let chance = f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX);
    SHORTEST_DELAY + LONGEST_DELAY.saturating_sub(SHORTEST_DELAY).mul_f64(chance)
}
