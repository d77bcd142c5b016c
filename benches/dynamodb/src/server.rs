//! The server that everything is measured on.

use crate::process::{Process, wait_for_orders};
use aws_sdk_dynamodb::Client;
use session_dynamodb::{EmbeddedDynamoDb, local_client};
use tokio::runtime::Builder;

/// A server, which ends with this value if it was started for it.
#[derive(Debug)]
pub(crate) struct Server {
    endpoint_url: String,
    _process: Option<Process>,
}

impl Server {
    /// The server at this address, or an embedded one in a process of its own.
    pub(crate) fn at_or_new(endpoint_url: Option<String>) -> Self {
        if let Some(endpoint_url) = endpoint_url {
            return Self { endpoint_url, _process: None };
        }
        let (process, endpoint_url) = Process::start(&["serve".into()]);
        Self { endpoint_url, _process: Some(process) }
    }

    pub(crate) fn endpoint_url(&self) -> &str {
        &self.endpoint_url
    }

    /// A client with connections of its own.
    pub(crate) fn client(&self) -> Client {
        local_client(&self.endpoint_url)
    }
}

/// In a process of its own: serves, until the process that started it ends.
pub(crate) fn serve() {
    let runtime = Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.expect("the system has threads to give");
    let server = runtime.block_on(EmbeddedDynamoDb::start()).expect("there is a port to serve on");
    println!("{}", server.endpoint_url());
    wait_for_orders();
}

/// Completes `future` on this thread, which then does all the work of a client.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("this thread needs little of the system").block_on(future)
}
