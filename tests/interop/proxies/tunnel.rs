//! A proxy that dies in mid-tunnel.
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use interop::proxies::{PASSWORD, Proxies, USER};
use interop::target::Target;

#[test]
fn a_proxy_killed_in_mid_tunnel_ends_the_request_at_once() {
    let (proxies, target) = (Proxies::start(), Target::start());
    let mut command = Command::new(env!("CARGO_BIN_EXE_way-out"));
    command.args([&target.url(1 << 40), &format!("localhost:{}", proxies.basic), "password", USER]);
    let mut child =
        command.arg(&target.ca_file).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    // The tunnel is up when squid holds a connection to the target.
    let port = format!(":{:04X} 01", target.address.port());
    let deadline = Instant::now() + Duration::from_secs(10);
    while !std::fs::read_to_string("/proc/net/tcp").unwrap().contains(&port) {
        assert!(Instant::now() < deadline, "no tunnel");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(Command::new("kill").args(["-9", &proxies.pid("basic")]).status().unwrap().success());
    let killed = Instant::now();
    let done = child.wait_with_output().unwrap();
    assert!(killed.elapsed() < Duration::from_secs(2), "{:?}", killed.elapsed());
    assert!(String::from_utf8_lossy(&done.stdout).starts_with("fails "), "{done:?}");
}
