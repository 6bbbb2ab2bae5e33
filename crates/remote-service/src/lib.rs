//! The Remote Service as a product embeds it: settings in, snapshot and events out.
#![forbid(unsafe_code)]
