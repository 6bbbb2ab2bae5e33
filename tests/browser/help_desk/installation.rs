//! An installation that does what it is told: it answers probes and decides as the test wants.
use std::sync::Arc;
use std::time::Duration;

use back_office::{Applicant, Availability, Client, Enrolled, EventKind, ProbeAnswer};
use secrecy::ExposeSecret as _;
use signed_envelope::{Digest, SigningKey};
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

    /// Polls and answers each probe with `availability`.
    pub(crate) fn work(&self, availability: Availability) -> AtWork {
        let client = self.client.clone();
        AtWork(tokio::spawn(async move {
            let (mut cursor, hold) = (0, Duration::from_secs(20));
            while let Ok(events) = client.events(cursor, hold, "boot", world::now()).await {
                for event in &events.events {
                    if let EventKind::Probe { nonce } = &event.kind {
                        let answer = ProbeAnswer { remote_assistance: availability };
                        client.answer_probe(nonce, &answer, world::now()).await.unwrap();
                    }
                }
                cursor = events.cursor;
            }
        }))
    }
}
