//! Ours beside curl's, through real squids and a real KDC.
mod clock;
mod latch;
mod matrix;
mod origin;
mod peer;
mod secrets;
mod shapes;
mod socks;
mod strangers;
mod tickets;
mod tls;
mod tunnel;
