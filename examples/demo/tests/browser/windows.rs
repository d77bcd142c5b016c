use crate::driver::Driver;
use crate::page::Page;
use crate::server::Server;
use session_demo::Locking;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromedriver"]
async fn two_windows_of_one_user_share_the_session_and_its_end() {
    Driver::run(async |driver| {
        let server = Server::start(Locking::Optimistic).await;
        let page = Page::open(&driver, &server).await;
        page.sign_in("Ada").await;
        page.add_one(1).await;
        let [second, first] = page.browser.new_window().await;
        page.browser.switch_to(&second).await;
        page.browser.open(&server.origin).await;
        page.browser.wait_for("#user-name", "Ada").await;
        page.add_one(2).await;
        page.browser.switch_to(&first).await;
        page.browser.wait_for("#count", "2").await;
        page.sign_out().await;
        page.browser.switch_to(&second).await;
        page.browser.wait_for("#fingerprint", "none yet").await;
        let notice = page.browser.text("#notice").await;
        assert!(notice.contains("signed out in another window"), "{notice}");
        page.browser.wait_for("#user-name", "").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromedriver"]
async fn two_users_have_sessions_of_their_own() {
    Driver::run(async |driver| {
        let server = Server::start(Locking::Optimistic).await;
        let [ada, bob] = [Page::open(&driver, &server).await, Page::open(&driver, &server).await];
        ada.sign_in("Ada").await;
        bob.sign_in("Bob").await;
        ada.add_one(1).await;
        ada.add_one(2).await;
        bob.add_one(1).await;
        ada.sign_out().await;
        bob.add_one(2).await;
        assert_eq!(bob.browser.text("#user-name").await, "Bob");
        assert_eq!(ada.browser.text("#count").await, "0");
    })
    .await;
}

/// Under each strategy, the slow request of the other window is rejected.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromedriver"]
async fn a_sign_out_during_a_request_of_the_other_window_stays_a_sign_out() {
    Driver::run(async |driver| {
        for locking in Locking::ALL {
            let server = Server::start(locking).await;
            let page = Page::open(&driver, &server).await;
            page.browser.click("#sign-out-race").await;
            page.is_true("!document.getElementById('race-verdict').hidden").await;
            assert_eq!(page.browser.text("#race-verdict").await, "The sign-out stays a sign-out.");
            let log = page.browser.text("#race").await;
            assert!(log.contains("signs out: 204.") && log.contains("ends: 409."), "{log}");
            assert_eq!(page.cookie().await, None);
            page.browser.enter_frame("#other").await;
            page.browser.wait_for("#state", "Signed out").await;
        }
    })
    .await;
}
