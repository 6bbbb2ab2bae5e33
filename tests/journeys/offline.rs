use std::net::TcpListener;

use remote_service::proxy::Mode;
use remote_service::{Import, Light, Stage};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;
use world::{SignedLicense, Terms, World};

use crate::steps::until_shown;

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_service_makes_no_connection_at_all() {
    let world = World::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let service = world.install("state").await;
    let url = Url::parse(&format!("https://localhost:{}/", address.port())).unwrap();
    service.update_settings(|settings| settings.back_office.url = Some(url)).await.unwrap();
    let terms = Terms::first(world::now());
    world.first_license(&service, &terms).await;
    until_shown(&service, |snapshot| snapshot.license.seen.is_some()).await;
    service.update_settings(|settings| settings.notices.window_months = 2).await.unwrap();
    assert_eq!(service.snapshot().light, Light::Off);
    let none = listener.accept().unwrap_err();
    assert_eq!(none.kind(), std::io::ErrorKind::WouldBlock, "connections while disabled: must be zero");

    // The same listener is what an enabled service calls at once: the count above could have been another.
    let enabled = service.update_settings(|settings| settings.enabled = true);
    enabled.await.unwrap();
    let called = async {
        while listener.accept().is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::steps::DEADLINE, called).await.expect("an enabled service connects");
    service.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_back_office_the_light_is_orange_and_licenses_still_work() {
    let world = World::start().await;
    let service = world.install("state").await;
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = Url::parse(&format!("https://localhost:{}/", closed.port())).unwrap();
    let terms = Terms::first(world::now());
    world.first_license(&service, &terms).await;
    service
        .update_settings(|settings| {
            settings.back_office.url = Some(url);
            settings.enabled = true;
        })
        .await
        .unwrap();
    until_shown(&service, |snapshot| {
        snapshot.license.seen.is_some()
            && matches!(snapshot.light, Light::Orange { stage: Stage::Network, .. })
    })
    .await;
    let renewal = world.vendor.issue(&terms.renewal(world::now()));
    let SignedLicense { envelope, file } = renewal.clone();
    service.import_license(Import::Signed { envelope, file }).await.unwrap();
    until_shown(&service, |snapshot| {
        snapshot.license.in_force.as_ref().is_some_and(|own| own.digest == renewal.digest())
    })
    .await;
    service.stop().await;
    world.stop().await;
}

/// A proxy that answers to every request for a tunnel with `answer`.
async fn proxy(answer: &'static str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let _ = client.read(&mut [0; 4096]).await; // its request fits
            let _ = client.write_all(answer.as_bytes()).await; // it may have gone
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_is_blamed_for_what_it_refuses_and_not_for_a_back_office_that_is_down() {
    let world = World::start().await;
    let service = world.install("state").await;
    world.first_license(&service, &Terms::first(world::now())).await;
    for (answer, stage, word) in [
        ("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", Stage::Network, "does not reach"),
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", Stage::Proxy, "refused the tunnel"),
    ] {
        let address = proxy(answer).await;
        let change = service.update_settings(|settings| {
            settings.enabled = true;
            settings.proxy.mode = Mode::Manual;
            settings.proxy.address = Some(address);
            settings.proxy.bypass.clear();
        });
        change.await.unwrap();
        until_shown(&service, |snapshot| {
            matches!(&snapshot.light, Light::Orange { stage: at, detail, .. } if *at == stage && detail.contains(word))
        })
        .await;
    }
    service.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_without_a_license_says_so_instead_of_enrolling() {
    let world = World::start().await;
    let service = world.install("state").await;
    service.update_settings(|settings| settings.enabled = true).await.unwrap();
    until_shown(&service, |snapshot| matches!(snapshot.light, Light::Orange { stage: Stage::License, .. }))
        .await;
    assert_eq!(world.office.books.installations(world::SERIAL_NUMBER).await, 0);
    // The first license is what it waits for: no restart, no new settings.
    let terms = Terms::first(world::now());
    world.first_license(&service, &terms).await;
    until_shown(&service, |snapshot| snapshot.light.is_green()).await;
    service.stop().await;
    world.stop().await;
}
