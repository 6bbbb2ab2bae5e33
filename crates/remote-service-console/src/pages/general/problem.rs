use remote_service::Error;
use remote_service::proxy::{self, AddressMistake};

use crate::words::Words;

/// What is wrong with one field: the key of the setting, and the names of the messages that say so.
pub(crate) struct Wrong {
    pub(super) key: &'static str,
    message: String,
    more: Option<&'static str>,
}

impl Wrong {
    /// The message of a key is named after it: `wrong-proxy-address`.
    pub(super) fn new(key: &'static str) -> Self {
        Self { key, message: format!("wrong-{}", key.replace(['.', '_'], "-")), more: None }
    }
}

/// What is wrong with one field, in words.
pub(crate) struct Problem {
    pub(crate) key: &'static str,
    pub(crate) text: String,
}

impl Problem {
    pub(crate) fn new(wrong: Wrong, words: &Words) -> Self {
        let known = words.find(&wrong.message, Default::default());
        let mut text = known.unwrap_or_else(|| words.tell("wrong-other", &[("key", wrong.key)]));
        if let Some(more) = wrong.more {
            text = format!("{text} {}", words.code("mistake", more));
        }
        Self { key: wrong.key, text }
    }
}

/// The field that an error is about; `None` when it is not about what was typed.
pub(super) fn of(error: &Error) -> Option<Wrong> {
    match error {
        Error::Setting { key, .. } => Some(Wrong::new(key)),
        Error::Proxy { source } => of_proxy(source),
        _ => None,
    }
}

pub(super) fn of_proxy(error: &proxy::Error) -> Option<Wrong> {
    match error {
        proxy::Error::AddressMissing => Some(Wrong::new("proxy.address")),
        proxy::Error::BadAddress { mistake, .. } => {
            Some(Wrong { more: Some(code(*mistake)), ..Wrong::new("proxy.address") })
        }
        proxy::Error::BadBypass { .. } => Some(Wrong::new("proxy.bypass")),
        proxy::Error::UserMissing => Some(Wrong::new("proxy.user")),
        _ => None,
    }
}

fn code(mistake: AddressMistake) -> &'static str {
    match mistake {
        AddressMistake::Scheme => "scheme",
        AddressMistake::HostMissing => "host",
        AddressMistake::PortMissing => "port-missing",
        AddressMistake::Port => "port",
        AddressMistake::Path => "path",
        AddressMistake::UserInfo => "user",
        _ => "unreadable",
    }
}
