//! The first page, and what changes by itself on every page.
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use remote_service::assistance::Availability;

use super::Told;
use super::about::Facts;
use crate::console::Site;
use crate::entrance::Guest;
use crate::frame::Frame;
use crate::live::Live;
use crate::page::{Failure, page};

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    frame: Frame,
    license: Option<Facts>,
    availability: Availability,
}

/// The overview.
pub(super) async fn show(
    State(site): State<Arc<Site>>,
    guest: Guest,
    Query(told): Query<Told>,
) -> Result<Response, Failure> {
    let frame = Frame::new(&site, &guest).await?.told(&told.told);
    let license = Facts::of(&frame.live.snapshot, &frame.words);
    let availability = frame.live.snapshot.assistance.availability;
    Ok(page(StatusCode::OK, &OverviewPage { frame, license, availability }))
}

impl OverviewPage {
    fn assistance_state(&self) -> String {
        match self.frame.live.snapshot.assistance.allowed {
            true => self.frame.say("assistance-on"),
            false => self.frame.say("assistance-off"),
        }
    }
}

#[derive(Template)]
#[template(path = "live.html")]
struct LivePart {
    live: Live,
}

/// What changes by itself: for the script.
pub(super) async fn live(State(site): State<Arc<Site>>, guest: Guest) -> Result<Response, Failure> {
    let live = Live::now(&site, &guest.words, guest.visitor()?).await?;
    Ok(page(StatusCode::OK, &LivePart { live }))
}
