use crate::driver::Driver;
use crate::page::Page;
use crate::server::Server;
use serde_json::Value;
use session_demo::Locking;

/// The serious and critical findings of axe-core.
async fn violations(page: &Page, axe: &str) -> Vec<String> {
    page.browser.run(axe).await;
    let found = page.browser.run_async("axe.run().then(arguments[0])").await;
    let rules = found["passes"].as_array().map_or(0, Vec::len);
    assert!(rules > 10, "axe-core checked {rules} rules");
    let is_bad = |it: &&Value| it["impact"] == "serious" || it["impact"] == "critical";
    let violations = found["violations"].as_array().expect("there is a list").iter();
    violations.filter(is_bad).map(|it| format!("{}: {:#}", it["id"], it["nodes"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromedriver, and axe-core: AXE_CORE is the path of axe.min.js"]
async fn axe_core_finds_nothing_serious_in_dark_and_light() {
    let path = std::env::var_os("AXE_CORE").expect("AXE_CORE is the path of axe.min.js");
    let axe = std::fs::read_to_string(path).expect("the file can be read");
    Driver::run(async move |driver| {
        for scheme in ["dark", "light"] {
            let server = Server::start(Locking::Optimistic).await;
            let page = Page::open(&driver, &server).await;
            page.browser.prefer(scheme).await;
            assert_eq!(violations(&page, &axe).await, [""; 0], "{scheme}, at the beginning");
            page.sign_in("Ada").await;
            for locking in ["none", "optimistic", "pessimistic"] {
                page.burst(locking).await;
                assert_eq!(violations(&page, &axe).await, [""; 0], "{scheme}, {locking}");
            }
            page.browser.click("#sign-out-race").await;
            page.is_true("!document.getElementById('race-verdict').hidden").await;
            assert_eq!(violations(&page, &axe).await, [""; 0], "{scheme}, signed out");
            page.browser.open(&format!("{}/window", server.origin)).await;
            page.browser.text_when("#state", |text| text != "–").await;
            assert_eq!(violations(&page, &axe).await, [""; 0], "{scheme}, the other window");
        }
    })
    .await;
}
