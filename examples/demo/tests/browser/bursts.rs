use crate::driver::Driver;
use crate::page::Page;
use crate::server::Server;
use serde_json::Value;
use session_demo::Locking;

/// The totals on the page, and the number of bars of each class.
struct Shown {
    accepted: String,
    expected: String,
    after: String,
    verdict: String,
    held: u64,
    waiting: u64,
    rejected: u64,
    lost: u64,
    statuses: u64,
    table_rows: u64,
}

async fn shown(page: &Page) -> Shown {
    let count = async |selector: &str| -> u64 {
        let script = format!("return document.querySelectorAll('{selector}').length");
        page.browser.run(&script).await.as_u64().expect("it is a number")
    };
    Shown {
        accepted: page.browser.text("#accepted").await,
        expected: page.browser.text("#expected").await,
        after: page.browser.text("#after").await,
        verdict: page.browser.text("#verdict").await,
        held: count("#rows .held").await,
        waiting: count("#rows .waiting").await,
        rejected: count("#rows .rejected").await,
        lost: count("#rows .lost").await,
        statuses: count("#rows .status").await,
        table_rows: count("#table-rows tr").await,
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromedriver"]
async fn without_a_strategy_the_page_shows_lost_increments() {
    Driver::run(async |driver| {
        let server = Server::start(Locking::Optimistic).await;
        let page = Page::open(&driver, &server).await;
        page.burst("none").await;
        let shown = shown(&page).await;
        assert_eq!(
            (shown.accepted.as_str(), shown.expected.as_str()),
            ("10 of 10", "less than 10")
        );
        assert_eq!(shown.after, "1");
        assert!(shown.verdict.contains("9 of 10 increments are lost"), "{}", shown.verdict);
        assert_eq!((shown.held, shown.lost, shown.rejected), (1, 9, 0));
        assert_eq!((shown.statuses, shown.table_rows), (10, 10));
        page.browser.wait_for("#count", "1").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromedriver"]
async fn under_optimistic_the_page_shows_who_was_rejected() {
    Driver::run(async |driver| {
        let server = Server::start(Locking::None).await;
        let page = Page::open(&driver, &server).await;
        page.burst("optimistic").await;
        let shown = shown(&page).await;
        assert_eq!(shown.accepted, format!("{} of 10", shown.held));
        assert_eq!((shown.held + shown.rejected, shown.lost), (10, 0));
        assert!(shown.held >= 1, "nobody was counted");
        let counted = shown.held.to_string();
        assert_eq!((&shown.expected, &shown.after), (&counted, &counted));
        assert_eq!((shown.statuses, shown.table_rows), (10, 10));
        page.browser.wait_for("#count", &counted).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromedriver"]
async fn under_optimistic_rejected_requests_are_counted_when_sent_again() {
    Driver::run(async |driver| {
        let server = Server::start(Locking::Optimistic).await;
        let page = Page::open(&driver, &server).await;
        page.browser.click("#retry").await;
        page.burst("optimistic").await;
        let shown = shown(&page).await;
        assert_eq!((shown.accepted.as_str(), shown.after.as_str()), ("10 of 10", "10"));
        assert!(shown.held == 10 && shown.rejected > 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromedriver"]
async fn under_pessimistic_the_page_shows_who_waited() {
    Driver::run(async |driver| {
        let server = Server::start(Locking::Pessimistic).await;
        let page = Page::open(&driver, &server).await;
        page.add_one(1).await;
        page.burst("pessimistic").await;
        let shown = shown(&page).await;
        assert_eq!((shown.accepted.as_str(), shown.expected.as_str()), ("10 of 10", "11"));
        assert_eq!(shown.after, "11");
        assert_eq!((shown.held, shown.rejected, shown.lost), (10, 0, 0));
        assert!(shown.waiting >= 9, "{} waited", shown.waiting);
        assert_eq!((shown.statuses, shown.table_rows), (10, 10));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium and chromedriver"]
async fn nothing_sticks_out_of_the_page_at_any_width() {
    Driver::run(async |driver| {
        let server = Server::start(Locking::Optimistic).await;
        let page = Page::open(&driver, &server).await;
        page.sign_in("a-name-without-spaces-of-forty-character").await;
        page.burst("pessimistic").await;
        for width in [320, 375, 480, 768, 959, 960, 1_280, 1_600] {
            page.browser.resize(width, 900).await;
            page.is_true("document.documentElement.scrollWidth <= innerWidth").await;
            page.is_true("table.scrollWidth <= table.clientWidth").await;
            let wide = "return [...document.querySelectorAll('.card *')].filter((it) => \
                        it.getBoundingClientRect().right > innerWidth && !it.closest('.table'))\
                        .map((it) => it.outerHTML)";
            assert_eq!(page.browser.run(wide).await, Value::Array(Vec::new()), "{width}");
        }
    })
    .await;
}
