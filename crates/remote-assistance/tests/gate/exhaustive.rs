use stateright::{Checker, Model, Property};

use super::world::{Event, Stage, World};

/// How many events long the stories are; all of them are told. More with `GATE_DEPTH`.
const DEPTH: usize = 5;

impl Model for Stage {
    type State = World;
    type Action = Event;

    fn init_states(&self) -> Vec<World> {
        vec![self.begin()]
    }

    fn actions(&self, _: &World, events: &mut Vec<Event>) {
        events.extend(self.events());
    }

    fn next_state(&self, world: &World, event: Event) -> Option<World> {
        let next = self.happen(world, event);
        // an event that changes nothing is not told
        (next != *world).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("no promise is broken", |_, world: &World| world.broken.is_none()),
            Property::sometimes("a session runs", |_, world: &World| world.seen.running),
            Property::sometimes("a link comes too late", |_, world: &World| world.seen.late_link_closed),
            Property::sometimes("a session's time is up", |_, world: &World| world.seen.time_up),
            Property::sometimes("a restart ends a session", |_, world: &World| world.seen.ended_by_restart),
        ]
    }
}

#[test]
fn no_order_of_events_up_to_a_depth_breaks_a_promise() {
    let depth = depth().unwrap_or(DEPTH);
    // the first world has depth 1; several threads would not go strictly by depth, and so cut some stories short
    let checker = Stage::new(3).checker().threads(1).target_max_depth(depth + 1).spawn_bfs().join();
    println!(
        "explored all stories of {depth} events: {} states, {} of them different",
        checker.state_count(),
        checker.unique_state_count()
    );
    if let Some(path) = checker.discovery("no promise is broken") {
        let broken = path.last_state().broken;
        panic!("{broken:?}: {:?}", path.into_actions());
    }
    checker.assert_properties();
}

#[expect(clippy::disallowed_methods, reason = "a longer run is asked for from outside")]
fn depth() -> Option<usize> {
    std::env::var("GATE_DEPTH").ok()?.parse().ok()
}
