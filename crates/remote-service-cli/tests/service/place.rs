//! A world with one installation that has its first license, and is run by the binary.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use secrecy::ExposeSecret;
use serde_json::Value;
use world::{Terms, World};

use crate::running::Service;

pub(crate) struct Place {
    world: World,
}

impl Place {
    pub(crate) async fn begin() -> Self {
        let world = World::start().await;
        let service = world.install("state").await;
        world.first_license(&service, &Terms::first(world::now())).await;
        let mut events = service.events();
        let in_use = async {
            while service.snapshot().license.seen.is_none() {
                events.next().await.unwrap();
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), in_use).await.expect("the license in use");
        service.stop().await;
        let keys = world.folder.path().join("vendor.pem");
        std::fs::write(&keys, world.vendor.key.public().to_pem()).unwrap();
        let mut settings = world.settings();
        settings.enabled = true;
        settings.product.name = Some(world::PRODUCT.to_owned());
        settings.product.version = Some("1.4.0".to_owned());
        settings.product.trusted_key_files = vec![keys];
        let place = Self { world };
        std::fs::write(place.state().join("settings.toml"), toml::to_string(&settings).unwrap()).unwrap();
        place
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.world.folder.path().to_owned()
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.folder().join("state")
    }

    pub(crate) fn code(&self) -> String {
        self.world.office.organization.verification_code.expose_secret().to_owned()
    }

    /// A second state directory with the same settings, and nothing else yet.
    pub(crate) fn fresh(&self) -> String {
        let fresh = self.folder().join("fresh");
        std::fs::create_dir(&fresh).unwrap();
        std::fs::copy(self.state().join("settings.toml"), fresh.join("settings.toml")).unwrap();
        fresh.to_str().unwrap().to_owned()
    }

    /// A license as it comes by mail: file and envelope.
    pub(crate) fn mail(&self) -> [String; 2] {
        let license = self.world.vendor.issue(&Terms::first(world::now()));
        let written = [("prismadirect.lic", license.file), ("prismadirect.lic.dsse", license.envelope)];
        written.map(|(name, bytes)| {
            let path = self.folder().join(name);
            std::fs::write(&path, bytes).unwrap();
            path.to_str().unwrap().to_owned()
        })
    }

    fn command(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(program());
        command.args(arguments).envs(variables.iter().copied());
        command.env("STATE_DIRECTORY", self.state()).env_remove("NOTIFY_SOCKET");
        command
    }

    /// `remote-service secret set`: exit code and JSON.
    pub(crate) fn store(&self, name: &str, value: &str) -> (i32, Value) {
        self.with(&["secret", "set", name], &[], Some(value))
    }

    /// Runs a command to its end: exit code and JSON.
    pub(crate) fn with(
        &self,
        arguments: &[&str],
        variables: &[(&str, &str)],
        input: Option<&str>,
    ) -> (i32, Value) {
        let mut command = self.command(arguments, variables);
        command.arg("--json").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        // Who asks for nothing may have ended already.
        let _ = writeln!(child.stdin.take().unwrap(), "{}", input.unwrap_or_default());
        let output = child.wait_with_output().unwrap();
        (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).unwrap_or(Value::Null))
    }

    /// Starts `remote-service run` below a stand-in for systemd.
    pub(crate) fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Service {
        let mut command = self.command(&["run", "--log", "json"], variables);
        command.args(arguments);
        Service::start(command, self.folder().join("notify"))
    }

    pub(crate) async fn end(self) {
        self.world.stop().await;
    }
}

/// The binary; `SHIPPED_PROGRAM` names one of another build.
#[allow(clippy::disallowed_methods, reason = "a test reads what it is to measure from the environment")]
fn program() -> String {
    std::env::var("SHIPPED_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_remote-service").to_owned())
}
