//! Counts the allocations of one request.
//!
//! It is a program of its own because it counts every allocation, which slows down everything.

use clap::ValueEnum;
use session_benches::Table;
use session_benches_http::{Application, Client, Request};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How often each request is sent. Now and then a table or a queue grows.
const REQUESTS: usize = 1000;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut headings = vec!["layer"];
    headings.extend(Request::ALL.map(Request::name));
    let mut table = Table::new(&headings);
    for application in Application::value_variants() {
        let mut cells = vec![format!("{application:?}")];
        for request in Request::ALL {
            let mut client = Client::of(*application).await;
            client.send(request, REQUESTS).await;
            let region = Region::new(ALLOCATOR);
            client.send(request, REQUESTS).await;
            let change = region.change();
            let each = (change.allocations + change.reallocations + REQUESTS / 2) / REQUESTS;
            cells.push(each.to_string());
        }
        table.row(&cells);
    }
    print!("{table}");
}
