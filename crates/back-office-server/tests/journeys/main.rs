//! Journeys of installations through a running back office, over its public API and real connections.
mod enrollment;
mod licenses;
mod polls;
mod standing;
mod world;
