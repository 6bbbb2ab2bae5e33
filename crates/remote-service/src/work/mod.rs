//! The pieces of work that go on while the service runs.

pub(crate) mod assistance;
pub(crate) mod delivery;
pub(crate) mod peer;
pub(crate) mod report;
#[cfg(feature = "smb")]
mod share;
pub(crate) mod visit;
mod watch;

use std::time::Duration;

use back_office::retry::{Again, judge};

/// Whether a failed call to the back office is worth another try. One whose signature did not count (401) is: the key may
/// be changing just now, or a later poll came first.
fn again(error: &back_office::Error) -> Again {
    match judge(error) {
        Again::Never if error.status() == Some(401) => Again::Later { extra: Duration::ZERO },
        again => again,
    }
}
