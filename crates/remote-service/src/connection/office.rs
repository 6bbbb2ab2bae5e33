use std::sync::Arc;

use back_office::{Client, Error as OfficeError, Hop};
use proxy_config::{Finder, HttpClient};
use url::Url;

use super::{CORRECT, Log, PATIENCE, TestStage};
use crate::applicant::{applicant, installed};
use crate::chain;
use crate::settings::{Settings, secret};
use crate::shared::{Secrets, Shared};
use crate::time::now;
use crate::way::Way;
use crate::work::visit::authority;

/// The way to the back office, then the back office itself.
pub(super) async fn test(
    shared: &Arc<Shared>,
    settings: &Settings,
    secrets: &Secrets,
    way: &Way,
    log: &mut Log,
) {
    let Some(url) = &settings.back_office.url else {
        return log.failed("settings", "no back office is set", "Enter the address of the back office.");
    };
    let finder = Finder::new(); // a person looks: nothing from before counts
    if !way_out(shared, way, &finder, url, log).await {
        return;
    }
    match way.client(url, &finder, &shared.health).await {
        Ok(http) => answers(shared, settings, secrets, &http, url, log).await,
        Err(error) => log.failed("route", chain(&error), "Check the proxy settings."),
    }
}

/// Every stage from the settings to an answer, of whomever.
async fn way_out(shared: &Shared, way: &Way, finder: &Finder, url: &Url, log: &mut Log) -> bool {
    let findings = match way.findings(url, finder).await {
        Ok(findings) => findings,
        Err(error) => {
            let proxy_config::Report { stages, advice, .. } = proxy_config::Report::of(&error);
            stages.iter().for_each(|stage| log.push(stage.into()));
            log.advise(advice);
            return false;
        }
    };
    let credentials = way.credentials.as_ref();
    let proxy_config::Report { ok, stages, advice } = proxy_config::diagnose_watched(
        &way.proxy,
        credentials,
        &way.trust,
        &findings,
        url,
        &shared.health,
        log.watcher(),
    )
    .await;
    log.seen(stages.iter().map(TestStage::from));
    log.advise(advice);
    ok
}

/// Whether it is our back office, and whether it knows us.
async fn answers(
    shared: &Arc<Shared>,
    settings: &Settings,
    secrets: &Secrets,
    http: &HttpClient,
    url: &Url,
    log: &mut Log,
) {
    let (key, enrolment, keys) = {
        let identity = shared.identity();
        let keys = identity.back_office_keys().unwrap_or_default().to_vec();
        (identity.key().clone(), identity.enrolment(&authority(url)).cloned(), keys)
    };
    let client = match Client::new(http.client(), url, key, shared.trusted.clone()) {
        Ok(client) => client.with_patience(PATIENCE),
        Err(error) => {
            return log.failed("back_office", chain(&error), "Correct the address of the back office.");
        }
    };
    let client = match &enrolment {
        Some(enrolment) => client.with_installation(&enrolment.installation_id, &keys, now()),
        None => client,
    };
    if let Err(error) = client.fetch_keys(now()).await {
        return log.failed("back_office", chain(&error), advice(&error));
    }
    log.passed("back_office", "signs as the back office of this product");
    match enrolment {
        Some(enrolment) => known(shared, &client, &enrolment.installation_id, log).await,
        None => to_be_enrolled(shared, settings, secrets, &client, log).await,
    }
}

/// An installation that is enrolled asks for something that only such a one is given.
async fn known(shared: &Shared, client: &Client, id: &str, log: &mut Log) {
    let have = shared.snapshot().license.have();
    match client.license(have.as_ref(), now()).await {
        Ok(_) => log.passed("organization", format!("enrolled as installation {id}")),
        Err(error) => log.failed("organization", chain(&error), advice(&error)),
    }
}

/// ID and code are tried together, and nobody is enrolled. Which of them is wrong, the back office does not say.
async fn to_be_enrolled(
    shared: &Arc<Shared>,
    settings: &Settings,
    secrets: &Secrets,
    client: &Client,
    log: &mut Log,
) {
    let Some(id) = settings.back_office.service_organization_id.as_deref().filter(|id| !id.trim().is_empty())
    else {
        return log.failed("organization", "not set", "Enter the service organization ID.");
    };
    let code = match secrets.get(secret::VERIFICATION_CODE) {
        Ok(Some(code)) => code,
        Ok(None) => return log.failed("code", "not set", "Enter the verification code."),
        Err(error) => return log.failed("code", chain(&error), "Check the secret store."),
    };
    let license = match installed(shared).await {
        Ok(Some(license)) => license,
        Ok(None) => return log.passed("code", "set, to be tried once the first license is installed"),
        Err(error) => return log.failed("code", chain(&error), "Try again."),
    };
    let serial_number = license.0.clone();
    match client.try_enrollment(&applicant(shared, settings, license, code), now()).await {
        Ok(()) => {
            log.passed("organization", format!("{id} serves serial number {serial_number}"));
            log.passed("code", "accepted; it is spent when the service is enabled");
        }
        Err(OfficeError::Refused { status: 404, .. }) => {
            log.passed("code", "set; this back office has no trial, so it is checked when the service is enabled");
        }
        Err(OfficeError::Refused { status: 403, .. }) => log.failed(
            "code",
            format!("refused for {id} and serial number {serial_number}"),
            "Check the service organization ID, the verification code and the installed license: one of them is wrong.",
        ),
        Err(error) => log.failed("code", chain(&error), advice(&error)),
    }
}

fn advice(error: &OfficeError) -> String {
    match error.hop() {
        Hop::Connection => "Check the network, and the address of the back office.",
        Hop::Between => {
            "Somebody else answers in the place of the back office: check its address, and ask who runs the proxy."
        }
        Hop::BackOffice => "Ask the service organization: its back office does not serve this installation.",
        _ => CORRECT,
    }
    .to_owned()
}
