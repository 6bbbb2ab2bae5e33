use back_office::{Client, Error};
use chrono::{DateTime, TimeDelta, Utc};
use mockito::Mock;

use crate::office::{Asked, NOW, Office, Reply, installation, signed};

/// A back office whose clock says `time`: it refuses what was not signed about then.
fn keeping_time(mock: Mock, time: DateTime<Utc>) -> Mock {
    signed(mock, move |asked: &Asked<'_>| {
        let reply = match asked.verify(&installation(), time) {
            Ok(()) => Reply::new(204, ""),
            Err(error) => Reply::problem(401, error.code()),
        };
        Reply { time, ..reply }
    })
}

async fn offers_nothing(client: &Client) -> Result<(), Error> {
    client.license(None, NOW).await.map(|license| assert_eq!(license, None))
}

#[tokio::test]
async fn a_clock_that_is_hours_off_costs_one_more_request_once() {
    for hours in [-30, -5, 5, 24 * 100] {
        let mut office = Office::new().await;
        let client = office.client();
        let time = NOW + TimeDelta::hours(hours);
        let mock = keeping_time(office.mock("GET", "/v1/license"), time).expect(3).create_async().await;
        offers_nothing(&client).await.unwrap();
        assert_eq!(client.clock_offset(), TimeDelta::hours(hours));
        assert_eq!(client.signed_time(), Some(time));
        offers_nothing(&client).await.unwrap();
        mock.assert_async().await;
    }
}

#[tokio::test]
async fn a_clock_within_the_tolerance_is_left_alone() {
    let mut office = Office::new().await;
    let client = office.client();
    let time = NOW + TimeDelta::seconds(359);
    let mock = keeping_time(office.mock("GET", "/v1/license"), time).expect(1).create_async().await;
    offers_nothing(&client).await.unwrap();
    assert_eq!(client.clock_offset(), TimeDelta::zero());
    mock.assert_async().await;
}

#[tokio::test]
async fn a_clock_that_was_set_right_is_learned_anew() {
    let mut office = Office::new().await;
    let client = office.client();
    let off = keeping_time(office.mock("GET", "/v1/license"), NOW + TimeDelta::hours(5)).create_async().await;
    offers_nothing(&client).await.unwrap();
    off.remove_async().await;
    let right = keeping_time(office.mock("GET", "/v1/license"), NOW).expect(2).create_async().await;
    offers_nothing(&client).await.unwrap();
    assert_eq!(client.clock_offset(), TimeDelta::zero());
    right.assert_async().await;
}

#[tokio::test]
async fn a_401_that_is_not_about_the_time_is_final() {
    let mut office = Office::new().await;
    let unknown = signed(office.mock("GET", "/v1/license"), |_| Reply {
        time: NOW + TimeDelta::seconds(1),
        ..Reply::problem(401, "signature_key_unknown")
    });
    let unknown = unknown.expect(1).create_async().await;
    let client = office.client();
    let error = offers_nothing(&client).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(401), Some("signature_key_unknown")));
    unknown.assert_async().await;
}

#[tokio::test]
async fn a_back_office_that_refuses_every_time_is_asked_twice_and_no_more() {
    let mut office = Office::new().await;
    let refusing = signed(office.mock("GET", "/v1/license"), |_| Reply {
        time: NOW + TimeDelta::hours(5),
        ..Reply::problem(401, "signature_time")
    });
    let refusing = refusing.expect(2).create_async().await;
    let error = offers_nothing(&office.client()).await.unwrap_err();
    assert!(matches!(error, Error::Refused { status: 401, .. }), "{error:?}");
    refusing.assert_async().await;
}

#[tokio::test]
async fn nobody_but_the_back_office_can_move_the_clock() {
    let mut office = Office::new().await;
    let unsigned = office
        .mock("GET", "/v1/license")
        .with_status(401)
        .with_header("date", "Tue, 24 Nov 2099 09:00:00 GMT")
        .expect(1)
        .create_async()
        .await;
    let client = office.client();
    assert!(matches!(offers_nothing(&client).await, Err(Error::NotGenuine { status: 401, .. })));
    assert_eq!((client.clock_offset(), client.signed_time()), (TimeDelta::zero(), None));
    unsigned.assert_async().await;
}
