//! `CONNECT` with all legs of a login on one socket (RFC 9110, sections 9.3.6 and 11.7).
use base64ct::{Base64, Encoding};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::reply::{BadReply, Buffer, Reply};
use super::stream::Socket;
use super::{Challenge, Dialer, Tunnel};
use crate::error::Cause;
use crate::login::{Conversation, Identity, StepError, begin};
use crate::shared::Turn;
use crate::trace::Trace;
use crate::{Error, Protocol, ProxyServer, Scheme, SharedHealth, StageName};

/// More answers than this to one request for a tunnel are no login any more.
const MAX_LEGS: usize = 8;
/// Longest token of a proxy, in base64.
const MAX_TOKEN: usize = 48 * 1024;
/// The strongest first.
const SCHEMES: [Scheme; 3] = [Scheme::Negotiate, Scheme::Ntlm, Scheme::Basic];

/// One request for a tunnel.
pub(super) struct Connect<'a> {
    pub(super) dialer: &'a Dialer,
    pub(super) server: &'a ProxyServer,
    pub(super) identity: &'a Identity,
    pub(super) target: &'a str,
}

/// A login under way.
struct Login {
    scheme: Scheme,
    conversation: Box<dyn Conversation>,
    token: Vec<u8>,
    turn: Option<Turn>,
    /// Not offered in this exchange: the proxy took it from us before.
    remembered: bool,
}

/// Where the next words of a login may be said.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Next {
    /// The login goes on, and is bound to its connection.
    SameConnection,
    Any,
    /// A proxy remembers on a connection that it refused a login there.
    NewConnection,
}

impl Login {
    /// What is said, whatever it is wrapped in.
    fn spoken(&self) -> Scheme {
        if self.conversation.wraps_ntlm() { Scheme::Ntlm } else { self.scheme }
    }

    fn header(&self) -> String {
        format!("Proxy-Authorization: {} {}\r\n", self.scheme, Base64::encode_string(&self.token))
    }
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

    /// Starts with the scheme that this proxy took from us before: saves a round trip.
    async fn known_scheme(&self, trace: &mut Trace) -> Result<Option<Login>, Error> {
        let known = self.dialer.health.lock().scheme(self.server);
        let Some(scheme) = known.filter(|_| !matches!(self.identity, Identity::Nobody)) else {
            return Ok(None);
        };
        match self.begin(scheme).await? {
            Ok(login) => {
                trace.passed(StageName::Scheme, format!("{scheme}, as before"));
                Ok(Some(Login { remembered: true, ..login }))
            }
            Err(_) => Ok(None),
        }
    }

    /// Works out what to say to a 407.
    async fn answer(
        &self,
        reply: &Reply,
        login: &mut Option<Login>,
        trace: &mut Trace,
    ) -> Result<Next, Error> {
        let Some(mut running) = login.take() else {
            *login = Some(self.choose(&reply.challenges, None, trace).await?);
            return Ok(Next::Any);
        };
        let next = reply.challenges.iter().find(|c| c.is(running.scheme.name()) && !c.token.is_empty());
        if let Some(challenge) = next.filter(|_| !matches!(running.scheme, Scheme::Basic)) {
            let bad = || Error::NotAProxy { proxy: self.server.clone() };
            if challenge.token.len() > MAX_TOKEN {
                return Err(bad());
            }
            let token = Base64::decode_vec(&challenge.token).map_err(|_| bad())?;
            let (conversation, made) = step(running.conversation, token).await;
            running.conversation = conversation;
            match made {
                Ok(token) => running.token = token,
                Err(_) if running.conversation.has_proved() => {
                    return Err(self.refused(running.spoken(), None));
                }
                Err(StepError::Refused(cause)) => return Err(self.refused(running.spoken(), Some(cause))),
                Err(StepError::Local(cause)) => return Err(self.no_scheme(&reply.challenges, Some(cause))),
            }
            *login = Some(running);
            return Ok(Next::SameConnection);
        }
        let afresh = running.conversation.has_proved() && running.conversation.gives_up_what_was_kept();
        if running.conversation.has_proved() && !afresh {
            return Err(self.refused(running.spoken(), None));
        }
        // Nothing was said that could be held against us, but for a ticket that was kept.
        let after = if afresh || running.remembered {
            None
        } else if running.conversation.wraps_ntlm() {
            Some(running.scheme) // the proxy takes only Kerberos there
        } else {
            return Err(self.no_scheme(&reply.challenges, Some(broken_off(running.scheme))));
        };
        drop(running); // with its turn
        self.dialer.health.lock().forget_scheme(self.server);
        *login = Some(self.choose(&reply.challenges, after, trace).await?);
        Ok(if afresh || after.is_some() { Next::NewConnection } else { Next::Any })
    }

    /// Takes the strongest scheme that is offered and can be served; weaker than `after`, which the proxy broke off.
    async fn choose(
        &self,
        offered: &[Challenge],
        after: Option<Scheme>,
        trace: &mut Trace,
    ) -> Result<Login, Error> {
        if matches!(self.identity, Identity::Nobody) {
            return Err(Error::LoginNeeded { proxy: self.server.clone(), offered: names(offered) });
        }
        let mut last = after.map(broken_off);
        let mut passed_over = last.as_ref().map_or(String::new(), |cause| format!("; {cause}"));
        let offers = |scheme: Scheme| offered.iter().any(|challenge| challenge.is(scheme.name()));
        for scheme in SCHEMES.into_iter().filter(|&scheme| offers(scheme) && Some(scheme) > after) {
            match self.begin(scheme).await? {
                // By itself NTLM is also understood by a proxy that takes only Kerberos in Negotiate.
                Ok(login) if login.conversation.wraps_ntlm() && offers(Scheme::Ntlm) => {
                    passed_over += "; not Negotiate: Windows has no Kerberos for this proxy";
                }
                Ok(login) => {
                    let clear = scheme == Scheme::Basic && self.server.protocol == Protocol::Http;
                    let warning = if clear { "; the password crosses the network unencrypted" } else { "" };
                    let offered = names(offered).join(", ");
                    trace.passed(
                        StageName::Scheme,
                        format!("{offered} offered, {scheme} taken{passed_over}{warning}"),
                    );
                    return Ok(login);
                }
                Err(cause) => {
                    passed_over += &format!("; not {scheme}: {cause}");
                    last = Some(cause);
                }
            }
        }
        Err(self.no_scheme(offered, last))
    }

    /// Begins a login; the inner error means that another scheme may do.
    async fn begin(&self, scheme: Scheme) -> Result<Result<Login, Cause>, Error> {
        let turn = match self.identity {
            Identity::User(credentials) => Some(self.dialer.health.turn(self.server, credentials).await?),
            Identity::Nobody | Identity::Current => None,
        };
        let made = match start(scheme, self.identity, self.server, &self.dialer.health).await {
            Ok(conversation) => step(conversation, Vec::new()).await,
            Err(error) => return self.not_begun(scheme, error),
        };
        match made {
            (conversation, Ok(token)) => {
                Ok(Ok(Login { scheme, conversation, token, turn, remembered: false }))
            }
            (_, Err(error)) => self.not_begun(scheme, error),
        }
    }

    fn not_begun(&self, scheme: Scheme, error: StepError) -> Result<Result<Login, Cause>, Error> {
        match error {
            StepError::Local(cause) => Ok(Err(cause)),
            StepError::Refused(cause) => Err(self.refused(scheme, Some(cause))),
        }
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

    fn refused(&self, scheme: Scheme, source: Option<Cause>) -> Error {
        self.dialer.refused(self.server, self.identity, scheme, source)
    }

    fn no_scheme(&self, offered: &[Challenge], source: Option<Cause>) -> Error {
        Error::NoCommonScheme { proxy: self.server.clone(), offered: names(offered), source }
    }

    fn bad(&self, reply: BadReply) -> Error {
        let proxy = self.server.clone();
        match reply {
            BadReply::Closed(source) => Error::Closed { proxy, source },
            BadReply::Garbage => Error::NotAProxy { proxy },
        }
    }
}

/// Begins a conversation off the runtime's threads: a KDC may be slow.
async fn start(
    scheme: Scheme,
    identity: &Identity,
    server: &ProxyServer,
    health: &SharedHealth,
) -> Result<Box<dyn Conversation>, StepError> {
    let (identity, server, health) = (identity.clone(), server.clone(), health.clone());
    let begun = tokio::task::spawn_blocking(move || begin(scheme, &identity, &server, &health)).await;
    begun.unwrap_or_else(|error| Err(StepError::Local(Box::new(error))))
}

/// Makes the next token off the runtime's threads: a KDC may be slow.
async fn step(
    mut conversation: Box<dyn Conversation>,
    token: Vec<u8>,
) -> (Box<dyn Conversation>, Result<Vec<u8>, StepError>) {
    let worked = tokio::task::spawn_blocking(move || {
        let made = conversation.step(&token);
        (conversation, made)
    });
    worked.await.unwrap_or_else(|error| (Box::new(Broken), Err(StepError::Local(Box::new(error)))))
}

/// Stands in for a conversation that was lost with its thread.
struct Broken;

impl Conversation for Broken {
    fn step(&mut self, _token: &[u8]) -> Result<Vec<u8>, StepError> {
        Err(StepError::Local("the login was broken off".into()))
    }

    fn has_proved(&self) -> bool {
        false
    }
}

fn broken_off(scheme: Scheme) -> Cause {
    format!("{scheme} was broken off").into()
}

fn names(challenges: &[Challenge]) -> Vec<String> {
    challenges.iter().map(|challenge| challenge.scheme.clone()).collect()
}
