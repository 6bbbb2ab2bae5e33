use back_office::{Applicant, EnrollmentState};
use signed_envelope::Digest;

use crate::world::{World, key, poll, refusal};

#[tokio::test]
async fn an_installation_enrols_and_keeps_its_place_when_the_answer_was_lost() {
    let world = World::start().await;
    let key = key();
    let (_, first) = world.enroll(&key).await;
    assert_eq!(first.state, EnrollmentState::Enrolled);
    let (_, again) = world.enroll(&key).await;
    assert_eq!(again.installation_id, first.installation_id);
}

#[tokio::test]
async fn a_trial_says_whether_an_enrolment_would_be_refused_and_enrols_nobody() {
    let world = World::start().await;
    let (key, now) = (key(), crate::world::now());
    let client = world.client(&key);
    client.try_enrollment(&world.applicant(), now).await.unwrap();
    assert_eq!(client.installation_id(), None);
    let wrong = Applicant { verification_code: "AAAA-BBBB-CCCC-DDDD".to_owned().into(), ..world.applicant() };
    let mut last = refusal(client.try_enrollment(&wrong, now).await);
    assert_eq!(last, (403, "enrollment_refused".to_owned()));
    let (_, enrolled) = world.enroll(&key).await;
    assert_eq!(enrolled.state, EnrollmentState::Enrolled, "nobody was there before");
    for _ in 0..6 {
        last = refusal(client.try_enrollment(&wrong, now).await);
    }
    assert_eq!(last, (429, "too_many_attempts".to_owned()), "guesses are counted here too");
}

#[tokio::test]
async fn whatever_is_wrong_the_refusal_is_the_same() {
    let world = World::start().await;
    let right = world.applicant();
    let wrong: [Applicant; 4] = [
        Applicant { service_organization_id: "SO-00000000".to_owned(), ..right.clone() },
        Applicant { verification_code: "AAAA-BBBB-CCCC-DDDD".to_owned().into(), ..right.clone() },
        Applicant { serial_number: "PD-9999999".to_owned(), ..right.clone() },
        Applicant { product: "OTHERdirect".to_owned(), ..right.clone() },
    ];
    for applicant in wrong {
        let result = world.client(&key()).enroll(&applicant, crate::world::now()).await;
        assert_eq!(refusal(result), (403, "enrollment_refused".to_owned()), "{applicant:?}");
    }
}

#[tokio::test]
async fn a_license_file_that_was_never_issued_is_quarantined_and_may_only_poll() {
    let world = World::start().await;
    let client = world.client(&key());
    let applicant = Applicant { license_sha256: Digest::of(b"made at home"), ..world.applicant() };
    let enrolled = client.enroll(&applicant, crate::world::now()).await.unwrap();
    assert_eq!(enrolled.state, EnrollmentState::Quarantined);
    assert_eq!(poll(&client, 0, 0).await.unwrap().events, []);
    let fetched = client.license(None, crate::world::now()).await;
    assert_eq!(refusal(fetched), (403, "quarantined".to_owned()));
}

#[tokio::test]
async fn a_serial_number_that_is_enrolled_already_is_quarantined() {
    let world = World::start().await;
    world.enroll(&key()).await;
    let (_, second) = world.enroll(&key()).await;
    assert_eq!(second.state, EnrollmentState::Quarantined);
}

#[tokio::test]
async fn failed_attempts_lock_enrolment_and_say_for_how_long() {
    let world = World::start().await;
    let wrong = Applicant { verification_code: "AAAA".to_owned().into(), ..world.applicant() };
    let mut last = (0, String::new());
    for _ in 0..7 {
        last = refusal(world.client(&key()).enroll(&wrong, crate::world::now()).await);
    }
    assert_eq!(last, (429, "too_many_attempts".to_owned()));
}
