//! Makes pictures of the page, which need `chromium` and `chromedriver`.
//!
//! ```sh
//! cargo run -p session-demo --example screenshot
//! cargo run -p session-demo --example screenshot -- DIRECTORY
//! ```
//!
//! The first one makes `docs/images/demo.png`. The second one makes pictures of all widths, in dark
//! and light, before and after a burst under each strategy: to look at after a change of the page.

#[expect(dead_code, reason = "a picture needs less than the tests")]
#[path = "../tests/browser/driver.rs"]
mod driver;
#[expect(dead_code, reason = "no picture needs a clock")]
#[path = "../tests/browser/server.rs"]
mod server;

use driver::{Browser, Driver};
use server::Server;
use session_demo::Locking;
use std::path::{Path, PathBuf};

#[tokio::main]
async fn main() {
    match std::env::args_os().nth(1) {
        Some(directory) => {
            Driver::run(async move |driver| all(&driver, directory.into()).await).await;
        }
        None => Driver::run(async |driver| front_page(&driver).await).await,
    }
}

async fn front_page(driver: &Driver) {
    let server = Server::start(Locking::Optimistic).await;
    let browser = page(driver, &server, "light", 1_200, 1_080).await;
    sign_in(&browser).await;
    burst(&browser, "pessimistic").await;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/images/demo.png");
    store(&file, &browser.picture_of_window().await);
}

async fn all(driver: &Driver, directory: PathBuf) {
    for scheme in ["light", "dark"] {
        for width in [320, 768, 1_600] {
            let server = Server::start(Locking::Optimistic).await;
            let browser = page(driver, &server, scheme, width, 900).await;
            let name = |moment: &str| directory.join(format!("{width}-{scheme}-{moment}.png"));
            save(&browser, &name("0-begin")).await;
            sign_in(&browser).await;
            for locking in ["none", "optimistic", "pessimistic"] {
                burst(&browser, locking).await;
                save(&browser, &name(locking)).await;
            }
            browser.click("#sign-out-race").await;
            browser.text_when("#race-verdict", |text| !text.is_empty()).await;
            save(&browser, &name("signed-out")).await;
        }
    }
}

async fn page(driver: &Driver, server: &Server, scheme: &str, width: u32, height: u32) -> Browser {
    let browser = driver.browser().await;
    browser.resize(width, height).await;
    browser.prefer(scheme).await;
    browser.open(&server.origin).await;
    browser.text_when("#store", |text| text == "memory").await;
    browser
}

async fn sign_in(browser: &Browser) {
    browser.click("#sign-in button").await;
    browser.wait_for("#user-name", "Ada").await;
    browser.click("[data-item=bread]").await;
    browser.wait_for("[data-item=bread] output", "1").await;
}

async fn burst(browser: &Browser, locking: &str) {
    browser.click(&format!("input[value={locking}]")).await;
    browser.click("#send").await;
    let begun = format!("return document.getElementById('result').dataset.locking === '{locking}'");
    while browser.run(&begun).await != true {
        tokio::task::yield_now().await;
    }
    // The highlight of the new id has faded by then.
    browser.run_async("setTimeout(arguments[0], 2600)").await;
}

async fn save(browser: &Browser, file: &Path) {
    store(file, &browser.picture().await);
}

fn store(file: &Path, picture: &[u8]) {
    let directory = file.parent().expect("a file stands in a directory");
    std::fs::create_dir_all(directory).expect("the directory can be made");
    std::fs::write(file, picture).expect("the file can be written");
    println!("{}", file.display());
}
