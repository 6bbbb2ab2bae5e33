//! Reference back office of the Remote Service.
#![forbid(unsafe_code)]
