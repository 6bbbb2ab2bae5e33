//! Style, script and sign: part of the binary.
use axum::Router;
use axum::http::header;
use axum::routing::get;

use crate::office::Office;
use std::sync::Arc;

const STYLE: &str = include_str!("../../assets/style.css");
const SCRIPT: &str = include_str!("../../assets/site.js");
const SIGN: &str = include_str!("../../assets/sign.svg");

pub(super) fn routes() -> Router<Arc<Office>> {
    Router::new()
        .route("/assets/style.css", get(|| asset("text/css; charset=utf-8", STYLE)))
        .route("/assets/site.js", get(|| asset("text/javascript; charset=utf-8", SCRIPT)))
        .route("/assets/sign.svg", get(|| asset("image/svg+xml", SIGN)))
}

async fn asset(
    media_type: &'static str,
    text: &'static str,
) -> ([(header::HeaderName, &'static str); 2], &'static str) {
    ([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "max-age=300")], text)
}
