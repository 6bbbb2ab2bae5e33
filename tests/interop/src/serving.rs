//! Scripts below `tests/servers` that serve until their standard input ends.
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running script; dropping this, or the death of the process, ends what it started.
pub struct Serving(Child);

impl Serving {
    /// Starts `script serve FOLDER` with the environment that `command` has, and waits until it is ready.
    ///
    /// # Panics
    /// When a server is missing; the script's message names its Debian package.
    pub fn start(mut command: Command, folder: &Path) -> Self {
        command.arg("serve").arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut serving = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(serving.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n", "{command:?} did not start; its message above says what is missing");
        Self(serving)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.0.stdin.take()); // the script ends its servers
        let _ = self.0.wait();
    }
}

/// A script of `tests/servers` that finds free ports in the variables `names`.
pub fn script<const N: usize>(file: &str, names: [&str; N]) -> (Command, [u16; N]) {
    let listeners = names.map(|_| TcpListener::bind("127.0.0.1:0").unwrap());
    let ports = listeners.map(|listener| listener.local_addr().unwrap().port());
    (with_ports(file, names, ports), ports)
}

/// The same with ports that are known.
pub fn with_ports<const N: usize>(file: &str, names: [&str; N], ports: [u16; N]) -> Command {
    let mut command = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../servers").join(file));
    command.envs(names.iter().zip(ports.map(|port| port.to_string())));
    command
}
