//! Tests of several counters on one table, and on one file.

#[expect(dead_code, reason = "these tests need less of the client than those of the counting")]
mod client;
#[expect(dead_code, reason = "these tests send no signals")]
mod process;

use process::Process;
use reqwest::StatusCode;
use session_kit::dynamodb::EmbeddedDynamoDb;
use tokio::task::JoinSet;

/// All of a hundred increments count. Their duration depends on the machine.
const PATIENT: [&str; 2] = ["--max-lock-wait", "120"];

#[tokio::test(flavor = "multi_thread")]
async fn pessimistic_increments_over_four_processes_all_count() {
    let server = EmbeddedDynamoDb::start().await.unwrap();
    let mut processes = Vec::new();
    for _ in 0..4 {
        processes.push(Process::on_table(&server.endpoint_url(), &PATIENT).await);
    }
    assert_all_increments_count(&processes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pessimistic_increments_over_four_processes_on_one_file_all_count() {
    let folder = std::env::temp_dir().join(format!("counter-processes-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("sessions.db").display().to_string();
    let mut processes = Vec::new();
    for _ in 0..4 {
        let options = ["--store", "sqlite", "--path", &file, "--locking", "pessimistic"];
        processes.push(Process::start(&[options.as_slice(), &PATIENT].concat()).await);
    }
    assert_all_increments_count(&processes).await;
    drop(processes);
    std::fs::remove_dir_all(folder).unwrap();
}

async fn assert_all_increments_count(processes: &[Process]) {
    let id = processes[0].client.first_increment().await;

    let mut tasks = JoinSet::new();
    for process in processes {
        let (client, id) = (process.client.clone(), id.clone());
        tasks.spawn(async move { client.increments(&id, 25, 0).await });
    }
    let answers = tasks.join_all().await.concat();

    assert_eq!(answers.len(), 100);
    for answer in &answers {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    }
    for process in processes {
        assert_eq!(process.client.count(&id).await, 101);
    }
}

#[tokio::test]
async fn an_embedded_server_needs_no_table_made_before() {
    let counter = Process::start(&["--store", "dynamodb-embedded"]).await;
    let id = counter.client.first_increment().await;
    assert_eq!(counter.client.count(&id).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_table_is_an_error_with_the_way_out() {
    let server = EmbeddedDynamoDb::start().await.unwrap();
    let url = server.endpoint_url();
    let error =
        Process::refusal(&["--store", "dynamodb", "--endpoint-url", &url, "--table", "absent"])
            .await;
    let (place, way_out) =
        ("table `absent` in the region eu-west-1", "check region and name first");
    assert!(error.contains(place) && error.contains(way_out), "{error}");
}

#[tokio::test]
async fn options_of_a_table_are_rejected_without_one() {
    let error = Process::refusal(&["--create-table"]).await;
    assert_eq!(error, "error: --create-table needs --store dynamodb\n");
}
