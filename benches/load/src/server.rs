//! The server's process: the back office as its own binary runs it, with keys from a folder.
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;

use back_office_server::{BackOffice, Config, Tls};
use signed_envelope::{KeyRing, SigningKey};
use tokio::signal::unix::{SignalKind, signal};

pub(crate) const SIGNING_KEY: &str = "signing-key.pem";
pub(crate) const KEYS: &str = "back-office-keys.dsse";
pub(crate) const TRUSTED: &str = "vendor-public.pem";
pub(crate) const CERTIFICATE: &str = "tls.pem";
pub(crate) const TLS_KEY: &str = "tls-key.pem";

/// Where the database of a folder is.
pub(crate) fn database(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("back-office.db").display())
}

/// Serves until it is terminated; a line on standard output says when it listens.
pub(crate) async fn serve(folder: &Path, port: u16) {
    let mut terminated = signal(SignalKind::terminate()).expect("signals");
    let read = |name| std::fs::read_to_string(folder.join(name)).expect("a readable file");
    let tls = match folder.join(CERTIFICATE).exists() {
        true => Tls::Own { cert_pem: read(CERTIFICATE), key_pem: read(TLS_KEY).into() },
        false => Tls::BehindBalancer,
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let config = Config::new(
        database(folder),
        address,
        tls,
        SigningKey::from_pem(&read(SIGNING_KEY).into()).expect("a key"),
        read(KEYS).into_bytes(),
        KeyRing::from_pem(&read(TRUSTED)).expect("keys"),
    );
    let listener = TcpListener::bind(address).expect("the port");
    let running = BackOffice::start_on(listener, config).await.expect("a back office");
    println!("ready");
    std::io::stdout().flush().expect("standard output");
    terminated.recv().await;
    running.stop().await;
}
