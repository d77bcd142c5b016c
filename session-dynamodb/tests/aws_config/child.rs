//! A child process with its own environment.

use super::server::{Answer, Server};
use session_core::store::{Freshness, Key, SessionStore};
use session_dynamodb::{Options, StaticCredentials};
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs};

/// The variable that makes the test [`child`](super::child) run as the program.
const MARK: &str = "SESSION_DYNAMODB_CHILD";

/// The line that the child prints when it has a client.
const REGION: &str = "region: ";

/// A process that makes a client from its environment and loads a session with it.
pub(crate) struct Child {
    command: Command,
    home: Home,
    dynamodb: Server,
}

/// Its outcome.
pub(crate) struct Outcome {
    /// Its whole output.
    pub(crate) output: String,
    /// The access key and the region of the request's signature, if it was signed.
    pub(crate) signed: Option<(String, String)>,
    /// The token of temporary credentials in the request.
    pub(crate) token: Option<String>,
}

impl Child {
    /// A process with no credentials, no region and no metadata server.
    pub(crate) fn new() -> Self {
        let home = Home::new();
        let dynamodb = Server::answering(|_| Answer {
            header: "content-type: application/x-amz-json-1.0\r\n",
            ..Answer::ok("{}")
        });
        let mut command = Command::new(env::current_exe().expect("there is a test"));
        command.args(["child", "--exact", "--nocapture", "--test-threads=1"]);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", &home.0);
        command.env(MARK, "1").env("AWS_EC2_METADATA_DISABLED", "true");
        command.env("SESSION_ENDPOINT", dynamodb.url());
        Self { command, home, dynamodb }
    }

    pub(crate) fn with(mut self, variable: &str, value: &str) -> Self {
        self.command.env(variable, value);
        self
    }

    pub(crate) fn without(mut self, variable: &str) -> Self {
        self.command.env_remove(variable);
        self
    }

    /// Puts a file into its home.
    pub(crate) fn with_file(self, name: &str, text: &str) -> Self {
        let path = self.home.0.join(name);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
        self
    }

    pub(crate) fn home(&self) -> &Path {
        &self.home.0
    }

    pub(crate) fn run(mut self) -> Outcome {
        let ended = self.command.output().expect("it starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let output = text(&ended.stdout) + &text(&ended.stderr);
        assert!(ended.status.success(), "{output}");
        assert!(!output.contains("panicked"), "{output}");
        let seen = self.dynamodb.seen();
        let signed = seen.first().map(|request| {
            let header = request.header("authorization").expect("it is signed");
            let (_, scope) = header.split_once("Credential=").expect("it names the key");
            let parts: Vec<_> = scope.split('/').collect();
            (parts[0].to_owned(), parts[2].to_owned())
        });
        let token = seen.first().and_then(|request| request.header("x-amz-security-token"));
        let token = token.map(ToOwned::to_owned);
        Outcome { output, signed, token }
    }
}

/// A folder that is removed when its value is dropped.
struct Home(PathBuf);

impl Home {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("session-dynamodb-{}-{number}", process::id());
        let path = env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("it can be made");
        Self(path)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // If the removal fails, the folder stays in the system's temporary folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs the child's program, if this process is a child.
pub(crate) async fn run_if_child() {
    if env::var_os(MARK).is_none() {
        return;
    }
    let options = options();
    let client = match options.client().await {
        Ok(client) => client,
        Err(error) => return println!("no client: {error}\n{error:?}"),
    };
    println!("{REGION}{}", client.config().region().expect("it has one"));
    let builder = options.store(client).max_retries(0);
    let store = builder.build().expect("the settings fit");
    let loaded =
        store.load(&Key::new("key").expect("it is not empty"), Freshness::AsConfigured).await;
    match loaded {
        Ok(found) => println!("found: {found:?}"),
        Err(error) => println!("not loaded: {error}\n{error:?}"),
    }
}

/// The options from the variables that tests set.
fn options() -> Options {
    let set = |name: &str| env::var(format!("SESSION_{name}")).ok();
    let mut options = Options::default();
    options.region = set("REGION");
    options.endpoint = set("ENDPOINT");
    if let (Some(key), Some(secret)) = (set("CREDENTIALS_KEY"), set("CREDENTIALS_SECRET")) {
        let credentials = StaticCredentials::new(key, secret);
        options.credentials = Some(match set("CREDENTIALS_TOKEN") {
            Some(token) => credentials.with_token(token),
            None => credentials,
        });
    }
    options
}
