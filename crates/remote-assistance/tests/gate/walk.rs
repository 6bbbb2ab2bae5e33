use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::world::{Event, Stage};

/// How many events a random story has.
const LENGTH: usize = 100;
/// How many requests it is about: they last.
const REQUESTS: usize = 24;

/// What comes next: `None` is the usual thing, so that something comes about; the rest comes out of the blue.
fn story(stage: &Stage) -> impl Strategy<Value = Vec<Option<Event>>> {
    let anything = prop::sample::select(stage.events());
    let often = prop::sample::select(vec![Event::UserSeen, Event::SwitchOn, Event::Approve]);
    let next = prop_oneof![5 => Just(None), 1 => often.prop_map(Some), 1 => anything.prop_map(Some)];
    prop::collection::vec(next, LENGTH)
}

/// More stories with `PROPTEST_CASES`.
#[test]
fn no_long_story_breaks_a_promise() {
    let stage = Stage::new(REQUESTS);
    let [steps, ran, resumed] = [const { AtomicU64::new(0) }; 3];
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let told = TestRunner::new(config).run(&story(&stage), |story| {
        let mut world = stage.begin();
        for next in story {
            world = stage.happen(&world, next.unwrap_or_else(|| stage.usual(&world)));
            steps.fetch_add(1, Ordering::Relaxed);
            prop_assert_eq!(world.broken, None);
        }
        ran.fetch_add(u64::from(world.seen.running), Ordering::Relaxed);
        resumed.fetch_add(u64::from(world.seen.resumed), Ordering::Relaxed);
        Ok(())
    });
    told.unwrap();
    let [steps, ran, resumed] = [steps, ran, resumed].map(AtomicU64::into_inner);
    println!("{steps} steps; a session ran in {ran} stories and was resumed in {resumed}");
    assert!(ran > 0 && resumed > 0);
}
