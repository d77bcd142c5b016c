//! The page of the demonstration as a user sees it.

use crate::driver::{Browser, Driver};
use crate::server::Server;

pub(crate) struct Page {
    pub(crate) browser: Browser,
}

impl Page {
    /// A new user opens the page.
    pub(crate) async fn open(driver: &Driver, server: &Server) -> Self {
        let browser = driver.browser().await;
        browser.open(&server.origin).await;
        let page = Self { browser };
        page.has_loaded().await;
        page
    }

    pub(crate) async fn has_loaded(&self) {
        self.browser.wait_for("#store", "memory").await;
    }

    pub(crate) async fn sign_in(&self, user: &str) {
        self.browser.write("#user", user).await;
        self.browser.click("#sign-in button").await;
        self.browser.wait_for("#user-name", user).await;
    }

    pub(crate) async fn sign_out(&self) {
        self.browser.click("#sign-out").await;
        self.browser.wait_for("#fingerprint", "none yet").await;
    }

    pub(crate) async fn add_one(&self, count: u64) {
        self.browser.click("#add-one").await;
        self.browser.wait_for("#count", &count.to_string()).await;
    }

    pub(crate) async fn fingerprint(&self) -> String {
        self.browser.text("#fingerprint").await
    }

    /// The attributes of the cookie, if there is one.
    pub(crate) async fn cookie(&self) -> Option<serde_json::Value> {
        let cookies = self.browser.cookies().await;
        cookies.into_iter().find(|cookie| cookie["name"] == "__Host-Http-id")
    }

    /// Sends ten requests under a strategy, and waits for the result.
    pub(crate) async fn burst(&self, locking: &str) {
        self.browser.click(&format!("input[value={locking}]")).await;
        self.browser.click("#send").await;
        let shown = format!("document.querySelector('#result[data-locking={locking}]') !== null");
        self.is_true(&shown).await;
    }

    /// Waits until a script returns true.
    pub(crate) async fn is_true(&self, script: &str) {
        for _ in 0..600 {
            if self.browser.run(&format!("return {script}")).await == true {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("this stays untrue: {script}");
    }
}
