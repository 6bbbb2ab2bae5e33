//! The password appears nowhere: not in output, errors, `Debug`, the process list or the proxies' logs.
use std::io::Write;
use std::process::{Command, Stdio};

use interop::proxies::{PASSWORD, Proxies, REALM, USER};
use interop::target::Target;

use crate::peer::ours;

/// `alice:S3cret!pw` and the password, as base64 would carry them.
const ENCODED: [&str; 2] = ["YWxpY2U6UzNjcmV0IXB3", "UzNjcmV0IXB3"];

fn hits(text: &str) -> usize {
    text.matches(PASSWORD).count()
        + ENCODED.iter().map(|encoded| text.matches(encoded).count()).sum::<usize>()
}

#[test]
fn no_secret_is_said_anywhere() {
    let (proxies, target) = (Proxies::start(), Target::start());
    let realm_user = format!("{USER}@{REALM}");
    let ca_file = target.ca_file.to_str().unwrap();
    let url = target.url(5);
    for (port, user) in
        [(proxies.basic, USER), (proxies.ntlm, USER), (proxies.negotiate, &*realm_user), (1, USER)]
    {
        let proxy = format!("localhost:{port}");
        let done = ours(&proxies.kerberos("none"), &[&url, &proxy, "password", user, ca_file, "2"], PASSWORD);
        let said =
            format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(said.contains("debug ") && said.contains(user), "{said}");
        println!("errors, report and Debug of {user} at {port}: {} bytes, {} hits", said.len(), hits(&said));
        assert_eq!(hits(&said), 0, "{said}");
    }
    for name in ["basic", "ntlm", "nego", "multi"] {
        let log = proxies.log(name);
        println!("access log of {name}: {} bytes, {} hits", log.len(), hits(&log));
        assert_eq!(hits(&log), 0);
    }
}

#[test]
fn the_process_list_shows_no_secret_while_a_tunnel_is_open() {
    let (proxies, target) = (Proxies::start(), Target::start());
    let mut command = Command::new(env!("CARGO_BIN_EXE_way-out"));
    let endless = target.url(1 << 40);
    command.args([&endless, &format!("localhost:{}", proxies.basic), "password", USER]).arg(&target.ca_file);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    // Linux shows open sockets as `socket:[N]`.
    while !std::fs::read_dir(format!("/proc/{}/fd", child.id()))
        .unwrap()
        .flatten()
        .any(|fd| fd.path().read_link().is_ok_and(|to| to.to_string_lossy().starts_with("socket:")))
    {
        assert!(std::time::Instant::now() < deadline);
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    for part in ["cmdline", "environ"] {
        let shown = std::fs::read(format!("/proc/{}/{part}", child.id())).unwrap();
        assert!(part == "environ" || !shown.is_empty());
        let hits = hits(&String::from_utf8_lossy(&shown));
        println!("{part} of the process: {} bytes, {hits} hits", shown.len());
        assert_eq!(hits, 0);
    }
    child.kill().unwrap();
    child.wait().unwrap();
}
