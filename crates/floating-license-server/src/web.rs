//! The status over HTTP: `/status`, `/lmstat`, `/metrics`, `/healthz`.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use license_lifecycle::lmstat;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::clock;
use crate::shelf::Active;
use crate::status::status;

#[derive(Clone)]
struct Facts {
    address: SocketAddr,
    active: watch::Receiver<Arc<[Active]>>,
}

impl Facts {
    fn status(&self) -> lmstat::Status {
        status(&self.active.borrow(), self.address, clock::today())
    }
}

pub(crate) async fn serve(
    listener: TcpListener,
    address: SocketAddr,
    active: watch::Receiver<Arc<[Active]>>,
) {
    let routes = Router::new()
        .route("/status", get(|State(facts): State<Facts>| async move { Json(facts.status()) }))
        .route("/lmstat", get(lmstat_text))
        .route("/metrics", get(metrics))
        .route("/healthz", get(|| async { "ok\n" }))
        .with_state(Facts { address, active });
    if let Err(error) = axum::serve(listener, routes).await {
        tracing::error!(%error, "the status is no longer served");
    }
}

async fn lmstat_text(State(facts): State<Facts>) -> String {
    lmstat::write(&facts.status(), clock::here())
}

async fn metrics(State(facts): State<Facts>) -> impl IntoResponse {
    let status = facts.status();
    let mut text = String::from(
        "# HELP floating_license_server_active_licenses Licenses in use.\n\
         # TYPE floating_license_server_active_licenses gauge\n",
    );
    // Writing to a string cannot fail.
    let _ = writeln!(text, "floating_license_server_active_licenses {}", status.licenses.len());
    text.push_str(
        "# HELP floating_license_server_issued Seats issued by feature; uncounted features are left out.\n\
         # TYPE floating_license_server_issued gauge\n",
    );
    for feature in &status.features {
        if let Some(issued) = feature.issued {
            let name = feature.name.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = writeln!(text, "floating_license_server_issued{{feature=\"{name}\"}} {issued}");
        }
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}
