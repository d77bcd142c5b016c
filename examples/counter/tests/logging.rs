//! Tests of the program's output: a line for each request, without ids.

#[expect(dead_code, reason = "these tests need less of the client than those of the counting")]
mod client;
#[expect(dead_code, reason = "these tests need one process, without a table")]
mod process;

use process::Process;

#[tokio::test]
async fn each_request_is_one_line_without_the_id() {
    let mut counter = Process::start(&[]).await;
    let id = counter.client.first_increment().await;
    counter.client.increment(Some(&id), 0).await;
    counter.client.show(Some(&id)).await;
    counter.client.logout(&id).await;
    counter.kill().await;

    let mut printed = Vec::new();
    while let Some(line) = counter.lines.next_line().await.unwrap() {
        assert!(!line.contains(&id), "the id is printed");
        printed.push(line);
    }
    assert_eq!(printed.len(), 4, "one line for each request: {printed:#?}");
    assert!(printed[0].contains("POST") && printed[0].contains("/increment"));
}
