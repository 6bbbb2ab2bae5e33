//! What is said to a proxy that wants a login, leg by leg.
use base64ct::{Base64, Encoding};

use super::super::Challenge;
use super::super::reply::Reply;
use super::Connect;
use crate::error::Cause;
use crate::login::{Conversation, Identity, StepError, begin};
use crate::shared::Turn;
use crate::trace::Trace;
use crate::{Error, Protocol, ProxyServer, Scheme, SharedHealth, StageName};

/// Longest token of a proxy, in base64.
const MAX_TOKEN: usize = 48 * 1024;
/// The strongest first.
const SCHEMES: [Scheme; 3] = [Scheme::Negotiate, Scheme::Ntlm, Scheme::Basic];

/// A login under way.
pub(super) struct Login {
    pub(super) scheme: Scheme,
    conversation: Box<dyn Conversation>,
    token: Vec<u8>,
    pub(super) turn: Option<Turn>,
    /// Not offered in this exchange: the proxy took it from us before.
    remembered: bool,
}

/// Where the next words of a login may be said.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Next {
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

    pub(super) fn header(&self) -> String {
        format!("Proxy-Authorization: {} {}\r\n", self.scheme, Base64::encode_string(&self.token))
    }
}

impl Connect<'_> {
    /// Starts with the scheme that this proxy took from us before: saves a round trip.
    pub(super) async fn known_scheme(&self, trace: &mut Trace) -> Result<Option<Login>, Error> {
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
    pub(super) async fn answer(
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

    fn refused(&self, scheme: Scheme, source: Option<Cause>) -> Error {
        self.dialer.refused(self.server, self.identity, scheme, source)
    }

    fn no_scheme(&self, offered: &[Challenge], source: Option<Cause>) -> Error {
        Error::NoCommonScheme { proxy: self.server.clone(), offered: names(offered), source }
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
