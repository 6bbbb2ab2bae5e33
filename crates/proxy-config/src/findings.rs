//! What was found out before the decision.
use crate::SystemSettings;
use crate::environment::Environment;

/// Everything that [`decide`](crate::decide) needs to know beside the settings. The default is "nothing found".
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The proxy variables of the environment.
    pub environment: Environment,
    /// What the system's settings say, if anything. They come after the environment.
    pub system: Option<SystemSettings>,
    /// The PAC script that was run for the URL. It comes before the environment.
    pub script: Option<ScriptAnswer>,
}

/// What a PAC script answered for one URL.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ScriptAnswer {
    /// Its URL or file, without user info.
    pub location: String,
    /// The answer, as the script gave it.
    pub answer: String,
}
