//! A back office that was broken into, or something in its place: what it sends never reaches the customer.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use back_office::{CarriedEnvelope, EventKind as Sent};
use chrono::TimeDelta;
use remote_service::EventKind;
use remote_service::assistance::audit::{Event, Record};
use remote_service::assistance::{RequestDocument, RequestId, Scope, Scopes};
use signed_envelope::SigningKey;

use super::Scene;
use crate::steps::{until, until_booked};

impl Scene {
    /// A request as the help desk would have it signed.
    fn document(&self, number: u32) -> RequestDocument {
        let mut id = [7; 16];
        id[..4].copy_from_slice(&number.to_be_bytes());
        let now = world::now();
        RequestDocument {
            request_id: RequestId::from_bytes(id),
            installation_id: self.installation.clone(),
            requester_id: "robin".to_owned(),
            requester_name: "Robin".to_owned(),
            organization: "Demo Services".to_owned(),
            ticket: format!("T-{number}"),
            reason: "Colours are off".to_owned(),
            scopes: [Scope::View].into(),
            duration_minutes: 30,
            issued_at: now,
            expires_at: now + TimeDelta::seconds(120),
        }
    }

    async fn send(&self, requests: Vec<(RequestDocument, &SigningKey)>) {
        let sent = |(document, key): (RequestDocument, &SigningKey)| {
            let request = CarriedEnvelope::from(&document.sign(&[key]).unwrap());
            Sent::AssistanceRequested { request }
        };
        let events: Vec<_> = requests.into_iter().map(sent).collect();
        self.world.office.books.send_unchecked(&self.installation, &events).await;
    }

    async fn records(&self) -> Vec<Event> {
        let audit = self.service.assistance().audit().await.unwrap();
        let lines = audit.records.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| Record::parse(line).unwrap().event).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_foreign_expired_or_replayed_request_never_reaches_the_customer() {
    let scene = Scene::begin().await;
    let office = scene.world.office.key.clone();
    let genuine = scene.document(0);
    scene.send(vec![(genuine.clone(), &office)]).await;
    until_booked("the genuine request", async || {
        scene.service.snapshot().assistance.pending.as_ref().map(drop)
    })
    .await;
    let id = genuine.request_id.to_string();
    scene.service.assistance().deny(&id, &world::customer("kim", true)).await.unwrap();

    let attacker = SigningKey::generate().unwrap();
    let foreign = RequestDocument { installation_id: "another".to_owned(), ..scene.document(1) };
    let old = scene.document(2);
    let ago = TimeDelta::minutes(10);
    let expired = RequestDocument { issued_at: old.issued_at - ago, expires_at: old.expires_at - ago, ..old };
    let later = scene.document(3);
    let future =
        RequestDocument { issued_at: later.issued_at + ago, expires_at: later.expires_at + ago, ..later };
    // The vendor's key signs licenses, never requests.
    let attacks = vec![
        (scene.document(4), &attacker),
        (scene.document(5), &scene.world.vendor.key),
        (foreign, &office),
        (expired, &office),
        (future, &office),
        (genuine, &office),
    ];
    scene.send(attacks).await;
    let rejected = until_booked("six rejections", async || {
        let records = scene.records().await;
        let reasons = records.iter().filter_map(|event| match event {
            Event::Rejected { reason } => Some(reason.code()),
            _ => None,
        });
        Some(reasons.collect::<Vec<_>>()).filter(|reasons| reasons.len() == 6)
    })
    .await;
    assert_eq!(
        rejected,
        [
            "signature_untrusted",
            "signature_untrusted",
            "wrong_installation",
            "expired",
            "issued_in_the_future",
            "replayed"
        ]
    );
    let asked = scene.records().await.iter().filter(|event| matches!(event, Event::Asked { .. })).count();
    assert_eq!(asked, 1, "only the genuine one was shown");
    assert!(scene.service.snapshot().assistance.pending.is_none());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_requests_in_a_minute_from_one_requester_three_reach_the_customer() {
    let scene = Scene::begin().await;
    let office = scene.world.office.key.clone();
    let begun = Instant::now();
    let welcome = async {
        let mut events = scene.service.events();
        let kim = world::customer("kim", true);
        loop {
            let view = scene.service.snapshot().assistance.clone();
            if let Some(pending) = &view.pending {
                let scopes = Scopes::from([Scope::View]);
                scene.service.assistance().grant(&pending.id, &kim, scopes, 15).await.unwrap();
            }
            if view.session.is_some() {
                // It may be over by itself.
                let _ = scene.service.assistance().end(&kim).await;
            }
            events.next().await.unwrap();
        }
    };
    let mut events = scene.service.events();
    let answered = async {
        let mut answered = 0;
        while answered < 1000 {
            if answered % 50 == 0 {
                scene.present().await;
            }
            let answer = until(&mut events, |event| match event {
                EventKind::AssistanceRecorded { record } => Some(record.event),
                _ => None,
            });
            answered += u32::from(matches!(
                answer.await,
                Event::Asked { .. } | Event::Refused { .. } | Event::Rejected { .. }
            ));
        }
    };
    // Nobody waits for an answer before he asks again.
    let flood = async {
        for part in 0..20 {
            let requests = (part * 50..(part + 1) * 50).map(|number| (scene.document(number), &office));
            scene.send(requests.collect()).await;
        }
        begun.elapsed()
    };
    let (sent, ()) = tokio::select! {
        never = welcome => never,
        both = async { tokio::join!(flood, answered) } => both,
    };
    let answers = answers(&scene).await;
    println!("1,000 requests sent in {sent:.1?}, answered after {:.1?}: {answers:?}", begun.elapsed());
    assert!(sent < Duration::from_secs(60), "that was more than a minute");
    assert_eq!(answers["shown"], 3);
    assert_eq!(answers.values().sum::<u32>(), 1000, "each has an answer with its code");
    scene.end().await;
}

/// How many requests were shown, and how many were refused with which code.
async fn answers(scene: &Scene) -> BTreeMap<&'static str, u32> {
    let mut answers = BTreeMap::new();
    for event in scene.records().await {
        let code = match event {
            Event::Asked { .. } => "shown",
            Event::Refused { reason, .. } => reason.code(),
            Event::Rejected { reason } => reason.code(),
            _ => continue,
        };
        *answers.entry(code).or_default() += 1;
    }
    answers
}
