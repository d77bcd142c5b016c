use crate::driver::Driver;
use crate::page::Page;
use crate::server::Server;
use session_demo::Locking;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromedriver"]
async fn a_sign_in_changes_the_fingerprint_of_the_id() {
    Driver::run(async |driver| {
        let server = Server::start(Locking::Optimistic).await;
        let page = Page::open(&driver, &server).await;
        page.add_one(1).await;
        let before = page.fingerprint().await;
        page.sign_in("Ada").await;
        let after = page.fingerprint().await;
        assert!(before != after && after.len() == 9, "{before}, {after}");
        let note = page.browser.text("#fingerprint-note").await;
        assert_eq!(note, format!("was {before}"));
        assert_eq!(page.browser.text("#count").await, "1");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromedriver"]
async fn counter_and_basket_count() {
    Driver::run(async |driver| {
        let server = Server::start(Locking::Pessimistic).await;
        let page = Page::open(&driver, &server).await;
        for count in 1..=3 {
            page.add_one(count).await;
        }
        page.browser.click("[data-item=cheese]").await;
        page.browser.wait_for("[data-item=cheese] output", "1").await;
        page.browser.open(&server.origin).await;
        page.has_loaded().await;
        page.browser.wait_for("#count", "3").await;
        assert_eq!(page.browser.text("[data-item=cheese] output").await, "1");
        page.browser.click("#empty").await;
        page.browser.wait_for("[data-item=cheese] output", "0").await;
        assert_eq!(page.browser.text("#count").await, "3");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromedriver"]
async fn a_sign_out_clears_the_cookie() {
    Driver::run(async |driver| {
        let server = Server::start(Locking::Optimistic).await;
        let page = Page::open(&driver, &server).await;
        assert_eq!(page.cookie().await, None);
        page.sign_in("Ada").await;
        let cookie = page.cookie().await.expect("the browser keeps it");
        assert_eq!((&cookie["httpOnly"], &cookie["secure"]), (&true.into(), &true.into()));
        assert_eq!((&cookie["sameSite"], &cookie["path"]), (&"Lax".into(), &"/".into()));
        assert_eq!(page.browser.run("return document.cookie").await, "");
        page.sign_out().await;
        assert_eq!(page.cookie().await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromedriver"]
async fn a_session_expires_by_the_clock_of_the_server() {
    Driver::run(async |driver| {
        let server = Server::start(Locking::Optimistic).await;
        let page = Page::open(&driver, &server).await;
        page.sign_in("Ada").await;
        page.browser.text_when("#expires", |text| text.starts_with("23:")).await;
        server.clock.advance(Duration::from_mins(20));
        page.browser.text_when("#expires", |text| text.starts_with("3:")).await;
        server.clock.advance(Duration::from_mins(5));
        page.browser.wait_for("#fingerprint", "none yet").await;
        let notice = page.browser.text("#notice").await;
        assert!(notice.contains("expired"), "{notice}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromedriver"]
async fn the_page_works_by_keyboard() {
    const ENTER: &str = "\u{e007}";
    const SPACE: &str = " ";
    Driver::run(async |driver| {
        let server = Server::start(Locking::Optimistic).await;
        let page = Page::open(&driver, &server).await;
        page.browser.run("document.getElementById('user').focus()").await;
        page.browser.press(ENTER).await;
        page.browser.wait_for("#user-name", "Ada").await;
        page.is_true("document.activeElement.id === 'sign-out'").await;
        page.browser.press("\u{e004}").await;
        page.is_true("document.activeElement.id === 'add-one'").await;
        page.browser.press(SPACE).await;
        page.browser.wait_for("#count", "1").await;
        page.browser.run("document.querySelector('input[value=optimistic]').focus()").await;
        page.browser.press("\u{e014}").await;
        page.is_true("document.querySelector('input[value=pessimistic]').checked").await;
    })
    .await;
}
