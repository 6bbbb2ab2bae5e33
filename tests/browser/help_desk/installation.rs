//! An installation that does what it is told: it answers probes and decides as the test wants.
use std::sync::Arc;
use std::time::Duration;

use back_office::{
    Applicant, Availability, Client, Decision, Enrolled, EventKind, ProbeAnswer, Scope, SessionReport,
    SupporterLink,
};
use chrono::TimeDelta;
use secrecy::ExposeSecret as _;
use signed_envelope::{Digest, Envelope, SigningKey};
use tokio::task::JoinHandle;
use world::PRODUCT;

use crate::desk::Desk;

pub(crate) struct Installation {
    pub(crate) client: Arc<Client>,
    pub(crate) enrolled: Enrolled,
}

/// An installation at work; dropping it takes it off the network.
pub(crate) struct AtWork(JoinHandle<()>);

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Installation {
    /// Enrols under a serial number with the license that is installed there.
    pub(crate) async fn enroll(desk: &Desk, serial_number: &str, license_sha256: Digest) -> Self {
        let office = &desk.world.office;
        let applicant = Applicant {
            service_organization_id: office.organization.service_organization_id.clone(),
            verification_code: office.organization.verification_code.expose_secret().into(),
            serial_number: serial_number.to_owned(),
            license_sha256,
            product: PRODUCT.to_owned(),
            product_version: "1.4.0".to_owned(),
        };
        let key = SigningKey::generate().unwrap();
        let client = Client::new(office.http(), &office.url, key, desk.world.vendor.keys()).unwrap();
        let enrolled = client.enroll(&applicant, world::now()).await.unwrap();
        Self { client: Arc::new(client), enrolled }
    }

    /// The address of its page.
    pub(crate) fn page(&self) -> String {
        format!("/installations/{}", self.enrolled.installation_id)
    }

    /// Polls, with a remote client and a VPN, and lets the customer answer requests.
    pub(crate) fn work(&self, customer: Customer) -> AtWork {
        let client = self.client.clone();
        AtWork(tokio::spawn(async move {
            let (mut cursor, hold) = (0, Duration::from_secs(20));
            while let Ok(events) = client.events(cursor, hold, "boot", world::now()).await {
                for event in &events.events {
                    react(&client, &event.kind, customer).await;
                }
                cursor = events.cursor;
            }
        }))
    }
}

/// What the customer says to a request for assistance.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Customer {
    Grants,
    Denies,
}

async fn react(client: &Client, event: &EventKind, customer: Customer) {
    match event {
        EventKind::Probe { nonce } => {
            let remote_assistance = Availability { allowed: true, remote_desktop: true, vpn: true };
            client.answer_probe(nonce, &ProbeAnswer { remote_assistance }, world::now()).await.unwrap();
        }
        EventKind::AssistanceRequested { request } => {
            let envelope = Envelope::parse(&request.to_bytes()).unwrap();
            let asked: serde_json::Value = serde_json::from_slice(envelope.unverified_payload()).unwrap();
            let id = asked["request_id"].as_str().unwrap();
            let decision = match customer {
                Customer::Grants => {
                    let ends_at = world::now() + TimeDelta::hours(1);
                    Decision::Granted { scopes: vec![Scope::View], ends_at }
                }
                Customer::Denies => Decision::Denied { reason: Some("not_now".to_owned()) },
            };
            client.report_decision(id, &decision, world::now()).await.unwrap();
            if customer == Customer::Grants {
                let link = SupporterLink("https://provider.example/join/1".to_owned());
                let started = SessionReport::Started { supporter_link: Some(link) };
                client.report_session(id, &started, world::now()).await.unwrap();
            }
        }
        EventKind::AssistanceWithdrawn { request_id } => {
            let ended = SessionReport::Ended { reason: "withdrawn".to_owned() };
            client.report_session(request_id, &ended, world::now()).await.unwrap();
        }
        _ => {}
    }
}
