//! Behind a company's proxy: which way out, the login, and the report that names the hop that fails.
//!
//! `cargo run --example behind_a_proxy` needs no setup: it starts a small proxy that wants user and password, and a small
//! server behind it. It tries a wrong password (one failed login, however often it is tried) and then the right one.
use std::io::{BufRead, BufReader, Write, copy};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

use chrono::Utc;
use remote_service::proxy::{
    Credentials, Findings, Health, Login, Mode, ProxySettings, SharedHealth, TlsTrust, decide, diagnose,
};
use url::Url;

/// `alice:right`, as Basic sends it.
const ALICE: &str = "Basic YWxpY2U6cmlnaHQ=";

#[tokio::main]
#[expect(clippy::disallowed_methods, reason = "a program reads the clock, the library does not")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url: Url = format!("http://{}/", start_server()?).parse()?;
    let (proxy, failed_logins) = start_proxy()?;
    let settings = ProxySettings {
        mode: Mode::Manual,
        address: Some(proxy),
        bypass: vec![".corp".into()],
        login: Login::Password,
        user: Some("alice".into()),
        ..ProxySettings::default()
    };

    println!("Which way out, and why:");
    let now = Utc::now();
    for url in [&url, &"https://intranet.corp/".parse()?] {
        let route = decide(&settings, &Findings::default(), url, now, &Health::default())?;
        println!("  {url} -> {} ({})", route.hops[0], route.why);
    }

    // One for the whole process: it remembers which login was refused.
    let health = SharedHealth::new(now);
    for password in ["wrong", "wrong", "right"] {
        let credentials = Credentials::from_settings(&settings, password.into());
        let (findings, trust) = (Findings::default(), TlsTrust::default());
        let report = diagnose(&settings, credentials.as_ref(), &trust, &findings, &url, &health).await;
        println!("\nWith the password \"{password}\":\n{report}");
        if report.ok != (password == "right") {
            return Err("the report should say something else".into());
        }
    }
    println!("\nFailed logins that the proxy saw: {}", failed_logins.load(SeqCst));
    if failed_logins.load(SeqCst) == 1 { Ok(()) } else { Err("one failed login was expected".into()) }
}

/// Answers every request with 200.
fn start_server() -> std::io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ =
                head(&stream).and_then(|_| stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        }
    });
    Ok(address)
}

/// Carries tunnels for Alice, and counts failed logins.
fn start_proxy() -> std::io::Result<(String, Arc<AtomicUsize>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    let failed = Arc::new(AtomicUsize::new(0));
    let counter = failed.clone();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let counter = counter.clone();
            thread::spawn(move || serve(client, &counter));
        }
    });
    Ok((address, failed))
}

fn serve(mut client: TcpStream, failed: &AtomicUsize) -> std::io::Result<()> {
    loop {
        let head = head(&client)?;
        let login = head.iter().find_map(|line| line.strip_prefix("Proxy-Authorization: "));
        if login != Some(ALICE) {
            failed.fetch_add(usize::from(login.is_some()), SeqCst);
            client.write_all(b"HTTP/1.1 407 Who are you?\r\nProxy-Authenticate: Basic realm=\"demo\"\r\nContent-Length: 0\r\n\r\n")?;
            continue;
        }
        let target = head[0].split(' ').nth(1).unwrap_or_default();
        let mut server = TcpStream::connect(target)?;
        client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n")?;
        let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
        thread::spawn(move || copy(&mut from_client, &mut to_server));
        copy(&mut server, &mut client)?;
        return client.shutdown(std::net::Shutdown::Both);
    }
}

/// The lines of a request without a body.
fn head(stream: &TcpStream) -> std::io::Result<Vec<String>> {
    let lines: Result<Vec<_>, _> = BufReader::new(stream)
        .lines()
        .take(100)
        .take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty()))
        .collect();
    lines.and_then(
        |lines| if lines.is_empty() { Err(std::io::ErrorKind::UnexpectedEof.into()) } else { Ok(lines) },
    )
}
