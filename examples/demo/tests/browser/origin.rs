use crate::driver::Driver;
use crate::page::Page;
use crate::server::Server;
use serde_json::Value;
use session_demo::Locking;

/// The addresses of all requests of the browser, except those of its first page.
async fn requested(page: &Page) -> Vec<String> {
    let log = page.browser.log("performance").await;
    let entries =
        log.iter().filter_map(|entry| serde_json::from_str::<Value>(entry.as_str()?).ok());
    let url = |entry: Value| {
        let Value::Object(message) = &entry["message"] else { return None };
        let is_of_a_page = message["method"] == "Network.requestWillBeSent"
            && !message["params"]["documentURL"].as_str()?.starts_with("chrome://");
        let url = message["params"]["request"]["url"].as_str()?;
        is_of_a_page.then(|| url.to_owned())
    };
    entries.filter_map(url).collect()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromedriver"]
async fn no_request_leaves_the_origin_and_the_policy_rejects_nothing() {
    Driver::run(async |driver| {
        let server = Server::start(Locking::Optimistic).await;
        let page = Page::open(&driver, &server).await;
        page.sign_in("Ada").await;
        page.burst("pessimistic").await;
        page.sign_out().await;
        page.browser.enter_frame("#other").await;
        page.browser.text_when("#state", |text| text != "–").await;
        page.browser.leave_frame().await;
        let requested = requested(&page).await;
        for file in ["/", "/style.css", "/script.js", "/chart.js", "/window", "/burst?"] {
            let url = format!("{}{file}", server.origin);
            assert!(requested.iter().any(|it| it.starts_with(&url)), "{file} is missing");
        }
        let here = format!("{}/", server.origin);
        let elsewhere: Vec<_> = requested.iter().filter(|url| !url.starts_with(&here)).collect();
        assert!(elsewhere.is_empty(), "{elsewhere:?}");
        let complaints = page.browser.log("browser").await;
        assert!(complaints.is_empty(), "{complaints:?}");
    })
    .await;
}
