//! What was found out before the decision.
use crate::environment::Environment;

/// Everything that [`decide`](crate::decide) needs to know beside the settings. The default is "nothing found".
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The proxy variables of the environment.
    pub environment: Environment,
}
