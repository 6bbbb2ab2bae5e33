//! The installation that a command is about: its state directory, its settings, its secrets.
use std::path::{Path, PathBuf};

use clap::Args;
use remote_service::secret_store::{KeySource, SealedFolder};
use remote_service::{Builder, Error, Product, RemoteService, Settings, StateDir};
use signed_envelope::KeyRing;

use super::overlay::Overlay;
use crate::{
    answer::{Failure, with_causes},
    input,
};

/// The name of the credential with the key of the sealed secrets.
const KEY: &str = "remote-service-key";

#[derive(Args, Clone)]
pub(crate) struct Installation {
    /// The state directory, with settings.toml in it
    #[arg(long, value_name = "DIR", env = "STATE_DIRECTORY", default_value = DEFAULT)]
    state_dir: PathBuf,
    /// The key that seals the secrets; without it the credential remote-service-key of systemd, or else a file beside them
    #[arg(long, value_name = "FILE", env = "REMOTE_SERVICE_KEY_FILE")]
    key_file: Option<PathBuf>,
    /// Keep that key in Windows' Credential Manager instead, for the account of the service alone: secrets are then set in
    /// the console, and anew when the account changes
    #[cfg(windows)]
    #[arg(long, env = "REMOTE_SERVICE_CREDENTIAL_MANAGER", conflicts_with = "key_file")]
    credential_manager: bool,
    /// Set by systemd
    #[arg(long, value_name = "DIR", env = "CREDENTIALS_DIRECTORY", hide = true)]
    credentials_directory: Option<PathBuf>,
}

const DEFAULT: &str =
    if cfg!(windows) { "C:\\ProgramData\\remote-service" } else { "/var/lib/remote-service" };

impl Installation {
    /// The settings of the state directory, with what environment and flags say on top.
    pub(crate) fn settings(&self, overlay: &Overlay) -> Result<Settings, Failure> {
        self.load(overlay.texts())
    }

    /// The settings of the state directory alone.
    #[cfg(windows)]
    pub(crate) fn saved_settings(&self) -> Result<Settings, Failure> {
        self.load(&[])
    }

    fn load(&self, overlay: &[(String, String)]) -> Result<Settings, Failure> {
        Settings::load(&self.state_dir.join("settings.toml"), overlay).map_err(failure)
    }

    /// Where the secrets lie, sealed.
    pub(crate) fn secrets(&self) -> Result<SealedFolder, Failure> {
        let folder = self.state_dir.join("secrets");
        SealedFolder::open(&folder, self.key(&folder)).map_err(|source| failure(Error::Secrets { source }))
    }

    fn key(&self, folder: &Path) -> KeySource {
        #[cfg(windows)]
        if self.credential_manager {
            return KeySource::CredentialManager(format!("{KEY} of {}", self.state_dir.display()));
        }
        let credential = self.credentials_directory.as_ref().map(|folder| folder.join(KEY));
        let key = self.key_file.clone().or_else(|| credential.filter(|key| key.is_file()));
        KeySource::File(key.unwrap_or_else(|| folder.join("key")))
    }

    /// A service with this state, and the product that the settings name. Takes the state directory for itself.
    pub(crate) fn builder(&self, settings: Settings) -> Result<Builder, Failure> {
        self.builder_in(StateDir::open(&self.state_dir).map_err(failure)?, settings)
    }

    /// The same for a service that makes no connection of its own: beside the one that runs, where there is one.
    pub(crate) fn quiet_builder(&self, settings: Settings) -> Result<Builder, Failure> {
        let dir = match StateDir::open(&self.state_dir) {
            Err(Error::StateDirInUse { .. }) => StateDir::beside(&self.state_dir),
            opened => opened,
        };
        self.builder_in(dir.map_err(failure)?, Settings { enabled: false, ..settings })
    }

    fn builder_in(&self, dir: StateDir, settings: Settings) -> Result<Builder, Failure> {
        let product = product(&settings)?;
        let trusted = trusted(&settings)?;
        let builder = RemoteService::builder(dir)
            .product(product)
            .trusted_keys(trusted)
            .secrets(self.secrets()?)
            .settings(settings);
        #[cfg(feature = "teamviewer")]
        let builder = builder.teamviewer();
        Ok(builder)
    }

    /// The users of the console.
    pub(crate) fn console_users(&self) -> PathBuf {
        self.state_dir.join("console-users.json")
    }

    /// The folder.
    pub(crate) fn state_dir(&self) -> &Path {
        &self.state_dir
    }

    /// The flags that name this installation from any folder.
    #[cfg(windows)]
    pub(crate) fn flags(&self) -> Result<Vec<std::ffi::OsString>, Failure> {
        let absolute = |path: &Path| {
            std::path::absolute(path).map_err(|source| Failure::Read { path: path.to_owned(), source })
        };
        let mut flags = vec!["--state-dir".into(), absolute(&self.state_dir)?.into()];
        if let Some(key) = &self.key_file {
            flags.extend(["--key-file".into(), absolute(key)?.into()]);
        }
        if self.credential_manager {
            flags.push("--credential-manager".into());
        }
        Ok(flags)
    }
}

fn product(settings: &Settings) -> Result<Product, Failure> {
    let product = &settings.product;
    let needed = |key: &str, value: &Option<String>| {
        value.clone().ok_or_else(|| {
            Failure::Usage(format!("setting {key} must be set: the product that this service belongs to"))
        })
    };
    let name = needed("product.name", &product.name)?;
    let version = needed("product.version", &product.version)?;
    let mut built = Product::new(&name, &version).map_err(failure)?;
    if let Some(since) = &product.checked_since {
        built = built.checked_since(since).map_err(failure)?;
    }
    Ok(match &product.base_feature {
        Some(feature) => built.base_feature(feature),
        None => built,
    })
}

fn trusted(settings: &Settings) -> Result<KeyRing, Failure> {
    let files = &settings.product.trusted_key_files;
    if files.is_empty() {
        let what = "setting product.trusted_key_files must name the PEM files with the vendor's public keys";
        return Err(Failure::Usage(what.to_owned()));
    }
    let mut pem = String::new();
    for file in files {
        pem.push_str(&input::text(file)?);
        pem.push('\n');
    }
    KeyRing::from_pem(&pem)
        .map_err(|error| Failure::Usage(format!("product.trusted_key_files: {}", with_causes(&error))))
}

/// What is wrong with settings or state, in one line. Wrong settings are wrong usage; whatever else is in the way may be
/// gone at the next try.
pub(crate) fn failure(error: Error) -> Failure {
    let text = with_causes(&error);
    match error {
        Error::Product { .. }
        | Error::SettingsFile { .. }
        | Error::SettingsText { .. }
        | Error::UnknownSetting { .. }
        | Error::Setting { .. }
        | Error::Proxy { .. } => Failure::Usage(text),
        _ => Failure::Failed(text),
    }
}
