//! Journeys through proxies that misbehave in every known way, over real sockets on the loopback address.
mod answers;
mod latch;
mod proxy;
mod relay;
mod report;
mod target;
