//! The pages, built by `cargo xtask ui` and embedded in the program.

use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../web-ui/dist"]
#[allow_missing = true]
struct Pages;

const NOT_BUILT: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Hotline</title>\
    <p>The UI was not built into this program; run <code>cargo xtask ui</code> and build again.";

/// A file of the pages; any other address without an extension is a place inside the one page.
pub(super) async fn page(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    if let Some(file) = Pages::get(path) {
        // Vite puts a hash of the content into these names.
        let keep = match path.starts_with("assets/") {
            true => "public, max-age=31536000, immutable",
            false => "no-cache",
        };
        let headers = [
            (header::CONTENT_TYPE, content_type(path)),
            (header::CACHE_CONTROL, keep),
        ];
        return (headers, file.data).into_response();
    }
    if path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'))
    {
        return StatusCode::NOT_FOUND.into_response();
    }
    let keep = [(header::CACHE_CONTROL, "no-cache")];
    match Pages::get("index.html") {
        Some(index) => {
            let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
            (keep, html, index.data).into_response()
        }
        None => (keep, Html(NOT_BUILT)).into_response(),
    }
}

/// Of what Vite builds; anything else is not shown but saved.
fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("webmanifest") => "application/manifest+json",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
