use serde::{Deserialize, Serialize};

use crate::{Error, SESSION_MINUTES, WeeklyHours};

/// The table `assistance` of the settings. The default is off: so is a missing one, and one that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// [Allow remote assistance]; `false` unless an administrator says otherwise.
    pub allowed: bool,
    /// The longest session, in minutes; 60 by default, within [`SESSION_MINUTES`].
    pub max_minutes: u32,
    /// When requests may come, in the customer's time; always by default.
    pub hours: WeeklyHours,
}

impl Default for Policy {
    fn default() -> Self {
        Self { allowed: false, max_minutes: 60, hours: WeeklyHours::always() }
    }
}

impl Policy {
    /// Checks the limit for sessions.
    ///
    /// # Errors
    /// [`Error::BadMinutes`]. A gate treats such a policy as off.
    pub fn check(&self) -> Result<(), Error> {
        match SESSION_MINUTES.contains(&self.max_minutes) {
            true => Ok(()),
            false => Err(Error::BadMinutes { minutes: self.max_minutes }),
        }
    }

    /// Whether assistance is on: allowed, and by a policy that holds.
    pub(crate) fn is_on(&self) -> bool {
        self.allowed && self.check().is_ok()
    }
}
