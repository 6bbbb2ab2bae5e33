//! A back office that was broken into offers what the vendor never signed for us: nothing of it comes into force.

use remote_service::{EventKind, Running};
use world::{SignedLicense, Terms, Vendor, World};

use crate::steps::{DEADLINE, connected, until};

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_offer_is_refused_with_its_own_reason_and_the_old_license_stays() {
    let world = World::start().await;
    let (service, terms) = connected(&world).await;
    let mark = terms.renewal(world::now());
    let good = world.vendor.issue(&mark);
    world.office.publish(&good).await;
    in_use(&service).await;

    let next = mark.renewal(world::now());
    let mut other_file = world.vendor.issue(&next);
    other_file.file.extend_from_slice(b"INCREMENT FREE prismad 1.0 permanent 1000 SIGN=\"00\"\n");
    let mut same_sequence = mark.clone();
    same_sequence.features.push(("FREE", 1000));
    let bad: [(&str, SignedLicense); 5] = [
        ("signature_untrusted", Vendor::new().issue(&next)),
        ("file_mismatch", other_file),
        (
            "lower_sequence",
            world.vendor.issue(&Terms { sequence: 1, issued_at: world::now(), ..next.clone() }),
        ),
        ("equivocation", world.vendor.issue(&same_sequence)),
        ("wrong_serial_number", world.vendor.issue(&Terms { serial_number: "PD-STOLEN".to_owned(), ..next })),
    ];
    for (reason, license) in bad {
        let mut events = service.events();
        world.office.books.offer_unchecked(world::SERIAL_NUMBER, &license).await;
        // New settings begin a new visit, and every visit looks at the offer.
        service.update_settings(|_| {}).await.unwrap();
        let code = until(&mut events, |event| match event {
            EventKind::LicenseRefused { code, .. } => Some(code),
            EventKind::LicenseVerified { .. } => Some("accepted"),
            _ => None,
        })
        .await;
        assert_eq!(code, reason);
        let in_force = service.snapshot().license.in_force.clone().unwrap();
        assert_eq!(in_force.digest, good.digest(), "{reason}: the old license stays");
        let reported = async {
            let expected = Some(("refused".to_owned(), Some(reason.to_owned())));
            while world.office.books.offer_state(&license).await != expected {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(DEADLINE, reported)
            .await
            .unwrap_or_else(|_| panic!("{reason} was never reported"));
    }
    service.stop().await;
    world.stop().await;
}

async fn in_use(service: &Running) {
    crate::steps::until_shown(service, |snapshot| {
        snapshot.license.in_force.as_ref().is_some_and(|own| own.license.sequence == Some(2))
            && snapshot.license.seen.is_some()
    })
    .await;
}
