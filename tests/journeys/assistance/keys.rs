//! New keys, on either side, and an audit that does not continue what is on record.

use std::fs;

use remote_service::assistance::audit::{Event, Head, Record};
use remote_service::{Error, Light, Running, Stage};
use signed_envelope::SigningKey;

use super::Scene;
use crate::steps::{until_booked, until_shown};

impl Scene {
    /// The help desk asks, and the customer says no: records for the audit.
    async fn refuse(&mut self, helper: &str) {
        self.desk = self.world.office.help_desk(helper).await;
        let id = self.ask(&["view"]).await.id;
        self.service.assistance().deny(&id, &world::customer("kim", true)).await.unwrap();
        until_shown(&self.service, |snapshot| snapshot.assistance.pending.is_none()).await;
    }

    /// Waits until the back office has the whole audit; says how many records that are.
    async fn handed_in(&self) -> usize {
        until_booked("the whole audit at the back office", async || {
            let here = self.service.assistance().audit().await.unwrap().records;
            let there = self.world.office.books.audit(&self.installation).await;
            let lines = here.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).count();
            (lines > 0 && there.len() == lines).then_some(lines)
        })
        .await
    }

    fn identity(&self, name: &str) -> std::path::PathBuf {
        self.world.folder.path().join("state/identity").join(name)
    }

    async fn key(&self) -> signed_envelope::PublicKey {
        self.world.office.books.key(&self.installation).await.parse().unwrap()
    }
}

async fn signed_by(service: &Running, key: signed_envelope::PublicKey) -> bool {
    Head::open(&service.assistance().audit().await.unwrap().head, &[key]).is_ok()
}

async fn damaged(service: &Running) -> bool {
    let records = service.assistance().audit().await.unwrap().records;
    let mut lines = records.split(|&byte| byte == b'\n').filter_map(Record::parse);
    lines.any(|record| matches!(record.event, Event::DamageFound { .. }))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_goes_over_to_a_new_key_and_its_audit_with_it() {
    let mut scene = Scene::begin().await;
    scene.refuse("helper-1").await;
    let (before, old) = (scene.handed_in().await, scene.key().await);
    assert!(signed_by(&scene.service, old).await);

    scene.service.change_key().await.unwrap();
    let new = scene.key().await;
    assert_ne!(new, old);
    assert!(signed_by(&scene.service, new).await && !signed_by(&scene.service, old).await);
    assert!(!scene.identity("next-installation-key.pem").exists());

    // The same connection goes on, and so does the audit; also after a restart.
    scene.refuse("helper-2").await;
    assert!(scene.handed_in().await > before);
    scene.service.stop().await;
    scene.start_again().await;
    assert!(signed_by(&scene.service, new).await && !damaged(&scene.service).await);
    scene.refuse("helper-3").await;
    scene.handed_in().await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_keys_whose_answer_was_lost_is_finished_at_the_next_connection() {
    let mut scene = Scene::begin().await;
    scene.refuse("helper-1").await;
    let old = scene.key().await;
    let pem = fs::read(scene.identity("installation-key.pem")).unwrap();
    let head = fs::read(scene.world.folder.path().join("state/audit.head")).unwrap();
    scene.service.change_key().await.unwrap();
    let new = scene.key().await;
    scene.service.stop().await;

    // As if the process had been killed before it read the answer.
    fs::rename(scene.identity("installation-key.pem"), scene.identity("next-installation-key.pem")).unwrap();
    fs::write(scene.identity("installation-key.pem"), pem).unwrap();
    fs::remove_file(scene.identity("former-installation-keys")).unwrap();
    fs::write(scene.world.folder.path().join("state/audit.head"), head).unwrap();
    scene.start_again().await;
    assert_eq!(scene.key().await, new);
    assert!(signed_by(&scene.service, new).await && !damaged(&scene.service).await);

    // As if it had been killed before it asked: without a connection the new key waits, and comes into force with it.
    scene.service.update_settings(|settings| settings.enabled = false).await.unwrap();
    let off = async || (scene.service.snapshot().light == Light::Off).then_some(());
    until_booked("the end of the connection", off).await;
    let waits = scene.service.change_key().await;
    assert!(matches!(waits, Err(Error::KeyWaits { source: None })), "{waits:?}");
    assert_eq!(scene.key().await, new);
    scene.service.update_settings(|settings| settings.enabled = true).await.unwrap();
    until_shown(&scene.service, |snapshot| snapshot.light.is_green()).await;
    let newest = scene.key().await;
    assert!(newest != new && newest != old);
    assert!(signed_by(&scene.service, newest).await);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_keys_of_the_back_office_are_believed_and_older_ones_never_again() {
    let mut scene = Scene::begin().await;
    let (old, new) = (scene.world.office.key.clone(), SigningKey::generate().unwrap());
    scene.world.office = scene.world.office.with_key(&scene.world.vendor, new.clone(), 2).await;
    // Requests for assistance are signed by the new key, too.
    scene.present().await;
    scene.refuse("helper-1").await;

    // Whoever stole the old key and comes back with it is no back office any more, also after a restart.
    scene.service.stop().await;
    scene.world.office = scene.world.office.with_key(&scene.world.vendor, old, 1).await;
    let mut settings = scene.world.settings();
    settings.enabled = true;
    let builder = scene.world.builder("state").settings(settings);
    scene.service = scene.world.begin(builder).await;
    let older = |light: &Light| matches!(light, Light::Orange { stage: Stage::BackOffice, detail, .. } if detail.contains("sequence 1"));
    until_shown(&scene.service, |snapshot| older(&snapshot.light)).await;

    scene.world.office = scene.world.office.with_key(&scene.world.vendor, new, 2).await;
    until_shown(&scene.service, |snapshot| snapshot.light.is_green()).await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_that_was_put_back_to_an_older_copy_is_noticed_at_the_back_office() {
    let mut scene = Scene::begin().await;
    let state = scene.world.folder.path().join("state");
    scene.refuse("helper-1").await;
    scene.handed_in().await;
    let names = ["audit.jsonl", "audit.head", "assistance.json"];
    let older = names.map(|name| fs::read(state.join(name)).unwrap());
    scene.refuse("helper-2").await;
    scene.handed_in().await;
    let page = format!("installations/{}", scene.installation);
    assert!(!scene.desk.page(&page).await.contains("does not continue"));

    // The tail is cut off together with its head: here, nothing shows it.
    scene.service.stop().await;
    for (name, content) in names.iter().zip(older) {
        fs::write(state.join(name), content).unwrap();
    }
    scene.start_again().await;
    assert!(!damaged(&scene.service).await);
    scene.refuse("helper-3").await;
    let begun = std::time::Instant::now();
    while !scene.desk.page(&page).await.contains("does not continue") {
        assert!(begun.elapsed() < crate::steps::DEADLINE, "the help desk sees nothing of it");
    }
    scene.end().await;
}
