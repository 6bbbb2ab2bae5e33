//! SOCKS 5 (RFC 1928, with RFC 1929 for a password) and SOCKS 4a. Names are always looked up by the proxy.
//!
//! Our own few bytes, as no client crate tells which method the proxy took: the latch and the report need to know.
use std::io;
use std::net::IpAddr;

use secrecy::ExposeSecret;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::stream::Socket;
use super::{Dialer, Tunnel};
use crate::login::Identity;
use crate::server::authority;
use crate::trace::Trace;
use crate::{Credentials, Error, Protocol, ProxyServer, Scheme, StageName};

/// Longest name, user and password: their lengths are sent in one byte.
const MAX_TEXT: usize = 255;
const NO_LOGIN: u8 = 0;
const PASSWORD: u8 = 2;

/// One request for a connection.
pub(super) struct Connect<'a> {
    pub(super) dialer: &'a Dialer,
    pub(super) server: &'a ProxyServer,
    pub(super) identity: &'a Identity,
    pub(super) host: &'a str,
    pub(super) port: u16,
}

impl Connect<'_> {
    pub(super) async fn run(&self, trace: &mut Trace) -> Result<Tunnel, Error> {
        let mut socket = self.dialer.dial(self.server, trace).await?;
        if self.server.protocol == Protocol::Socks4 {
            self.four(&mut socket).await?;
        } else {
            self.five(&mut socket, trace).await?;
        }
        trace.passed(StageName::Tunnel, format!("{} connects to {}", self.server, self.target()));
        Ok(Tunnel::new(socket, Vec::new()))
    }

    /// Version 4a: the user is named, not proved.
    async fn four(&self, socket: &mut Socket) -> Result<(), Error> {
        let user = match self.identity {
            Identity::User(credentials) => &*credentials.user,
            Identity::Nobody | Identity::Current => "",
        };
        if user.len() > MAX_TEXT || user.contains('\0') {
            return Err(self.unservable("the user name is no SOCKS user"));
        }
        let name = self.name()?;
        let [high, low] = self.port.to_be_bytes();
        let mut request = vec![4, 1, high, low];
        // An address of version 6 goes as a name: some servers know it.
        let address = self.host.parse::<std::net::Ipv4Addr>().ok();
        request.extend(address.map_or([0, 0, 0, 1], |address| address.octets()));
        request.extend([user.as_bytes(), &[0]].concat());
        if address.is_none() {
            request.extend([name, &[0]].concat());
        }
        let [version, code, ..] = self.ask::<8>(socket, &request).await?;
        match (version, code) {
            (0, 90) => Ok(()),
            (0, 91..=93) => Err(self.denied(code, "request rejected")),
            _ => Err(self.not_a_proxy()),
        }
    }

    async fn five(&self, socket: &mut Socket, trace: &mut Trace) -> Result<(), Error> {
        let methods: &[u8] = match self.identity {
            Identity::User(_) => &[5, 2, NO_LOGIN, PASSWORD],
            Identity::Nobody | Identity::Current => &[5, 1, NO_LOGIN],
        };
        match (self.ask(socket, methods).await?, self.identity) {
            ([5, NO_LOGIN], _) => {}
            ([5, PASSWORD], Identity::User(credentials)) => self.log_in(socket, credentials, trace).await?,
            ([5, 0xff], Identity::Nobody) => {
                let offered = vec!["a SOCKS login".into()];
                return Err(Error::LoginNeeded { proxy: self.server.clone(), offered });
            }
            ([5, 0xff], _) => return Err(self.unservable("it wants another login than a password")),
            _ => return Err(self.not_a_proxy()),
        }
        let mut request = vec![5, 1, 0];
        match self.host.parse() {
            Ok(IpAddr::V4(address)) => request.extend([&[1][..], &address.octets()].concat()),
            Ok(IpAddr::V6(address)) => request.extend([&[4][..], &address.octets()].concat()),
            Err(_) => request.extend([&[3][..], &text(self.name()?)].concat()),
        }
        request.extend(self.port.to_be_bytes());
        let [version, code, _, kind] = self.ask(socket, &request).await?;
        if version != 5 {
            return Err(self.not_a_proxy());
        }
        if code != 0 {
            return Err(self.denied(code, meaning(code)));
        }
        // The address that the proxy uses towards the target, and its port: nobody needs them.
        match kind {
            1 => self.read::<6>(socket).await.map(drop),
            4 => self.read::<18>(socket).await.map(drop),
            3 => {
                let [length] = self.read(socket).await?;
                let mut rest = vec![0; usize::from(length) + 2];
                self.in_time(async { socket.read_exact(&mut rest).await.map(drop) }).await
            }
            _ => Err(self.not_a_proxy()),
        }
    }

    async fn log_in(
        &self,
        socket: &mut Socket,
        credentials: &Credentials,
        trace: &mut Trace,
    ) -> Result<(), Error> {
        let user = &credentials.qualified_user;
        let password = credentials.password.expose_secret();
        if [user.len(), password.len()].iter().any(|length| !(1..=MAX_TEXT).contains(length)) {
            return Err(self.unservable("user and password must have 1 to 255 bytes"));
        }
        let turn = self.dialer.health.turn(self.server, credentials).await?;
        let taken = "SOCKS user and password taken; the password crosses the network unencrypted";
        trace.passed(StageName::Scheme, taken);
        let request = [&[1][..], &text(user.as_bytes()), &text(password.as_bytes())].concat();
        match self.ask(socket, &request).await {
            Ok([1 | 5, 0]) => turn.proved(),
            // Some servers say no by closing the connection.
            Ok([1 | 5, _]) | Err(Error::Closed { .. }) => {
                return Err(self.dialer.refused(self.server, self.identity, Scheme::Socks, None));
            }
            Ok(_) => return Err(self.not_a_proxy()),
            Err(error) => return Err(error),
        }
        trace.passed(StageName::Login, format!("{} accepted", self.identity.name()));
        Ok(())
    }

    /// The target as bytes of a name.
    fn name(&self) -> Result<&[u8], Error> {
        let name = self.host.as_bytes();
        let fits = name.len() <= MAX_TEXT && !name.contains(&0);
        fits.then_some(name).ok_or_else(|| self.denied(0xff, "the name is too long"))
    }

    async fn ask<const N: usize>(&self, socket: &mut Socket, request: &[u8]) -> Result<[u8; N], Error> {
        self.in_time(async {
            socket.write_all(request).await?;
            socket.flush().await
        })
        .await?;
        self.read(socket).await
    }

    async fn read<const N: usize>(&self, socket: &mut Socket) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        self.in_time(async { socket.read_exact(&mut bytes).await.map(drop) }).await?;
        Ok(bytes)
    }

    async fn in_time(&self, work: impl Future<Output = io::Result<()>>) -> Result<(), Error> {
        let (proxy, limit) = (self.server.clone(), self.dialer.patience.answer);
        match timeout(limit, work).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Err(Error::Closed { proxy, source: None })
            }
            Ok(Err(error)) => Err(Error::Closed { proxy, source: Some(error) }),
            Err(_) => Err(Error::Silent { proxy, after: limit }),
        }
    }

    fn target(&self) -> String {
        authority(self.host, self.port)
    }

    fn denied(&self, code: u8, reason: &str) -> Error {
        let (proxy, target, status) = (self.server.clone(), self.target(), code.into());
        let reason = reason.into();
        match code {
            3..=6 => Error::TargetUnreachable { proxy, target, status, reason },
            _ => Error::TunnelRefused { proxy, target, status, reason },
        }
    }

    fn not_a_proxy(&self) -> Error {
        Error::NotAProxy { proxy: self.server.clone() }
    }

    fn unservable(&self, why: &str) -> Error {
        let offered = vec!["a SOCKS login".into()];
        Error::NoCommonScheme { proxy: self.server.clone(), offered, source: Some(why.into()) }
    }
}

/// A text behind its length.
fn text(bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).unwrap_or(u8::MAX); // checked before
    [&[length][..], bytes].concat()
}

/// RFC 1928, section 6.
fn meaning(code: u8) -> &'static str {
    match code {
        1 => "general failure",
        2 => "not allowed by its rules",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "TTL expired",
        7 => "command not supported",
        8 => "address type not supported",
        _ => "unknown reason",
    }
}
