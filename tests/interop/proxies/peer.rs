//! Both programs that go out: ours and curl.
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use interop::target::Target;

pub(crate) type Environment = [(&'static str, PathBuf)];

/// What one attempt came to, in the words of both programs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    Passes,
    /// The proxy, or the KDC for it, wants another login.
    Login,
    /// Something else.
    Fails,
}

/// `way-out` with a password on standard input.
pub(crate) fn ours(environment: &Environment, arguments: &[&str], password: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_way-out"));
    command.args(arguments).envs(environment.iter().cloned());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

pub(crate) fn our_verdict(
    environment: &Environment,
    target: &Target,
    proxy: &str,
    login: &str,
    user: &str,
    password: &str,
) -> (Verdict, String) {
    let done =
        ours(environment, &[&target.url(5), proxy, login, user, target.ca_file.to_str().unwrap()], password);
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    let login_errors = ["LoginNeeded", "LoginRefused", "NoCommonScheme", "LatchClosed"];
    let verdict = if said.starts_with("passes 5 ") {
        Verdict::Passes
    } else if login_errors.iter().any(|error| said.starts_with(&format!("fails {error}"))) {
        Verdict::Login
    } else {
        Verdict::Fails
    };
    (verdict, said)
}

pub(crate) fn curl(environment: &Environment, target: &Target, proxy: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new("curl");
    command.args(["-sS", "-o", "/dev/null", "--noproxy", "", "--proxy", proxy]);
    command.arg("--cacert").arg(&target.ca_file).args(arguments).arg(target.url(5));
    command.envs(environment.iter().cloned()).output().expect("curl: apt-get install curl")
}

pub(crate) fn curl_verdict(
    environment: &Environment,
    target: &Target,
    proxy: &str,
    arguments: &[&str],
) -> Verdict {
    let done = curl(environment, target, proxy, arguments);
    match String::from_utf8_lossy(&done.stderr) {
        _ if done.status.success() => Verdict::Passes,
        said if said.contains("407") => Verdict::Login,
        _ => Verdict::Fails,
    }
}
