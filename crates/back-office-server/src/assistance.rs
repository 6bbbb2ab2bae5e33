//! Requests for assistance: asked by the help desk, signed by us, decided by the customer alone.
pub(crate) mod ask;
pub(crate) mod reports;
