//! The page and its files, which are part of the program.

use axum::Router;
use axum::http::{HeaderName, header};
use axum::routing::get;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// Path, type and content.
const FILES: [(&str, &str, &str); 8] = [
    ("/", HTML, include_str!("page/index.html")),
    ("/style.css", CSS, include_str!("page/style.css")),
    ("/script.js", SCRIPT, include_str!("page/script.js")),
    ("/api.js", SCRIPT, include_str!("page/api.js")),
    ("/chart.js", SCRIPT, include_str!("page/chart.js")),
    ("/window", HTML, include_str!("page/window.html")),
    ("/window.js", SCRIPT, include_str!("page/window.js")),
    ("/favicon.svg", SVG, include_str!("page/favicon.svg")),
];

/// The routes of all files.
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    FILES.into_iter().fold(Router::new(), |router, (path, kind, content)| {
        let file: ([(HeaderName, &str); 1], &str) = ([(header::CONTENT_TYPE, kind)], content);
        router.route(path, get(move || async move { file }))
    })
}
