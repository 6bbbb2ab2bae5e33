//! The gate that lets nobody in without the customer's yes.
#![forbid(unsafe_code)]
