//! What a thief of requests can do: replay them, alter them, forge them.
use back_office::signature::{Nonce, RequestParts, SignatureHeaders, sign_request};
use back_office::{Availability, Event, EventKind, Presence, Problem};
use back_office_server::Role;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use signed_envelope::SigningKey;

use crate::browser::Browser;
use crate::world::{World, eventually, http, key, now, poll};

/// A request as it was overheard.
#[derive(Clone)]
struct Overheard {
    method: Method,
    path: String,
    query: Option<String>,
    body: Vec<u8>,
    headers: SignatureHeaders,
}

fn sign(
    world: &World,
    key: &SigningKey,
    method: Method,
    address: &str,
    body: &[u8],
    at: DateTime<Utc>,
) -> Overheard {
    let (path, query) = match address.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (address, None),
    };
    let authority = world.running.address().to_string();
    let parts = RequestParts { method: method.as_str(), authority: &authority, path, query, body };
    let headers = sign_request(&parts, key, at, &Nonce::generate().unwrap());
    let (path, query) = (path.to_owned(), query.map(str::to_owned));
    Overheard { method, path, query, body: body.to_owned(), headers }
}

/// Sends it and says how it was answered.
async fn send(world: &World, request: &Overheard) -> (u16, String) {
    let query = request.query.as_ref().map_or(String::new(), |query| format!("?{query}"));
    let url = world.base().join(&format!("{}{query}", request.path)).unwrap();
    let mut outgoing = http().request(request.method.clone(), url).body(request.body.clone());
    for (name, value) in request.headers.iter() {
        outgoing = outgoing.header(name, value);
    }
    let answer = outgoing.send().await.unwrap();
    assert!(answer.headers().contains_key("signature"), "every answer is signed");
    let status = answer.status().as_u16();
    let problem: Option<Problem> = serde_json::from_slice(&answer.bytes().await.unwrap()).ok();
    (status, problem.and_then(|problem| problem.code().map(str::to_owned)).unwrap_or_default())
}

fn presence() -> Vec<u8> {
    let presence = Presence {
        product_version: "1.4.0".to_owned(),
        license_sequence: Some(1),
        remote_assistance: Availability::default(),
    };
    serde_json::to_vec(&presence).unwrap()
}

fn refused(code: &str) -> (u16, String) {
    (401, code.to_owned())
}

#[tokio::test]
async fn a_replayed_change_is_refused_also_after_a_restart() {
    let world = World::start().await;
    let key = key();
    world.enroll(&key).await;
    let request = sign(&world, &key, Method::PUT, "/v1/presence", &presence(), now());
    assert_eq!(send(&world, &request).await.0, 204);
    assert_eq!(send(&world, &request).await, refused("replayed"));
    let world = world.restart().await;
    assert_eq!(send(&world, &request).await, refused("replayed"));
}

#[tokio::test]
async fn a_replayed_poll_is_refused_and_an_old_one_also_after_a_restart() {
    let world = World::start().await;
    let key = key();
    world.enroll(&key).await;
    let address = "/v1/events?cursor=0&wait=0&boot=first";
    let early = sign(&world, &key, Method::GET, address, b"", now() - TimeDelta::seconds(20));
    let late = sign(&world, &key, Method::GET, address, b"", now());
    assert_eq!(send(&world, &early).await.0, 200);
    assert_eq!(send(&world, &early).await, refused("replayed"));
    assert_eq!(send(&world, &late).await.0, 200);
    let world = world.restart().await;
    assert_eq!(send(&world, &early).await, refused("stale"));
}

#[tokio::test]
async fn an_answer_to_a_probe_counts_once_and_from_whom_it_was_sent_to() {
    let world = World::start().await;
    let (asked, other) = (key(), key());
    let (client, _) = world.enroll(&asked).await;
    let applicant = world.applicant_for("PD-0054321").await;
    world.client(&other).enroll(&applicant, now()).await.unwrap();
    let mut browser = Browser::of(&world, "robin", Role::HelpDesk).await;
    let held = tokio::spawn(async move { poll(&client, 0, 30).await });
    eventually("a held poll", async || world.metric("held_polls").await == Some(1)).await;
    let page = tokio::spawn(async move { browser.get("/installations?q=PD-0012345").await });
    let events = held.await.unwrap().unwrap().events;
    let [Event { kind: EventKind::Probe { nonce }, .. }] = &*events else { panic!("{events:?}") };
    let body = br#"{"remote_assistance":{"allowed":true,"remote_desktop":true,"vpn":true}}"#;
    let answer = |key| sign(&world, key, Method::POST, &format!("/v1/probes/{nonce}"), body, now());
    let gone = (404, "not_found".to_owned());
    assert_eq!(send(&world, &answer(&other)).await, gone, "of another installation");
    let request = answer(&asked);
    assert_eq!(send(&world, &request).await.0, 204);
    assert_eq!(send(&world, &request).await, gone, "replayed");
    assert_eq!(send(&world, &answer(&asked)).await, gone, "a second one");
    assert!(page.await.unwrap().shows(">RDP<"));
}

#[tokio::test]
async fn an_altered_body_is_refused() {
    let world = World::start().await;
    let key = key();
    world.enroll(&key).await;
    let mut request = sign(&world, &key, Method::PUT, "/v1/presence", &presence(), now());
    request.body = String::from_utf8(request.body).unwrap().replace("1.4.0", "9.9.9").into_bytes();
    assert_eq!(send(&world, &request).await, refused("content_digest_mismatch"));
    request.headers.content_digest = Some(back_office::signature::content_digest(&request.body));
    assert_eq!(send(&world, &request).await, refused("signature_untrue"));
}

#[tokio::test]
async fn an_altered_path_query_or_method_is_refused() {
    let world = World::start().await;
    let key = key();
    world.enroll(&key).await;
    let request = sign(&world, &key, Method::GET, "/v1/license?have=", b"", now());
    for altered in [
        Overheard { path: "/v1/events".to_owned(), ..request.clone() },
        Overheard { query: None, ..request.clone() },
        Overheard { method: Method::HEAD, ..request.clone() },
    ] {
        assert_eq!(send(&world, &altered).await.0, 401, "{} {}", altered.method, altered.path);
    }
}

#[tokio::test]
async fn an_expired_signature_and_one_from_the_future_are_refused() {
    let world = World::start().await;
    let key = key();
    world.enroll(&key).await;
    for minutes in [-7, 6] {
        let at = now() + TimeDelta::minutes(minutes);
        let request = sign(&world, &key, Method::GET, "/v1/license", b"", at);
        assert_eq!(send(&world, &request).await, refused("signature_time"), "{minutes}");
    }
}

#[tokio::test]
async fn a_foreign_key_is_refused_and_so_is_no_signature_at_all() {
    let world = World::start().await;
    let (ours, foreign) = (key(), key());
    world.enroll(&ours).await;
    let stranger = sign(&world, &foreign, Method::GET, "/v1/license", b"", now());
    assert_eq!(send(&world, &stranger).await, refused("signature_key_unknown"));
    let mut posing = stranger.clone();
    let (ours, foreign) = (ours.public().id().to_string(), foreign.public().id().to_string());
    posing.headers.signature_input = posing.headers.signature_input.replace(&foreign, &ours);
    assert_eq!(send(&world, &posing).await, refused("signature_untrue"));
    let bare = http().get(world.base().join("/v1/license").unwrap()).send().await.unwrap();
    assert_eq!(bare.status(), 401);
}

#[tokio::test]
async fn a_signature_for_another_back_office_is_refused() {
    let (world, other) = (World::start().await, World::start().await);
    let key = key();
    world.enroll(&key).await;
    let elsewhere = sign(&other, &key, Method::GET, "/v1/license", b"", now());
    assert_eq!(send(&world, &elsewhere).await, refused("signature_untrue"));
}

#[tokio::test]
async fn hostile_texts_in_signed_requests_are_refused_or_taken_as_texts() {
    let world = World::start().await;
    let key = key();
    world.enroll(&key).await;
    for (method, address, body, status) in [
        (Method::GET, "/v1/events?cursor=18446744073709551615&wait=0&boot=b", "", 400),
        (Method::GET, "/v1/events?cursor=0%20OR%201=1&wait=0&boot=b", "", 400),
        (Method::GET, "/v1/events?cursor=0&wait=0&boot=%27%3B--%00", "", 400),
        (Method::GET, "/v1/license?have=%27%20OR%20%271%27=%271", "", 400),
        (Method::PUT, "/v1/offers/..%2F..%2Fetc%2Fpasswd/state", r#"{"state":"in_use"}"#, 400),
        (Method::PUT, "/v1/assistance-requests/%27OR%271/decision", r#"{"decision":"timed_out"}"#, 404),
        (
            Method::POST,
            "/v1/probes/%27;DROP%20TABLE%20event;--",
            r#"{"remote_assistance":{"allowed":true,"remote_desktop":true,"vpn":true}}"#,
            404,
        ),
        (Method::PUT, "/v1/presence", "{", 400),
        (Method::PUT, "/v1/presence", "[[[[", 400),
        (Method::DELETE, "/v1/presence", "", 405),
        // A URL library would resolve a plain `..` before it is sent.
        (Method::GET, "/v1/..%2Fhealthz%2Fx", "", 404),
    ] {
        let request = sign(&world, &key, method, address, body.as_bytes(), now());
        assert_eq!(send(&world, &request).await.0, status, "{address} {body}");
    }
    assert_eq!(send(&world, &sign(&world, &key, Method::GET, "/v1/license", b"", now())).await.0, 200);
}
