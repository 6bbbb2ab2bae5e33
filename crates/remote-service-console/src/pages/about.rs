//! The About box: what is licensed, until when, and since when.
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use remote_service::Snapshot;
use remote_service::license::{Count, Expiry, Place};

use crate::console::Site;
use crate::entrance::Guest;
use crate::frame::Frame;
use crate::live::{NoticeView, notices};
use crate::page::{Failure, page};
use crate::when::When;
use crate::words::Words;

/// The license in force, in words.
pub(crate) struct Facts {
    product: Option<String>,
    pub(crate) serial_number: String,
    pub(crate) expires: String,
    pub(crate) maintenance: String,
    pub(crate) updated: When,
    pub(crate) signed: bool,
    pub(crate) features: Vec<FeatureView>,
}

pub(crate) struct FeatureView {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) seats: String,
    pub(crate) expires: String,
}

impl Facts {
    /// `None` before the first license.
    pub(crate) fn of(snapshot: &Snapshot, words: &Words) -> Option<Self> {
        let about = snapshot.about()?;
        let features = about.license.features.iter().map(|feature| FeatureView {
            name: feature.name.clone(),
            version: feature.version.clone().unwrap_or_default(),
            seats: match feature.count {
                Count::Of(seats) => words.count("seats", seats),
                Count::Uncounted => words.say("uncounted"),
            },
            expires: end(feature.expires, words),
        });
        Some(Self {
            product: about.license.product.clone(),
            serial_number: about.serial_number.map_or_else(|| words.say("unknown"), str::to_owned),
            expires: end(about.expires, words),
            maintenance: about.maintenance_until.map_or_else(|| words.say("none"), |until| end(until, words)),
            updated: words.moment(about.updated_at),
            signed: about.signed,
            features: features.collect(),
        })
    }
}

fn end(expiry: Expiry, words: &Words) -> String {
    match expiry {
        Expiry::On(date) => words.date(date),
        Expiry::Never => words.say("never"),
        Expiry::Unknown => words.say("unreadable"),
    }
}

#[derive(Template)]
#[template(path = "about.html")]
struct AboutPage {
    frame: Frame,
    title: String,
    license: Option<Facts>,
    notices: Vec<NoticeView>,
    is_in_use: Option<bool>,
}

/// The About box.
pub(super) async fn show(State(site): State<Arc<Site>>, guest: Guest) -> Result<Response, Failure> {
    let frame = Frame::new(&site, &guest).await?;
    let license = Facts::of(&frame.live.snapshot, &frame.words);
    let notices = notices(&frame.words, &frame.live.snapshot.notices_for(Place::About, site.now()));
    let is_in_use = frame.live.snapshot.license.seen.map(|seen| seen.confirmed);
    let product = license.as_ref().and_then(|license| license.product.as_deref());
    let title = match product {
        Some(product) => frame.words.tell("about-product", &[("product", product)]),
        None => frame.say("about"),
    };
    Ok(page(StatusCode::OK, &AboutPage { frame, title, license, notices, is_in_use }))
}
