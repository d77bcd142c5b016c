//! A `chromedriver` and its browsers, which end with the test.

#![expect(clippy::unwrap_used, reason = "a test without its browser fails there")]

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Several times as long as the slowest command took on a busy machine.
const LIMIT: Duration = Duration::from_mins(1);

/// The process and its browsers.
pub(crate) struct Driver {
    process: Child,
    /// Its output, which is not read. The process would end if this were closed.
    _output: BufReader<ChildStdout>,
    http: reqwest::Client,
    url: String,
    browsers: Mutex<Vec<Browser>>,
    profiles: PathBuf,
}

/// One browser: one user with their own cookies.
#[derive(Clone)]
pub(crate) struct Browser {
    http: reqwest::Client,
    url: String,
}

impl Driver {
    /// Runs a test, and ends all browsers, even if the test panics.
    pub(crate) async fn run<F>(test: impl FnOnce(Arc<Self>) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let driver = Arc::new(Self::start());
        let outcome = tokio::spawn(test(Arc::clone(&driver))).await;
        driver.close().await;
        if let Err(failure) = outcome {
            std::panic::resume_unwind(failure.into_panic());
        }
    }

    fn start() -> Self {
        let mut command = Command::new("chromedriver");
        let mut process = command
            .arg("--port=0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("chromedriver is installed");
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut lines = output.by_ref().lines().map_while(Result::ok);
        let port = lines.find_map(|line| port(&line)).expect("it starts");
        let http = reqwest::Client::builder().no_proxy().timeout(LIMIT).build().unwrap();
        Self {
            profiles: profiles(process.id()),
            process,
            _output: output,
            http,
            url: format!("http://127.0.0.1:{port}/session"),
            browsers: Mutex::default(),
        }
    }

    /// A browser without cookies.
    pub(crate) async fn browser(&self) -> Browser {
        let number = self.browsers.lock().unwrap().len();
        let profile = self.profiles.join(number.to_string());
        std::fs::create_dir_all(&profile).unwrap();
        let session = Browser { http: self.http.clone(), url: self.url.clone() };
        let begun = session.post("", capabilities(&profile.to_string_lossy())).await;
        let id = begun["sessionId"].as_str().expect("a session has an id");
        let browser = Browser { http: self.http.clone(), url: format!("{}/{id}", self.url) };
        self.browsers.lock().unwrap().push(browser.clone());
        browser
    }

    async fn close(&self) {
        let browsers = std::mem::take(&mut *self.browsers.lock().unwrap());
        for browser in browsers {
            browser.send(reqwest::Method::DELETE, "", None).await;
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop((self.process.kill(), self.process.wait()));
        drop(std::fs::remove_dir_all(&self.profiles));
    }
}

fn port(line: &str) -> Option<u16> {
    line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
}

fn profiles(process: u32) -> PathBuf {
    std::env::temp_dir().join(format!("session-demo-browsers-{process}"))
}

fn capabilities(profile: &str) -> Value {
    let mut arguments = vec![
        "--headless".to_owned(),
        format!("--user-data-dir={profile}"),
        "--window-size=1280,1000".to_owned(),
    ];
    let quiet = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-dev-shm-usage \
                 --disable-background-networking --disable-component-update --disable-sync";
    arguments.extend(quiet.split_whitespace().map(str::to_owned));
    json!({ "capabilities": { "alwaysMatch": {
        "goog:chromeOptions": { "args": arguments },
        "goog:loggingPrefs": { "performance": "ALL", "browser": "ALL" },
    } } })
}

/// The operations of a test on a browser.
impl Browser {
    pub(crate) async fn open(&self, url: &str) {
        self.post("/url", json!({ "url": url })).await;
    }

    pub(crate) async fn click(&self, selector: &str) {
        let element = self.element(selector).await;
        self.post(&format!("/element/{element}/click"), json!({})).await;
    }

    pub(crate) async fn write(&self, selector: &str, text: &str) {
        let element = self.element(selector).await;
        self.post(&format!("/element/{element}/clear"), json!({})).await;
        self.post(&format!("/element/{element}/value"), json!({ "text": text })).await;
    }

    /// Sends keys to the focused element.
    pub(crate) async fn press(&self, keys: &str) {
        let active = self.get("/element/active").await;
        let element = id_of(&active);
        self.post(&format!("/element/{element}/value"), json!({ "text": keys })).await;
    }

    /// The visible text, which is empty for a hidden element.
    pub(crate) async fn text(&self, selector: &str) -> String {
        let element = self.element(selector).await;
        let text = self.get(&format!("/element/{element}/text")).await;
        text.as_str().unwrap().to_owned()
    }

    /// Waits for the wanted text, and returns it.
    pub(crate) async fn text_when(&self, selector: &str, is_it: impl Fn(&str) -> bool) -> String {
        let mut text = String::new();
        for _ in 0..600 {
            text = self.text(selector).await;
            if is_it(&text) {
                return text;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the text of {selector} stays {text:?}");
    }

    pub(crate) async fn wait_for(&self, selector: &str, text: &str) {
        self.text_when(selector, |shown| shown == text).await;
    }

    pub(crate) async fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// Runs a script that calls its last argument with the result.
    pub(crate) async fn run_async(&self, script: &str) -> Value {
        self.post("/execute/async", json!({ "script": script, "args": [] })).await
    }

    pub(crate) async fn cookies(&self) -> Vec<Value> {
        self.get("/cookie").await.as_array().unwrap().clone()
    }

    /// Opens another window of the same user, and returns the new and the old window.
    pub(crate) async fn new_window(&self) -> [String; 2] {
        let before = self.get("/window").await;
        let opened = self.post("/window/new", json!({ "type": "window" })).await;
        [&opened["handle"], &before].map(|handle| handle.as_str().unwrap().to_owned())
    }

    pub(crate) async fn switch_to(&self, window: &str) {
        self.post("/window", json!({ "handle": window })).await;
    }

    pub(crate) async fn enter_frame(&self, selector: &str) {
        let element = self.element(selector).await;
        self.post("/frame", json!({ "id": reference(&element) })).await;
    }

    pub(crate) async fn leave_frame(&self) {
        self.post("/frame", json!({ "id": null })).await;
    }

    /// A command of Chromium's own protocol.
    pub(crate) async fn chromium(&self, command: &str, parameters: Value) -> Value {
        self.post("/goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    pub(crate) async fn prefer(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.chromium("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    pub(crate) async fn resize(&self, width: u32, height: u32) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.chromium("Emulation.setScrollbarsHidden", json!({ "hidden": true })).await;
        self.chromium("Emulation.setDeviceMetricsOverride", size).await;
        self.run_async("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))").await;
    }

    /// The messages of a log since it was last read: `performance` or `browser`.
    pub(crate) async fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self.post("/se/log", json!({ "type": kind })).await;
        entries.as_array().unwrap().iter().map(|entry| entry["message"].clone()).collect()
    }

    /// A PNG picture of the whole page, in a window of the height of the page.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        let size = "return [innerWidth, innerHeight, document.documentElement.scrollHeight]";
        let size: [u32; 3] = serde_json::from_value(self.run(size).await).unwrap();
        self.resize(size[0], size[2]).await;
        let picture = self.picture_of_window().await;
        self.resize(size[0], size[1]).await;
        picture
    }

    /// A PNG picture of the visible part of the page.
    pub(crate) async fn picture_of_window(&self) -> Vec<u8> {
        let picture = self.get("/screenshot").await;
        data_encoding::BASE64.decode(picture.as_str().unwrap().as_bytes()).unwrap()
    }

    async fn element(&self, selector: &str) -> String {
        let by = json!({ "using": "css selector", "value": selector });
        id_of(&self.post("/element", by).await)
    }

    async fn get(&self, path: &str) -> Value {
        self.send(reqwest::Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.send(reqwest::Method::POST, path, Some(body)).await
    }

    async fn send(&self, method: reqwest::Method, path: &str, body: Option<Value>) -> Value {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(body) = &body {
            request = request.json(body);
        }
        let response = request.send().await.expect("the driver answers");
        let is_done = response.status().is_success();
        let answer: Value = response.json().await.expect("the driver answers in JSON");
        assert!(is_done, "{path} {body:?}: {answer:#}");
        answer["value"].clone()
    }
}

/// The name of a reference to an element, by the standard.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

fn id_of(reference: &Value) -> String {
    reference[ELEMENT].as_str().expect("it is an element").to_owned()
}

fn reference(element: &str) -> Value {
    json!({ ELEMENT: element })
}
