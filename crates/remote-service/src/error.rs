use std::path::PathBuf;

/// Anything that [`RemoteService`](crate::RemoteService) refuses or fails at.
///
/// What goes wrong beside a call of the embedder's (an unreachable back office, a license server that takes
/// nothing) is no error but a state of the [`Snapshot`](crate::Snapshot).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another process works in the state directory.
    #[error("state directory {} is in use by another process", path.display())]
    StateDirInUse {
        /// The state directory.
        path: PathBuf,
    },
    /// A file or folder that the service needs cannot be made, read or written.
    #[error("cannot read or write {}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file of the state directory holds something that we did not write.
    #[error("{} cannot be read back", path.display())]
    StateFile {
        /// The file. It is left as it is.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The builder was not given something that it cannot do without.
    #[error("the builder was given no {what}")]
    Missing {
        /// `product` or `trusted keys`.
        what: &'static str,
    },
    /// What the product says of itself does not do.
    #[error("product {field} is not valid")]
    Product {
        /// `name`, `version` or `checked_since`.
        field: &'static str,
        /// What is wrong with it.
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// The settings file cannot be read or written.
    #[error("cannot use settings file {}", path.display())]
    SettingsFile {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The settings file is no TOML of the right shape.
    #[error("settings{} cannot be read", at_line(*line))]
    SettingsText {
        /// The line, counted from 1, where it is known.
        line: Option<usize>,
        /// What is wrong there.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A key that does not exist.
    #[error("unknown setting {key}{}, did you mean {nearest}?", at_line(*line))]
    UnknownSetting {
        /// The key as written.
        key: String,
        /// The line, counted from 1, where it is known.
        line: Option<usize>,
        /// The known key that is nearest to it.
        nearest: &'static str,
    },
    /// A setting whose value does not do.
    #[error("setting {key} {problem}")]
    Setting {
        /// The key, as in `settings.toml`.
        key: &'static str,
        /// What is wrong, as the rest of a sentence that begins with the key.
        problem: &'static str,
    },
    /// The secret store.
    #[error("cannot use the secret store")]
    Secrets {
        /// What the store said.
        source: secret_store::Error,
    },
    /// The license state or the outbox.
    #[error("cannot use the license state")]
    License {
        /// What the license library said.
        #[from]
        source: license_lifecycle::Error,
    },
    /// The license is not accepted; the one in force stays.
    #[error("license refused ({})", why.code())]
    Refused {
        /// Why.
        #[source]
        why: license_lifecycle::Refusal,
    },
    /// The proxy settings do not do.
    #[error("proxy settings are not valid")]
    Proxy {
        /// What the proxy library said.
        #[from]
        source: proxy_config::Error,
    },
    /// The records of remote assistance.
    #[error("cannot use the records of remote assistance")]
    Assistance {
        /// What the assistance library said.
        source: remote_assistance::Error,
    },
    /// The gate did not do what a person asked for.
    #[error("declined ({})", why.code())]
    Declined {
        /// Why.
        why: remote_assistance::Decline,
    },
    /// The installation's key.
    #[error("cannot use the installation's key")]
    Identity {
        /// What the envelope library said.
        source: signed_envelope::Error,
    },
    /// The installation's new key is kept, but the back office has not taken it yet; each connection tries it again.
    #[error("the new key waits for the back office")]
    KeyWaits {
        /// What went wrong; `None`: there is no connection now.
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// The operating system has no random numbers.
    #[error("no random numbers")]
    Random {
        /// What it said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The service was stopped, or is stopping.
    #[error("the service has stopped")]
    Stopped,
}

fn at_line(line: Option<usize>) -> String {
    line.map(|line| format!(" in line {line}")).unwrap_or_default()
}
