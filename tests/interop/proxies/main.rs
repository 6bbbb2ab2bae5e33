//! Ours beside curl's, through real squids and a real KDC.
mod latch;
mod matrix;
mod peer;
mod secrets;
mod socks;
mod tls;
mod tunnel;
