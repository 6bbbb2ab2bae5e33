//! Finds the way out of a company network and logs in to the proxy on it.
#![forbid(unsafe_code)]
