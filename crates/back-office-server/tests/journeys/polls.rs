use std::time::Duration;

use back_office::{EventKind, Events};
use chrono::TimeDelta;

use crate::world::{World, eventually, key, now, poll, refusal};

#[tokio::test]
async fn a_poll_without_news_ends_with_an_empty_list() {
    let world = World::start().await;
    let (client, _) = world.enroll(&key()).await;
    assert_eq!(poll(&client, 0, 1).await.unwrap(), Events { events: vec![], cursor: 0, hold_s: 45 });
}

#[tokio::test]
async fn an_event_comes_again_until_it_is_acknowledged() {
    let world = World::start().await;
    let (client, _) = world.enroll(&key()).await;
    world.publish(&world.license(2)).await;
    let first = poll(&client, 0, 0).await.unwrap();
    assert_eq!(poll(&client, 0, 0).await.unwrap(), first);
    assert_eq!(poll(&client, first.cursor, 0).await.unwrap().events, []);
}

#[tokio::test]
async fn a_newer_poll_ends_the_older_one() {
    let world = World::start().await;
    let (client, _) = world.enroll(&key()).await;
    let older = tokio::spawn({
        let client = client.clone();
        async move { poll(&client, 0, 30).await }
    });
    // Whichever of the two comes second replaces the other.
    let newer = poll(&client, 0, 1).await;
    let refused = match newer {
        Ok(_) => older.await.unwrap(),
        refused => refused,
    };
    assert_eq!(refusal(refused), (409, "poll_replaced".to_owned()));
}

#[tokio::test]
async fn a_cursor_of_another_past_starts_anew_and_the_numbers_still_rise() {
    let world = World::start().await;
    let (client, _) = world.enroll(&key()).await;
    let events = poll(&client, 500, 0).await.unwrap();
    assert_eq!(events.events[0].kind, EventKind::Resync);
    assert_eq!((events.events[0].seq, events.cursor), (501, 501));
    world.publish(&world.license(2)).await;
    let offered = poll(&client, 501, 0).await.unwrap();
    assert_eq!((offered.events[0].seq, &offered.events[0].kind), (502, &EventKind::LicenseOffered));
}

#[tokio::test]
async fn a_process_that_was_followed_long_ago_is_forgotten() {
    let world = World::start().await;
    let (client, _) = world.enroll(&key()).await;
    let books = sqlx::SqlitePool::connect(&world.database()).await.unwrap();
    let start = async |boot| client.events(0, Duration::ZERO, boot, now()).await.unwrap();
    start("first").await;
    start("second").await;
    let long_ago = (now() - TimeDelta::days(31)).timestamp_millis();
    let moved = sqlx::query("UPDATE past_boot SET ended_at = $1").bind(long_ago).execute(&books).await;
    assert_eq!(moved.unwrap().rows_affected(), 1);
    start("third").await;
    let kept: Vec<String> = sqlx::query_scalar("SELECT boot FROM past_boot").fetch_all(&books).await.unwrap();
    assert_eq!(kept, ["second"]);
}

#[tokio::test]
async fn a_restart_ends_held_polls_and_forgets_nothing() {
    let world = World::start().await;
    let (client, _) = world.enroll(&key()).await;
    let held = tokio::spawn({
        let client = client.clone();
        async move { poll(&client, 0, 30).await }
    });
    eventually("the poll is held", async || world.metric("held_polls").await == Some(1)).await;
    let world = world.restart().await;
    let ended = held.await.unwrap().unwrap();
    assert!(matches!(ended.events[0].kind, EventKind::Drain { spread_s: 1 }), "{ended:?}");
    let cursor = ended.cursor;
    world.publish(&world.license(2)).await;
    let events = poll(&client, cursor, 5).await.unwrap().events;
    assert_eq!(events.last().unwrap().kind, EventKind::LicenseOffered);
}
