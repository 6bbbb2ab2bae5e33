//! Finds the newest entry among neighbouring places in logarithmic time, so that no file makes reading slow.
use std::ops::Range;

/// Places in a row, each empty or with a number; larger numbers are newer.
///
/// A segment tree: the places are the second half of `nodes`, and each node in the first half has the larger of the
/// two below it.
pub(super) struct Newest {
    nodes: Vec<Option<usize>>,
}

impl Newest {
    pub(super) fn new(places: usize) -> Self {
        Self { nodes: vec![None; 2 * places] }
    }

    pub(super) fn set(&mut self, place: usize, entry: Option<usize>) {
        let mut node = self.nodes.len() / 2 + place;
        self.nodes[node] = entry;
        while node > 1 {
            node /= 2;
            self.nodes[node] = self.nodes[2 * node].max(self.nodes[2 * node + 1]);
        }
    }

    /// The newest entry in these places.
    pub(super) fn newest(&self, places: Range<usize>) -> Option<usize> {
        let half = self.nodes.len() / 2;
        let (mut from, mut to) = (half + places.start, half + places.end);
        let mut newest = None;
        while from < to {
            if from % 2 == 1 {
                newest = newest.max(self.nodes[from]);
                from += 1;
            }
            if to % 2 == 1 {
                to -= 1;
                newest = newest.max(self.nodes[to]);
            }
            from /= 2;
            to /= 2;
        }
        newest
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_newest_is_what_a_walk_over_all_places_finds(
            steps in prop::collection::vec((0_usize..13, prop::option::of(0_usize..100), 0_usize..14, 0_usize..14), 1..60),
        ) {
            let mut places = [None; 13];
            let mut newest = Newest::new(places.len());
            for (place, entry, from, to) in steps {
                places[place] = entry;
                newest.set(place, entry);
                let walked = places.get(from..to).and_then(|places| places.iter().copied().max()).flatten();
                prop_assert_eq!(newest.newest(from..to), walked);
            }
        }
    }
}
