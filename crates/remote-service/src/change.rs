//! Settings and secrets are changed together, or not at all.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use crate::Error;
use crate::connection::{self, Candidate, Report};
use crate::event::EventKind;
use crate::settings::{LicenseServerKind, Settings, secret};
use crate::shared::{Shared, blocking};
use crate::snapshot::SecretsSet;

/// Secrets by their names; an empty one is to be deleted.
type Named = Vec<(&'static str, SecretString)>;

pub(crate) async fn update(
    shared: &Arc<Shared>,
    change: impl FnOnce(&mut Settings),
    secrets: Named,
) -> Result<(), Error> {
    let _one_at_a_time = shared.changing.lock().await;
    let before = shared.settings();
    let mut settings = Settings::clone(&before);
    change(&mut settings);
    settings.validate()?;
    let touched = !secrets.is_empty();
    let saved = settings.clone();
    blocking(shared, move |shared| save(shared, &saved, secrets)).await??;
    if touched || settings != *before {
        shared.health.open_latches();
    }
    shared.show_settings(&settings);
    shared.settings.send_replace(Arc::new(settings)); // whoever works with the old ones begins anew
    shared.gatehouse.settings_changed().await?;
    shared.emit(EventKind::SettingsChanged);
    Ok(())
}

/// Puts the secrets first and the settings last; what fails takes back what was put.
fn save(shared: &Shared, settings: &Settings, secrets: Named) -> Result<(), Error> {
    let mut before = Vec::new();
    let outcome = secrets
        .into_iter()
        .try_for_each(|(name, value)| {
            let old = shared.secrets.get(name)?;
            before.push((name, old));
            put(shared, name, Some(value))
        })
        .and_then(|()| settings.save(&shared.dir.settings()));
    if outcome.is_err() {
        for (name, old) in before.into_iter().rev() {
            if let Err(error) = put(shared, name, old) {
                tracing::error!(target: "remote_service", %error, name, "a secret cannot be put back");
            }
        }
    }
    if let Ok(set) = SecretsSet::of(&*shared.secrets.0) {
        shared.show_secrets(set);
    }
    outcome
}

fn put(shared: &Shared, name: &str, value: Option<SecretString>) -> Result<(), Error> {
    let store = &shared.secrets.0;
    match value.filter(|value| !value.expose_secret().is_empty()) {
        Some(value) => store.set(name, &value),
        None => store.delete(name).map(drop),
    }
    .map_err(|source| Error::Secrets { source })
}

/// Tries a share with these credentials, and keeps them when it works.
pub(crate) async fn credentials(
    shared: &Arc<Shared>,
    domain: Option<String>,
    user: Option<String>,
    password: SecretString,
    share: Option<String>,
) -> Result<Report, Error> {
    let mut settings = Settings::clone(&shared.settings());
    let named = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let (domain, user) = (named(domain), named(user));
    settings.credentials.domain.clone_from(&domain);
    settings.credentials.user.clone_from(&user);
    if user.is_some() {
        // It is used on a share alone, so that is where it is tried, whether licenses go there already or not.
        settings.license.server = LicenseServerKind::Smb;
        settings.license.share = named(share).or(settings.license.share);
    }
    settings.validate()?;
    let secrets = vec![(secret::REMOTE_SERVICE_PASSWORD, password)];
    let candidate = Candidate::unsaved(settings, secrets.clone());
    let report = connection::share_only(shared, &candidate).await;
    if report.ok {
        let change = |settings: &mut Settings| {
            settings.credentials.domain = domain;
            settings.credentials.user = user;
        };
        update(shared, change, secrets).await?;
    }
    Ok(report)
}

#[cfg(all(test, feature = "pac"))]
mod tests {
    use std::time::Duration;

    use remote_assistance::{Availability, InMemoryBroker, InMemoryClient};
    use tokio::net::TcpListener;

    use super::*;
    use crate::{Product, RemoteService, StateDir};

    #[tokio::test]
    async fn switching_assistance_off_waits_for_no_network() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (folder, silent) =
            (tempfile::tempdir().unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap());
        let mut settings = Settings { enabled: true, ..Settings::default() };
        settings.back_office.url = Some("https://back-office.test/".parse().unwrap());
        settings.back_office.service_organization_id = Some("SO-1".to_owned());
        settings.license.server = LicenseServerKind::ByHand;
        settings.proxy.pac_url = Some(format!("http://{}/proxy.pac", silent.local_addr().unwrap()));
        settings.assistance.allowed = true;
        let client = InMemoryClient::new(Availability { remote_desktop: true, vpn: false });
        let running = RemoteService::builder(StateDir::open(folder.path()).unwrap())
            .product(Product::new("PRISMAdirect", "1.4.0").unwrap())
            .trusted_keys(signed_envelope::SigningKey::generate().unwrap().public().into())
            .settings(settings)
            .remote_desktop(client, InMemoryBroker::default())
            .build()
            .unwrap()
            .start();
        let _asked_for_the_script = silent.accept().await.unwrap();
        assert!(running.snapshot().assistance.allowed);
        let off = running.update_settings(|settings| settings.assistance.allowed = false);
        tokio::time::timeout(Duration::from_secs(1), off).await.unwrap().unwrap();
        assert!(!running.snapshot().assistance.allowed);
        running.stop().await;
    }
}
