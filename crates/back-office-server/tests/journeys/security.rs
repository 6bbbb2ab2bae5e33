//! Attacks, each tried and refused.
mod answers;
mod identity;
mod pages;
mod requests;
