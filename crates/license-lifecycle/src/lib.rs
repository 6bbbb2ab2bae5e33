//! Judges a signed license and delivers it to a floating license server.
#![forbid(unsafe_code)]
