//! Tables with items of other programs, of which no operation changes a byte.

mod items;
mod operations;

use crate::support::{START, key, number, text};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
    ScalarAttributeType, TimeToLiveStatus,
};
use items::{Attributes, Foreign, Keys, all_foreign};
use operations::{Configuration, Mistake};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use session_core::KeyScheme;
use session_dynamodb::{EmbeddedDynamoDb, Profile};
use std::collections::BTreeSet;
use std::env;

const TABLE: &str = "sessions";

/// The default number of cases, which is low because each case fills a table.
fn cases() -> ProptestConfig {
    let asked = env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(16);
    ProptestConfig { failure_persistence: None, cases, ..ProptestConfig::default() }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("it starts").block_on(work)
}

/// The key of a table: partition key, type, and whether there is a sort key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TableKey {
    name: &'static str,
    kind: &'static str,
    has_sort_key: bool,
}

const RIGHT: TableKey = TableKey { name: "id", kind: "S", has_sort_key: false };
const WRONG: [TableKey; 4] = [
    TableKey { name: "order_no", kind: "S", has_sort_key: false },
    TableKey { name: "id", kind: "N", has_sort_key: false },
    TableKey { name: "id", kind: "B", has_sort_key: false },
    WITH_SORT_KEY,
];
pub(crate) const WITH_SORT_KEY: TableKey = TableKey { name: "id", kind: "S", has_sort_key: true };

impl TableKey {
    pub(crate) async fn create(self, client: &Client) {
        let element = |name: &str, kind| {
            KeySchemaElement::builder()
                .attribute_name(name)
                .key_type(kind)
                .build()
                .expect("it fits")
        };
        let attribute = |name: &str, kind: &str| {
            let kind = ScalarAttributeType::from(kind);
            let attribute = AttributeDefinition::builder().attribute_name(name);
            attribute.attribute_type(kind).build().expect("it fits")
        };
        let mut call = client.create_table().table_name(TABLE);
        call = call.billing_mode(BillingMode::PayPerRequest);
        call = call.key_schema(element(self.name, KeyType::Hash));
        call = call.attribute_definitions(attribute(self.name, self.kind));
        if self.has_sort_key {
            call = call.key_schema(element("sort", KeyType::Range));
            call = call.attribute_definitions(attribute("sort", "S"));
        }
        call.send().await.expect("it is created");
    }

    /// The item with the key of this table.
    fn item(self, number: usize, Foreign { key, attributes }: &Foreign) -> Attributes {
        let mut item = attributes.clone();
        let key = match self.kind {
            "N" => self::number(START + number as u64),
            "B" => AttributeValue::B(key.as_bytes().to_vec().into()),
            _ => text(key),
        };
        item.insert(self.name.to_owned(), key);
        if self.has_sort_key {
            item.insert("sort".to_owned(), text("A"));
        }
        item
    }
}

async fn given(client: &Client, key: TableKey, foreign: &[Foreign]) -> Vec<Attributes> {
    key.create(client).await;
    let items = foreign.iter().enumerate().map(|(number, foreign)| key.item(number, foreign));
    let items: Vec<_> = items.collect();
    for item in &items {
        let put = client.put_item().table_name(TABLE).set_item(Some(item.clone()));
        put.send().await.expect("it is put");
    }
    items
}

async fn found(client: &Client) -> Vec<Attributes> {
    let scan = client.scan().table_name(TABLE).consistent_read(true).send().await;
    scan.expect("it can be read").items.unwrap_or_default()
}

async fn is_time_to_live_on(client: &Client) -> bool {
    let described = client.describe_time_to_live().table_name(TABLE).send().await;
    let description = described.expect("it is described").time_to_live_description;
    let status = description.and_then(|description| description.time_to_live_status);
    matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling))
}

/// Checks that no byte of a foreign item has changed.
async fn check_unchanged(client: &Client, foreign: &[Attributes]) {
    let found = found(client).await;
    for item in foreign {
        assert!(found.contains(item), "{item:?} was changed or deleted");
    }
}

fn configurations() -> impl Strategy<Value = (Configuration, Vec<Foreign>)> {
    let keys = select(Keys::ALL.to_vec());
    let settings = (keys, any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    settings.prop_flat_map(|(keys, is_shared, locking, batches, collect_orphans)| {
        let profile = (is_shared && matches!(keys, Keys::Named | Keys::Nameless))
            .then_some(Profile::AwsSdkPhp);
        let collect_orphans = collect_orphans && keys.are_distinctive();
        let configuration = Configuration { keys, profile, locking, batches, collect_orphans };
        (Just(configuration), all_foreign(keys, profile.is_none()))
    })
}

proptest! {
    #![proptest_config(cases())]

    /// With the right configuration, the store works on its own sessions.
    ///
    /// It finds, writes, collects and converts them.
    #[test]
    fn nothing_changes_an_item_of_others((configuration, foreign) in configurations()) {
        block_on(async {
            let server = EmbeddedDynamoDb::start().await.expect("it starts");
            let client = server.client();
            let items = given(&client, RIGHT, &foreign).await;
            configuration.run_all(&client, items.len()).await;
            check_unchanged(&client, &items).await;
        });
    }

    /// With other attribute names or another session name, the store finds no session.
    ///
    /// Every operation may fail.
    #[test]
    fn a_wrong_configuration_changes_nothing(
        (configuration, foreign) in configurations(),
        mistake in select(Mistake::ALL.to_vec()),
    ) {
        block_on(async {
            let server = EmbeddedDynamoDb::start().await.expect("it starts");
            let client = server.client();
            let items = given(&client, RIGHT, &foreign).await;
            operations::try_all(&mistake.made_in(configuration.options()), &client).await;
            check_unchanged(&client, &items).await;
        });
    }

    /// Tests tables whose key differs from that of sessions.
    #[test]
    fn a_table_with_another_key_stays_as_it_is(
        (configuration, foreign) in configurations(),
        key in select(WRONG.to_vec()),
    ) {
        block_on(async {
            let server = EmbeddedDynamoDb::start().await.expect("it starts");
            let client = server.client();
            let items = given(&client, key, &foreign).await;
            operations::try_all(&configuration.options(), &client).await;
            check_unchanged(&client, &items).await;
            assert_eq!(found(&client).await.len(), items.len(), "nothing is put beside them");
        });
    }
}

/// Time to live stays off, because it would delete another application's rows.
#[tokio::test]
async fn time_to_live_stays_off_for_a_table_with_another_key() {
    for key in WRONG {
        let server = EmbeddedDynamoDb::start().await.expect("it starts");
        let client = server.client();
        given(&client, key, &[]).await;
        let configuration = Configuration::of(Keys::Hashed);
        operations::try_all(&configuration.options(), &client).await;
        assert!(!is_time_to_live_on(&client).await, "{key:?}");
    }
}

/// The generator makes all kinds of items, so that the properties prove something.
#[test]
fn foreign_items_are_of_many_kinds() {
    let mut runner = TestRunner::deterministic();
    let mut drawn = Vec::new();
    for _ in 0..100 {
        let items = all_foreign(Keys::Hashed, true).new_tree(&mut runner).expect("it is drawn");
        drawn.extend(items.current());
    }
    let names = |item: &Foreign| item.attributes.keys().cloned().collect::<BTreeSet<_>>();
    let shapes: BTreeSet<_> = drawn.iter().map(names).collect();
    assert!(shapes.len() > 50, "{}", shapes.len());
    let count = |is_so: fn(&Foreign) -> bool| drawn.iter().filter(|item| is_so(item)).count();
    for (kind, count) in [
        (
            "expired",
            count(|item| matches!(item.attributes.get("expires"), Some(AttributeValue::N(_)))),
        ),
        ("without an expiry", count(|item| !item.attributes.contains_key("expires"))),
        ("of a single-table design", count(|item| item.key.contains('#'))),
        ("with a session's key", count(|item| KeyScheme::Hashed.matches(&key(&item.key)))),
        ("with a key only", count(|item| item.attributes.is_empty())),
    ] {
        assert!(count > 20, "{count} of {} are {kind}", drawn.len());
    }
}
