//! `CONNECT` with all legs of a login on one socket (RFC 9110, sections 9.3.6 and 11.7).
mod login;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use self::login::{Login, Next};
use super::reply::{BadReply, Buffer, Reply};
use super::stream::Socket;
use super::{Dialer, Tunnel};
use crate::login::Identity;
use crate::trace::Trace;
use crate::{Error, ProxyServer, StageName};

/// More answers than this to one request for a tunnel are no login any more.
const MAX_LEGS: usize = 8;

/// One request for a tunnel.
pub(super) struct Connect<'a> {
    pub(super) dialer: &'a Dialer,
    pub(super) server: &'a ProxyServer,
    pub(super) identity: &'a Identity,
    pub(super) target: &'a str,
}

impl Connect<'_> {
    pub(super) async fn run(&self, trace: &mut Trace) -> Result<Tunnel, Error> {
        let mut socket = self.dialer.dial(self.server, trace).await?;
        let mut buffer = Buffer::default();
        let mut login = self.known_scheme(trace).await?;
        let mut redial_allowed = false;
        for _ in 0..MAX_LEGS {
            let reply = match self.ask(&mut socket, &mut buffer, login.as_ref().map(Login::header)).await {
                // The proxy closed after its 407 without a word: what we began goes over a new connection.
                Err(Error::Closed { .. }) if redial_allowed => {
                    redial_allowed = false;
                    (socket, buffer) = self.redial().await?;
                    continue;
                }
                reply => reply?,
            };
            if reply.status != 407 {
                self.note_accepted(login.take(), trace);
                return self.conclude(&reply, trace).map(|()| Tunnel::new(socket, buffer.into_rest()));
            }
            let next = self.answer(&reply, &mut login, trace).await?;
            let continues = next == Next::SameConnection;
            let stays = reply.is_framed() && (continues || next == Next::Any && !reply.closes);
            redial_allowed = !continues;
            if stays && self.skip_body(&reply, &mut socket, &mut buffer).await {
                continue;
            }
            if continues {
                return Err(self.bad(BadReply::Closed(None)));
            }
            (socket, buffer) = self.redial().await?;
        }
        Err(Error::NotAProxy { proxy: self.server.clone() })
    }

    async fn redial(&self) -> Result<(Socket, Buffer), Error> {
        Ok((self.dialer.dial(self.server, &mut Trace::new()).await?, Buffer::default()))
    }

    async fn ask<S>(
        &self,
        socket: &mut S,
        buffer: &mut Buffer,
        header: Option<String>,
    ) -> Result<Reply, Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut request =
            format!("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\nProxy-Connection: keep-alive\r\n", self.target);
        request += &header.unwrap_or_default();
        request += "\r\n";
        let exchange = async {
            let sent = async {
                socket.write_all(request.as_bytes()).await?;
                socket.flush().await
            };
            sent.await.map_err(|error| BadReply::Closed(Some(error)))?;
            Reply::read(socket, buffer).await
        };
        let limit = self.dialer.patience.answer;
        match timeout(limit, exchange).await {
            Ok(reply) => reply.map_err(|error| self.bad(error)),
            Err(_) => Err(Error::Silent { proxy: self.server.clone(), after: limit }),
        }
    }

    /// Whether the body could be read away.
    async fn skip_body<S: AsyncRead + Unpin>(
        &self,
        reply: &Reply,
        socket: &mut S,
        buffer: &mut Buffer,
    ) -> bool {
        let skipped = timeout(self.dialer.patience.answer, reply.skip_body(socket, buffer)).await;
        matches!(skipped, Ok(Ok(())))
    }

    fn note_accepted(&self, login: Option<Login>, trace: &mut Trace) {
        let Some(login) = login else { return };
        self.dialer.health.lock().note_scheme(self.server, login.scheme);
        if let Some(turn) = login.turn {
            turn.proved();
        }
        trace.passed(StageName::Login, format!("{} accepted", self.identity.name()));
    }

    fn conclude(&self, reply: &Reply, trace: &mut Trace) -> Result<(), Error> {
        if (200..300).contains(&reply.status) {
            trace.passed(StageName::Tunnel, format!("{} connects to {}", self.server, self.target));
            return Ok(());
        }
        let (proxy, target) = (self.server.clone(), self.target.into());
        let (status, reason) = (reply.status, reply.shown_reason());
        Err(match reply.is_about_the_target() {
            true => Error::TargetUnreachable { proxy, target, status, reason },
            false => Error::TunnelRefused { proxy, target, status, reason },
        })
    }

    fn bad(&self, reply: BadReply) -> Error {
        let proxy = self.server.clone();
        match reply {
            BadReply::Closed(source) => Error::Closed { proxy, source },
            BadReply::Garbage => Error::NotAProxy { proxy },
        }
    }
}
